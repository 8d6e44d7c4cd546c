"""Which tasks and rectifications are overdue, so that their days are counted daily? What the deadline acts on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.assessment.events import OverdueDaysCounted, OverdueSubject
from services.assessment.evidence import evidence_unit
from services.assessment.rules.review_overdue import ReviewOverdue
from services.assessment.schemes import Schemes
from services.ledger.events import (
    CompletionAccepted,
    CompletionClaimed,
    CompletionReturned,
    ExtensionGranted,
    FindingStruckOff,
    RectificationOrdered,
    RectificationReported,
    RectificationReturned,
    RectificationVerified,
    TaskAmended,
    TaskCancelled,
    TaskFellOverdue,
    TaskHandedOver,
    TaskResumed,
    TaskSuspended,
)
from shared.domain import UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Deadline, Key, View

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """Something that is or will be overdue by `due`. `acts_on` None: its days rest, while a claim or report waits."""

    subject: OverdueSubject
    number: str
    unit: UnitId
    due: date
    acts_on: date | None
    known_on: date


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    match fact.event:
        case OverdueDaysCounted(subject=subject, number=number):
            return [(subject, number)]
        case (
            RectificationOrdered()
            | RectificationReported()
            | RectificationReturned()
            | RectificationVerified()
            | FindingStruckOff()
        ):
            return [("rectification", fact.event.finding)]
        case _:
            return [("task", fact.event.task)]


def _evolve(row: OverdueRow | None, fact: Fact, refs: References) -> OverdueRow | None:
    schemes: Schemes = refs.own
    recorded = schemes.local(fact.recorded_at)
    match fact.event:
        case TaskFellOverdue() as event:
            if evidence_unit(fact, refs.directory) is None:
                return row
            return OverdueRow("task", event.task, event.unit, event.due, recorded + _DAY, recorded)
        case RectificationOrdered() | RectificationReturned() as event:
            if evidence_unit(fact, refs.directory) is None:
                return row
            acts_on = max(event.due, recorded) + _DAY
            return OverdueRow("rectification", event.finding, event.unit, event.due, acts_on, recorded)
        case CompletionAccepted() | TaskCancelled() | TaskHandedOver() | RectificationVerified() | FindingStruckOff():
            return None
        case OverdueDaysCounted() as event:
            counts = row is not None and row.acts_on is not None and row.due == event.due
            return replace(row, acts_on=event.as_of + _DAY) if row is not None and counts else row
        case CompletionClaimed() | RectificationReported() | TaskSuspended():
            return replace(row, acts_on=None) if row is not None else None
        case CompletionReturned():
            return _again(row, recorded)
        case TaskResumed(due=due):
            return _again(row, recorded) if row is not None and row.due == due else None
        case ExtensionGranted(due=due) | TaskAmended(due=due):
            return row if row is not None and row.due == due else None
        case _:
            raise TypeError(fact.type)


def _again(row: OverdueRow | None, recorded: date) -> OverdueRow | None:
    """The days that passed meanwhile count after all: look at once, but never on the day it became known."""
    return replace(row, acts_on=max(recorded, row.known_on + _DAY)) if row is not None else None


OVERDUE: View[OverdueRow] = View(
    name="overdue",
    version=1,
    row=OverdueRow,
    key=("subject", "number"),
    events=(
        TaskFellOverdue,
        CompletionClaimed,
        CompletionReturned,
        CompletionAccepted,
        TaskSuspended,
        TaskResumed,
        TaskCancelled,
        TaskHandedOver,
        TaskAmended,
        ExtensionGranted,
        RectificationOrdered,
        RectificationReported,
        RectificationReturned,
        RectificationVerified,
        FindingStruckOff,
        OverdueDaysCounted,
    ),
    route=_route,
    evolve=_evolve,
)


def _review(row: OverdueRow) -> ReviewOverdue:
    return ReviewOverdue(row.subject, row.number, row.unit, row.due)


REVIEW_OVERDUE: Deadline[OverdueRow] = Deadline("review-overdue", OVERDUE, _review)
"""Once a day for everything overdue: one calendar day more, in every unit's standing."""
