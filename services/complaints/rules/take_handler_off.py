"""Somebody works on a case no more."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import CaseId, HandlerTakenOff
from services.complaints.refusals import CASE_CLOSED, NOT_A_HANDLER
from services.complaints.state import Case, ClosedCase
from shared.domain import Decision, PersonId


@dataclass(frozen=True, slots=True)
class TakeHandlerOff:
    """撤换案件承办人。Take somebody off a case."""

    case: CaseId
    handler: PersonId


def decide(command: TakeHandlerOff, case: Case) -> Decision:
    if isinstance(case, ClosedCase):
        return CASE_CLOSED.of()
    if all(handler.person != command.handler for handler in case.handlers):
        return NOT_A_HANDLER.of()
    return [HandlerTakenOff(case.case, case.unit, command.handler, False)]
