"""Money was recovered in a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import AmountRecovered, CaseId
from services.complaints.refusals import AMOUNT_NOT_POSITIVE, CASE_CLOSED
from services.complaints.rules.duties import in_future, not_handled_by
from services.complaints.state import Case, ClosedCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class RecordRecovery:
    """登记追缴金额。Record money recovered; `amount_minor` in fen (分)."""

    case: CaseId
    amount_minor: int
    recovered_on: date


def decide(command: RecordRecovery, case: Case, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    if isinstance(case, ClosedCase):
        return CASE_CLOSED.of()
    if command.amount_minor <= 0:
        return AMOUNT_NOT_POSITIVE.of()
    if refused := not_handled_by(actor, case.handlers, moment, directory) or in_future(command.recovered_on, moment):
        return refused
    return [AmountRecovered(case.case, case.unit, command.amount_minor, command.recovered_on, actor)]
