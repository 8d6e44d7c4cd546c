"""Deadlines, reckoned from the logs: whatever was due happened, and happened once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.complaints.events import ClockReminded
from services.complaints.views.clocks import REMIND
from services.ledger.events import (
    CompletionAccepted,
    CompletionClaimed,
    CompletionReturned,
    ExtensionGranted,
    TaskAmended,
    TaskCancelled,
    TaskFellOverdue,
    TaskHandedOver,
    TaskIssued,
    TaskResumed,
    TaskSuspended,
)
from services.notifications.events import NoticeDrafted, NoticeUnanswered
from services.notifications.views.due_tasks import DUE_SOON
from services.notifications.views.notices import COUNT_UNANSWERED
from shared.log.log import Log
from shared.views import Deadline
from shared.views.enabling import deadline_days
from shared.views.store import views_schema
from shared.views.table import form_of


@dataclass(slots=True)
class _Clock:
    """A task as far as its time limit goes, reckoned here from the facts alone."""

    due: date
    issued_on: date
    runs: bool = True
    fell: Counter[date] = field(default_factory=Counter)


async def overdue_once(ledger: Log) -> list[str]:
    """Each task that passed its time limit unclaimed fell overdue on record, once for each time limit, and no other did."""
    tasks: dict[str, _Clock] = {}
    faults: list[str] = []
    zone = ledger.clock.moment().zone
    today = ledger.genesis.starts.astimezone(zone).date() if ledger.genesis.starts else date.min
    enabled = today
    async for row in ledger.rows():
        today = max(today, row.recorded_at.astimezone(zone).date())
        if row.stream.partition("/")[0] == "clock":
            today = max(today, ledger.catalogue.fact(row).event.to.astimezone(zone).date())
        if row.stream.partition("/")[0] != "task":
            continue
        fact = ledger.catalogue.fact(row)
        event = fact.event
        if isinstance(event, TaskIssued):
            known = fact.recorded_at.astimezone(zone).date()
            tasks[event.task] = _Clock(event.due, known)
            continue
        task = tasks[event.task]
        match event:
            case TaskAmended() | ExtensionGranted() | TaskHandedOver():
                task.due = event.due
            case TaskResumed():
                task.due, task.runs = event.due, True
            case CompletionReturned():
                task.runs = True
            case CompletionClaimed() | TaskSuspended() | CompletionAccepted() | TaskCancelled():
                task.runs = False
            case TaskFellOverdue():
                task.fell[event.due] += 1
                if not task.runs or event.due != task.due:
                    faults.append(f"{row.stream}: fell overdue of {event.due} at position {row.position} for no reason")
    for number, task in tasks.items():
        faults += [
            f"task/{number}: fell overdue of {due} {times} times" for due, times in task.fell.items() if times > 1
        ]
        acts = task.due >= max(enabled, task.issued_on)
        if task.runs and acts and task.due < today and not task.fell[task.due]:
            faults.append(f"task/{number}: passed its time limit of {task.due} and did not fall overdue")
    return faults


async def overdue_days_once(assessment: Log) -> list[str]:
    """A day more overdue is counted once for each thing, time limit and day."""
    times: Counter[tuple[str, str, date, date]] = Counter()
    for fact in await assessment.category("overdue", assessment.id, 0, await assessment.last_position()):
        event: Any = fact.event
        times[event.subject, event.number, event.due, event.as_of] += 1
    return [f"{s} {number}: {day} was counted {n} times" for (s, number, _, day), n in times.items() if n > 1]


async def reminded_once(complaints: Log) -> list[str]:
    """Everybody who had to be reminded of a clock was, once for each stage; nobody of a clock that had not run out."""
    times: Counter[tuple[str, str, str, str, date]] = Counter()
    faults: list[str] = []
    for fact in await complaints.category("reminders", complaints.id, 0, await complaints.last_position()):
        event: ClockReminded = fact.event
        times[event.kind, event.matter, event.clock, event.stage, event.due] += 1
        if event.stage == "overdue" and fact.recorded_at.astimezone(complaints.clock.moment().zone).date() <= event.due:
            faults.append(f"{event.kind}/{event.matter}: {event.clock} was not overdue at position {fact.position}")
    faults += [
        f"{kind}/{matter}: {clock} ({stage}, {due}) was reminded of {n} times"
        for (kind, matter, clock, stage, due), n in times.items()
        if n > 1
    ]
    left = await _due(complaints, REMIND)
    return faults + [f"complaint or clue {key}: nobody was reminded, though it was due on {on}" for key, on, _ in left]


async def asked_again_once(notifications: Log) -> list[str]:
    """Whoever did not answer a letter in time was counted, once for each time; and so was each task that is due soon."""
    times: Counter[tuple[str, int]] = Counter()
    drafted: set[str] = set()
    for fact in await notifications.category("notice", notifications.id, 0, await notifications.last_position()):
        match fact.event:
            case NoticeUnanswered() as event:
                times[event.notice, event.times] += 1
            case NoticeDrafted() as event:
                drafted.add(event.notice)
    faults = [
        f"notice/{notice}: {nth} time unanswered was counted {n} times" for (notice, nth), n in times.items() if n > 1
    ]
    faults += [
        f"notice {key}: not counted as unanswered on {on}" for key, on, _ in await _due(notifications, COUNT_UNANSWERED)
    ]
    for key, on, row in await _due(notifications, DUE_SOON):
        if DUE_SOON.command(row).notice not in drafted:
            faults.append(f"task {key}: its unit was not reminded on {on}")
    return faults


async def _due(log: Log, deadline: Deadline[Any]) -> list[tuple[str, date, Any]]:
    """The rows of a deadline's view that act by now, with their keys: the view itself is compared with its rebuild, and the
    table of what was issued is not believed."""
    await log.look()
    form = form_of(deadline.view)
    columns = ", ".join(f'"{name}"' for name in form.names)
    rows = await log.pool.fetch(
        f"""select {columns} from {views_schema(log)}.{deadline.view.table_name}
            where acts_on <= $1 and acts_on > $2 and acts_on > known_on""",  # noqa: S608
        log.clock.moment().today,
        (await deadline_days(log))[deadline.kind],
    )
    found = [form.row_of(list(row)) for row in rows]
    return [(" ".join(map(str, form.key_of(row))), row.acts_on, row) for row in found]
