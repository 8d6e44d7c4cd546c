"""The inquiry into the leadership is over."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import CaseId, LeadershipInquiryConcluded
from services.complaints.refusals import INQUIRY_NOT_OPEN, NOT_A_SIGNER
from services.complaints.rules.duties import investigated, recused, text_missing
from services.complaints.state import Case, ConcludedCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId, PublicText


@dataclass(frozen=True, slots=True)
class ConcludeInquiry:
    """领导责任调查结论。Conclude the inquiry: `answerable` are those of the listed who should answer; nobody if empty."""

    case: CaseId
    answerable: tuple[PersonId, ...]
    document: PublicText


def decide(command: ConcludeInquiry, case: Case, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    """Nobody who investigated, nor whom the case or the list names, decides it."""
    if not isinstance(case, ConcludedCase) or case.inquiry != "open":
        return INQUIRY_NOT_OPEN.of()
    if set(command.answerable) - set(case.signers) - set(case.about_persons):
        return NOT_A_SIGNER.of()
    if refused := (
        text_missing(command.document, "document", "结论文件")
        or investigated(actor, case.investigators)
        or recused(actor, case.about_unit, (*case.about_persons, *case.signers), directory)
    ):
        return refused
    answerable = tuple(dict.fromkeys(command.answerable))
    return [LeadershipInquiryConcluded(case.case, case.unit, answerable, command.document, moment.today, actor)]
