"""A clue is put on the books, in somebody's custody."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ClueDescribed, ClueId, ClueOpened, ClueOrigin
from services.complaints.refusals import UNIT_UNKNOWN
from services.complaints.rules.duties import persons_unknown, recused, text_missing, unfit_to_handle
from services.complaints.state import Clue
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText, PersonId, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class OpenClue:
    """问题线索登记。Put a clue on the books of the handling body `unit`.

    `source` names where it comes from: `petition/…`, `finding/…`, or the paper of a transfer. `custodian` has it in custody.
    """

    clue: ClueId
    unit: UnitId
    origin: ClueOrigin
    source: PublicText
    about_unit: UnitId
    custodian: PersonId
    narrative: PersonalText
    about_persons: tuple[PersonId, ...] = ()
    task: str | None = None


def decide(command: OpenClue, clue: Clue | None, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    """Nobody whom the clue names opens it or has it in custody."""
    if command.about_unit not in directory.units:
        return UNIT_UNKNOWN.of(unit=command.about_unit)
    if refused := (
        text_missing(command.source, "source", "线索来源")
        or text_missing(command.narrative, "narrative", "线索内容")
        or persons_unknown((command.custodian, *command.about_persons), directory)
        or recused(actor, command.about_unit, command.about_persons, directory)
        or unfit_to_handle(
            command.custodian, command.unit, command.about_unit, command.about_persons, directory, moment
        )
    ):
        return refused
    return [
        ClueOpened(
            command.clue,
            command.unit,
            command.origin,
            command.source,
            command.about_unit,
            tuple(dict.fromkeys(command.about_persons)),
            command.task,
            command.custodian,
            moment.today,
            actor,
        ),
        ClueDescribed(command.clue, command.narrative),
    ]
