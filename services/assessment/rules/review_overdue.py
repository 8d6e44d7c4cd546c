"""Another day has passed over something overdue. The system alone records it, daily."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assessment.events import OverdueDaysCounted, OverdueSubject
from services.assessment.refusals import COUNTED_TODAY, NOT_OVERDUE
from services.assessment.state import Counted
from shared.domain import Decision, Moment, UnitId


@dataclass(frozen=True, slots=True)
class ReviewOverdue:
    """`number` is the task's or the finding's, `due` its time limit as last known."""

    subject: OverdueSubject
    number: str
    unit: UnitId
    due: date


def decide(command: ReviewOverdue, counted: Counted | None, moment: Moment) -> Decision:
    """Calendar days, as the ledger counts them when it accepts (`completion-accepted`); fixed as of today."""
    if moment.today <= command.due:
        return NOT_OVERDUE.of(due=command.due, today=moment.today)
    if counted is not None and counted.due == command.due and counted.as_of >= moment.today:
        return COUNTED_TODAY.of(as_of=counted.as_of)
    days = (moment.today - command.due).days
    return [OverdueDaysCounted(command.subject, command.number, command.unit, command.due, moment.today, days)]
