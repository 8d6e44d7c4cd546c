"""A case is closed, not before its leadership inquiry is."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import CaseClosed, CaseId
from services.complaints.refusals import CASE_CLOSED, CASE_NOT_CONCLUDED, INQUIRY_NOT_CONCLUDED
from services.complaints.state import Case, ClosedCase, RunningCase
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class CloseCase:
    """案件归档。Close a case."""

    case: CaseId


def decide(command: CloseCase, case: Case, actor: Actor, moment: Moment) -> Decision:
    if isinstance(case, ClosedCase):
        return CASE_CLOSED.of()
    if isinstance(case, RunningCase):
        return CASE_NOT_CONCLUDED.of()
    if case.inquiry == "open":
        return INQUIRY_NOT_CONCLUDED.of()
    return [CaseClosed(case.case, case.unit, moment.today, actor)]
