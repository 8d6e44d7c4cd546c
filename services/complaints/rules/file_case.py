"""A case is filed from a clue whose preliminary verification is reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import CaseFiled, CaseId, ClueBecameCase, ClueId
from services.complaints.refusals import CLUE_CLOSED, CLUE_NOT_VERIFIED, CLUE_UNKNOWN, INVESTIGATOR_DECIDES
from services.complaints.rules.duties import in_future, people_of, recused, text_missing
from services.complaints.state import Case, Clue, OpenClue
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class FileCase:
    """立案。File a case from a clue of the handling body `unit`; `facts_on` is when the facts happened."""

    case: CaseId
    clue: ClueId
    unit: UnitId
    facts_on: date
    document: PublicText


def decide(
    command: FileCase,
    case: Case | None,
    clues: tuple[Clue | None, ...],
    directory: Directory,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """Decided by the committee of the handling body; not by who verified the clue."""
    (clue,) = clues
    if clue is None or clue.unit != command.unit:
        return CLUE_UNKNOWN.of()
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if "verification-reported" not in clue.steps:
        return CLUE_NOT_VERIFIED.of()
    if clue.custodian in people_of(actor):
        return INVESTIGATOR_DECIDES.of()
    if refused := (
        text_missing(command.document, "document", "立案文件")
        or in_future(command.facts_on, moment)
        or recused(actor, clue.about_unit, clue.about_persons, directory)
    ):
        return refused
    return [
        CaseFiled(
            command.case,
            clue.clue,
            clue.unit,
            clue.about_unit,
            clue.about_persons,
            clue.task,
            command.facts_on,
            command.document,
            moment.today,
            actor,
        ),
        ClueBecameCase(clue.clue, clue.unit, command.case),
    ]
