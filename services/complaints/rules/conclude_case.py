"""The investigation is over; what is established opens an inquiry into the leadership at once."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import CaseConcluded, CaseId, LeadershipInquiryOpened
from services.complaints.refusals import CASE_OVER
from services.complaints.rules.duties import investigated, recused, text_missing
from services.complaints.state import Case, KnownSigners, RunningCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class ConcludeCase:
    """结案。Conclude a case: `substantiated` or not; `major` marks a major case (大案要案)."""

    case: CaseId
    substantiated: bool
    major: bool
    document: PublicText


def decide(
    command: ConcludeCase, case: Case, known: KnownSigners, directory: Directory, actor: Actor, moment: Moment
) -> Decision:
    """一案双查: everybody who had answered for the unit or task at the time of the facts is listed with it."""
    if not isinstance(case, RunningCase):
        return CASE_OVER.of()
    if refused := (
        text_missing(command.document, "document", "结案文件")
        or investigated(actor, case.investigators)
        or recused(actor, case.about_unit, case.about_persons, directory)
    ):
        return refused
    concluded = CaseConcluded(
        case.case, case.unit, command.substantiated, command.major, command.document, moment.today, actor
    )
    if not command.substantiated:
        return [concluded]
    return [
        concluded,
        LeadershipInquiryOpened(
            case.case, case.unit, case.about_unit, case.task, case.facts_on, known.signers, known.position
        ),
    ]
