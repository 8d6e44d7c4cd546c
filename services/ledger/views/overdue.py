"""On which day does a task fall overdue? The deadlines of tasks, from which `task-fell-overdue` is issued.

What the deadline leaves undone is a list for people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa

from services.ledger.events import (
    CompletionAccepted,
    CompletionClaimed,
    CompletionReturned,
    ExtensionGranted,
    TaskAmended,
    TaskCancelled,
    TaskFellOverdue,
    TaskHandedOver,
    TaskId,
    TaskIssued,
    TaskResumed,
    TaskSuspended,
)
from services.ledger.rules.mark_overdue import MarkOverdue
from services.ledger.views.listing import USUAL_ITEMS, select_page, unit_name
from services.ledger.views.tasks import TASKS
from services.ledger.zone import LogZone
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Deadline, Key, View
from shared.views.deadlines import WhyLeft, left_undone, why_left
from shared.views.enabling import deadline_days
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class DueRow:
    """`acts_on` is the day after the last one while the task runs and its passing is not on record."""

    task: TaskId
    unit: UnitId
    due: date
    clock: Literal["running", "stopped"]
    fell_overdue: date | None
    known_on: date
    acts_on: date | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.task,)]


def _evolve(row: DueRow | None, fact: Fact, refs: References) -> DueRow | None:
    event = fact.event
    if isinstance(event, TaskIssued):
        zone: LogZone = refs.own
        known_on = zone.day(fact.recorded_at)
        return _timed(DueRow(event.task, event.unit, event.due, "running", None, known_on, None))
    if row is None:
        raise LookupError("a fact about a task that was not issued")
    match event:
        case TaskAmended() | ExtensionGranted():
            return _timed(replace(row, due=event.due))
        case TaskHandedOver():
            return _timed(replace(row, unit=event.to, due=event.due))
        case TaskResumed():
            return _timed(replace(row, due=event.due, clock="running"))
        case CompletionReturned():
            return _timed(replace(row, clock="running"))
        case CompletionClaimed() | TaskSuspended():
            return _timed(replace(row, clock="stopped"))
        case TaskFellOverdue():
            return _timed(replace(row, fell_overdue=event.due))
        case CompletionAccepted() | TaskCancelled():
            return None
        case _:
            raise TypeError(type(event).__name__)


def _timed(row: DueRow) -> DueRow:
    is_open = row.clock == "running" and row.fell_overdue != row.due
    return replace(row, acts_on=row.due + timedelta(days=1) if is_open else None)


OVERDUE: View[DueRow] = View(
    name="overdue",
    version=1,
    row=DueRow,
    key=("task",),
    events=(
        TaskIssued,
        TaskAmended,
        ExtensionGranted,
        TaskResumed,
        CompletionClaimed,
        CompletionReturned,
        CompletionAccepted,
        TaskSuspended,
        TaskCancelled,
        TaskHandedOver,
        TaskFellOverdue,
    ),
    route=_route,
    evolve=_evolve,
)

FALLS_OVERDUE: Deadline[DueRow] = Deadline("task-overdue", OVERDUE, lambda row: MarkOverdue(row.task))


# --- what is left to people -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OverdueLeftUndone:
    """A task past its last day whose falling overdue (逾期) is not on record and will not be recorded by itself.

    `why`: it was due before the deadline was enabled, or before the task was recorded, such as loaded history.
    """

    task: TaskId
    number: str
    title: PublicText
    unit: UnitId
    unit_name: str
    due: date
    why: WhyLeft


@dataclass(frozen=True, slots=True)
class ListOverdueLeftUndone:
    """待人工确认的逾期任务。Tasks of units that the asker may see, the longest overdue first. `limit` is at most 1000.

    A coordinator releases one with `MarkOverdue`.
    """

    limit: int = USUAL_ITEMS
    after: str | None = None


async def list_overdue_left_undone(reading: Reading, params: ListOverdueLeftUndone) -> Page[OverdueLeftUndone]:
    enabled = (await deadline_days(reading.log))[FALLS_OVERDUE.kind]
    table, tasks = table_of(OVERDUE), table_of(TASKS)
    select = (
        sa.select(table.c.task, table.c.unit, table.c.due, table.c.acts_on, tasks.c.number, tasks.c.title)
        .join_from(table, tasks, tasks.c.task == table.c.task)
        .where(left_undone(FALLS_OVERDUE, reading.moment.today, enabled), reading.visible(table.c.unit))
    )
    rows, marks = await select_page(reading, select, Order((table.c.due, table.c.task)), params.limit, params.after)
    return Page(
        tuple(
            OverdueLeftUndone(
                task=row.task,
                number=row.number,
                title=row.title,
                unit=row.unit,
                unit_name=unit_name(reading, row.unit),
                due=row.due,
                why=why_left(row.acts_on, enabled),
            )
            for row in rows
        ),
        marks.next,
        marks.of,
    )
