"""Which running task is due in three working days, so that its unit is reminded?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.ledger.events import (
    CompletionAccepted,
    CompletionClaimed,
    CompletionReturned,
    ExtensionGranted,
    TaskAmended,
    TaskCancelled,
    TaskHandedOver,
    TaskIssued,
    TaskResumed,
    TaskSuspended,
)
from services.notifications.events import NoticeId, Value
from services.notifications.rules.draft_notice import DraftNotice
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import HolidayNoticeIssued, References
from shared.views import Deadline, EveryRow, Key, View

REMINDED_WORKING_DAYS = 3
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class DueTaskRow:
    """A task; `acts_on` is the first day on which three working days are left, None while it rests or is claimed."""

    task: str
    unit: UnitId
    due: date
    rests: bool
    acts_on: date | None
    known_on: date


def _route(fact: Fact, refs: References) -> Iterable[Key] | EveryRow:
    if isinstance(fact.event, HolidayNoticeIssued):
        return EveryRow()
    return [] if fact.history else [(fact.event.task,)]


def _evolve(row: DueTaskRow | None, fact: Fact, refs: References) -> DueTaskRow | None:
    known = _day(fact.recorded_at)
    match fact.event:
        case TaskIssued() as event:
            return _acting(DueTaskRow(event.task, event.unit, event.due, False, None, known), refs)
        case _ if row is None:
            return None
        case TaskAmended() as event:
            return _acting(replace(row, due=event.due, known_on=known), refs)
        case ExtensionGranted(due=due):
            return _acting(replace(row, due=due, known_on=known), refs)
        case TaskHandedOver(to=to, due=due):
            return _acting(replace(row, unit=to, due=due, rests=False, known_on=known), refs)
        case TaskResumed(due=due):
            return _acting(replace(row, due=due, rests=False, known_on=known), refs)
        case CompletionReturned():
            return _acting(replace(row, rests=False, known_on=known), refs)
        case CompletionClaimed() | TaskSuspended():
            return replace(row, rests=True, acts_on=None)
        case CompletionAccepted() | TaskCancelled():
            return None
        case HolidayNoticeIssued():
            return _acting(row, refs)
    raise TypeError(fact.type)


def _acting(row: DueTaskRow, refs: References) -> DueTaskRow:
    if row.rests:
        return replace(row, acts_on=None)
    return replace(row, acts_on=refs.calendar.first_day_with_left(row.due, REMINDED_WORKING_DAYS).date)


def _day(instant: datetime) -> date:
    return instant.astimezone(_ZONE).date()


DUE_TASKS: View[DueTaskRow] = View(
    name="due-tasks",
    version=2,
    row=DueTaskRow,
    key=("task",),
    events=(
        TaskIssued,
        TaskAmended,
        ExtensionGranted,
        TaskHandedOver,
        TaskResumed,
        TaskSuspended,
        CompletionClaimed,
        CompletionReturned,
        CompletionAccepted,
        TaskCancelled,
        HolidayNoticeIssued,
    ),
    route=_route,
    evolve=_evolve,
)


def _remind(row: DueTaskRow) -> DraftNotice:
    cause = f"due.{row.task}.{row.due}"
    return DraftNotice(
        NoticeId(f"due-soon-reminds.{cause}"),
        "due-soon-reminds",
        "reminder",
        row.unit,
        row.unit,
        None,
        None,
        f"task/{row.task}",
        cause,
        PublicText("任务即将到期提醒"),
        (Value("due", str(row.due)),),
        None,
    )


DUE_SOON: Deadline[DueTaskRow] = Deadline("due-soon", DUE_TASKS, _remind)
"""A reminder needs nobody's signature: it is the unit's own calendar speaking."""
