"""Which tasks are there, how far are they, and which light do they show today?

A row is one task. What changes without a fact, the light and the days overdue, is reckoned in the query from the day on
which it is asked; so is the progress of a split task, which is the weighted sum of its parts'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from services.ledger.events import (
    ClaimSigned,
    CompletionAccepted,
    CompletionClaimed,
    CompletionReturned,
    Direction,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    PlanId,
    ProgressCorrected,
    ProgressReported,
    ProjectId,
    TaskAmended,
    TaskCancelled,
    TaskFellOverdue,
    TaskHandedOver,
    TaskId,
    TaskIssued,
    TaskResumed,
    TaskSplit,
    TaskSuspended,
)
from services.ledger.lights import Light, yellow_from
from services.ledger.views.listing import USUAL_ITEMS, any_visible, post_title, select_page, unit_name
from services.ledger.views.people import names_of
from shared.domain import PersonId, PostId, PublicText, UnitId
from shared.facts import Fact
from shared.references import HolidayNoticeIssued, References
from shared.views import EveryRow, Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import alias_of, table_of
from shared.weights import HUNDRED, plain

Status = Literal["running", "claimed", "accepted", "suspended", "cancelled"]
"""在办、待审核、已办结、已中止、已取消."""

_COUNTED_FROM = date(2000, 1, 1)
"""Working days are numbered from here, so that those between two dates are a difference."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as it stands.

    `sort_key` orders numbers as people count. `percent` is its own, by its latest report; that of a task with `parts`
    is reckoned from them. `yellow_from` is the first date of the yellow light by `percent` and the days left; for a
    task with parts by the days left alone. `working_days` are those after its issue up to its last day, and
    `issued_at` the number of the working day of its issue: from these the share elapsed is reckoned for wholes.
    `extension_until` is asked for and not decided.
    """

    task: TaskId
    plan: PlanId
    project: ProjectId | None
    number: str
    sort_key: str
    title: PublicText
    unit: UnitId
    co_units: tuple[UnitId, ...]
    leader_post: PostId
    leader_person: PersonId
    requirement: PublicText
    standard: PublicText
    due: date
    issued_on: date
    weight: Decimal | None
    parent: TaskId | None
    direction: Direction | None
    revision: int
    parts: int
    split_direction: Direction | None
    percent: Decimal
    percents: tuple[Decimal, ...]
    reported_to: date | None
    status: Status
    extensions_asked: int
    extensions_granted: int
    extension_until: date | None
    claimed_on: date | None
    claim_signed_on: date | None
    ended_on: date | None
    days_overdue: int | None
    fell_overdue: date | None
    times_overdue: int
    yellow_from: date
    working_days: int
    issued_at: int


def _route(fact: Fact, refs: References) -> Iterable[Key] | EveryRow:
    match fact.event:
        case HolidayNoticeIssued():
            return EveryRow()
        case event:
            return [(event.task,)]


def _evolve(row: TaskRow | None, fact: Fact, refs: References) -> TaskRow | None:
    event = fact.event
    if isinstance(event, TaskIssued):
        return _reckoned(_issued(event), refs)
    if row is None:
        raise LookupError("a fact about a task that was not issued")
    match event:
        case HolidayNoticeIssued():
            return _reckoned(row, refs)
        case TaskAmended():
            amended = replace(
                row,
                title=event.title,
                co_units=event.co_units,
                leader_post=event.leader_post,
                leader_person=event.leader_person,
                requirement=event.requirement,
                standard=event.standard,
                due=event.due,
                weight=event.weight,
                revision=event.revision,
            )
            return _reckoned(amended, refs)
        case TaskSplit():
            split = replace(row, parts=len(event.parts), split_direction=event.direction, revision=event.revision)
            return _reckoned(split, refs)
        case ProgressReported():
            percents = (*row.percents, event.percent)
            turns = _yellow_from(row, event.percent, refs)
            return replace(
                row, percents=percents, percent=event.percent, reported_to=event.period_to, yellow_from=turns
            )
        case ProgressCorrected():
            percents = tuple(
                event.percent if at == event.report else percent for at, percent in enumerate(row.percents, start=1)
            )
            turns = _yellow_from(row, percents[-1], refs)
            return replace(row, percents=percents, percent=percents[-1], yellow_from=turns)
        case CompletionClaimed():
            return replace(row, status="claimed", claimed_on=event.claimed_on)
        case CompletionReturned():
            return replace(row, status="running", claimed_on=None)
        case CompletionAccepted():
            return replace(row, status="accepted", ended_on=event.accepted_on, days_overdue=event.days_overdue)
        case ExtensionAsked():
            return replace(row, extensions_asked=event.extension, extension_until=event.until)
        case ExtensionGranted():
            granted = replace(
                row,
                due=event.due,
                revision=event.revision,
                extensions_granted=row.extensions_granted + 1,
                extension_until=None,
            )
            return _reckoned(granted, refs)
        case ExtensionRefused():
            return replace(row, extension_until=None)
        case TaskHandedOver():
            handed_over = replace(
                row,
                unit=event.to,
                co_units=event.co_units,
                leader_post=event.leader_post,
                leader_person=event.leader_person,
                due=event.due,
                revision=event.revision,
                claim_signed_on=None,
                extension_until=None,
            )
            return _reckoned(handed_over, refs)
        case TaskSuspended():
            return replace(row, status="suspended")
        case TaskResumed():
            return _reckoned(replace(row, status="running", due=event.due, revision=event.revision), refs)
        case TaskCancelled():
            return replace(row, status="cancelled", ended_on=event.cancelled_on)
        case TaskFellOverdue():
            return replace(row, fell_overdue=event.due, times_overdue=row.times_overdue + 1)
        case ClaimSigned():
            return replace(row, claim_signed_on=event.signed_on)
        case _:
            raise TypeError(type(event).__name__)


def _issued(event: TaskIssued) -> TaskRow:
    return TaskRow(
        task=event.task,
        plan=event.plan,
        project=event.project,
        number=event.number,
        sort_key=sort_key(event.number),
        title=event.title,
        unit=event.unit,
        co_units=event.co_units,
        leader_post=event.leader_post,
        leader_person=event.leader_person,
        requirement=event.requirement,
        standard=event.standard,
        due=event.due,
        issued_on=event.issued_on,
        weight=event.weight,
        parent=event.parent,
        direction=event.direction,
        revision=1,
        parts=0,
        split_direction=None,
        percent=Decimal(0),
        percents=(),
        reported_to=None,
        status="running",
        extensions_asked=0,
        extensions_granted=0,
        extension_until=None,
        claimed_on=None,
        claim_signed_on=None,
        ended_on=None,
        days_overdue=None,
        fell_overdue=None,
        times_overdue=0,
        yellow_from=event.issued_on,
        working_days=0,
        issued_at=0,
    )


def _reckoned(row: TaskRow, refs: References) -> TaskRow:
    """The row with what depends on the calendar, its dates and its parts."""
    return replace(
        row,
        yellow_from=_yellow_from(row, row.percent, refs),
        working_days=refs.calendar.working_days_between(row.issued_on, row.due),
        issued_at=refs.calendar.working_days_between(_COUNTED_FROM, row.issued_on),
    )


def _yellow_from(row: TaskRow, percent: Decimal, refs: References) -> date:
    return yellow_from(row.issued_on, row.due, HUNDRED if row.parts else percent, refs.calendar)


def sort_key(number: str) -> str:
    """Orders numbers as people count: 2 before 10, and 10 before its parts 10-1 and 10-2."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(12), number)


TASKS: View[TaskRow] = View(
    name="tasks",
    version=1,
    row=TaskRow,
    key=("task",),
    events=(
        TaskIssued,
        TaskAmended,
        TaskSplit,
        ProgressReported,
        ProgressCorrected,
        CompletionClaimed,
        CompletionAccepted,
        CompletionReturned,
        ExtensionAsked,
        ExtensionGranted,
        ExtensionRefused,
        TaskSuspended,
        TaskResumed,
        TaskCancelled,
        TaskHandedOver,
        TaskFellOverdue,
        ClaimSigned,
        HolidayNoticeIssued,
    ),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("parent",), ("plan", "sort_key"), ("due",)),
    members=("co_units",),
)


# --- figures reckoned when asked --------------------------------------------------------------------------------


def rolled_up() -> sa.ColumnElement[Decimal]:
    """The weighted sum of the progress of a task's parts, exactly; null where it has none.

    An accepted part counts as 100, a cancelled one as far as it had come. Reckoned from below each task that is asked
    about, so that a list costs what it shows and not what the plan holds.
    """
    hundredth = sa.literal(Decimal("0.01"), sa.Numeric)
    part, deeper = alias_of(TASKS, "part"), alias_of(TASKS, "deeper")
    under = (
        sa.select(part.c.task, (part.c.weight * hundredth).label("share"), part.c.parts, part.c.status, part.c.percent)
        .where(part.c.parent == table_of(TASKS).c.task)
        .correlate(table_of(TASKS))
        .cte("under", recursive=True, nesting=True)
    )
    under = under.union_all(
        sa.select(
            deeper.c.task,
            under.c.share * deeper.c.weight * hundredth,
            deeper.c.parts,
            deeper.c.status,
            deeper.c.percent,
        ).where(deeper.c.parent == under.c.task, under.c.status != "accepted")
    )
    own = sa.case((under.c.status == "accepted", sa.literal(HUNDRED, sa.Numeric)), else_=under.c.percent)
    counts_itself = sa.or_(under.c.parts == 0, under.c.status == "accepted")
    return sa.select(sa.func.sum(under.c.share * own, type_=sa.Numeric)).where(counts_itself).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Figures:
    """The columns that are reckoned when asked."""

    percent: sa.ColumnElement[Decimal]
    light: sa.ColumnElement[str | None]
    days_overdue: sa.ColumnElement[int]


def figures(reading: Reading) -> Figures:
    """Progress, light and days overdue of every task, on the day of the reading.

    A claimed task shows the light of the day of its claim, for its clock stands; other tasks that are not running have
    none. A running one turns yellow on `yellow_from`; a whole also once its parts together are behind the elapsed share
    of its working days.
    """
    tasks, today = table_of(TASKS), reading.moment.today
    worked = reading.refs.calendar.working_days_between(_COUNTED_FROM, today)
    percent = sa.case(
        (tasks.c.status == "accepted", sa.literal(HUNDRED, sa.Numeric)),
        (tasks.c.parts > 0, sa.func.coalesce(rolled_up(), tasks.c.percent)),
        else_=tasks.c.percent,
    )
    on = sa.func.coalesce(tasks.c.claimed_on, sa.literal(today, sa.Date))
    is_behind = sa.and_(
        tasks.c.parts > 0,
        tasks.c.claimed_on.is_(None),
        percent * tasks.c.working_days < (sa.literal(worked, sa.BigInteger) - tasks.c.issued_at) * 100,
    )
    light = sa.case(
        (tasks.c.status.not_in(("running", "claimed")), sa.null()),
        (on > tasks.c.due, "red"),
        (sa.or_(on >= tasks.c.yellow_from, is_behind), "yellow"),
        else_="green",
    )
    days_overdue = sa.case(
        (tasks.c.days_overdue.is_not(None), tasks.c.days_overdue),
        (tasks.c.status.in_(("running", "claimed")), sa.func.greatest(on - tasks.c.due, 0)),
        else_=0,
    )
    return Figures(percent, light, sa.cast(days_overdue, sa.BigInteger))


def may_see(reading: Reading) -> sa.ColumnElement[bool]:
    """A task is seen by its unit, by those above it, and by the units that co-operate in it."""
    tasks = table_of(TASKS)
    return sa.or_(reading.visible(tasks.c.unit), any_visible(reading, tasks.c.co_units))


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Task:
    """一项任务。A task as it stands today.

    `percent` of a split task is the weighted sum of its parts'. `light` is null when the task is not running.
    `days_overdue` counts calendar days to today, and is fixed by the claim that was accepted. `working_days_left` is
    negative after the last day. `leader_name` is told to those who may see a unit of the leader's.
    """

    task: TaskId
    plan: PlanId
    project: ProjectId | None
    number: str
    title: PublicText
    unit: UnitId
    unit_name: str
    co_units: tuple[UnitId, ...]
    leader_post: PostId
    leader_title: str | None
    leader_person: PersonId
    leader_name: str
    requirement: PublicText
    standard: PublicText
    due: date
    issued_on: date
    weight: Decimal | None
    parent: TaskId | None
    direction: Direction | None
    revision: int
    parts: int
    split_direction: Direction | None
    status: Status
    percent: Decimal
    light: Light | None
    yellow_from: date
    days_overdue: int
    working_days_left: int | None
    reports: int
    reported_to: date | None
    extensions_asked: int
    extensions_granted: int
    extension_until: date | None
    claimed_on: date | None
    claim_signed_on: date | None
    ended_on: date | None
    times_overdue: int


@dataclass(frozen=True, slots=True)
class ListTasks:
    """任务清单。Tasks that the asker may see, in the order of plans and numbers, a page at a time.

    `below` limits to a unit and everything below it, `unit` to the unit alone; `parent` lists the parts of a task.
    `limit` is at most 1000.
    """

    plan: PlanId | None = None
    unit: UnitId | None = None
    below: UnitId | None = None
    parent: TaskId | None = None
    leader: PersonId | None = None
    status: Status | None = None
    light: Light | None = None
    whole: bool = False
    limit: int = USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class GetTask:
    """查看任务。One task."""

    task: TaskId


async def list_tasks(reading: Reading, params: ListTasks) -> Page[Task]:
    tasks = table_of(TASKS)
    reckoned = figures(reading)
    where = [may_see(reading)]
    equal = (
        (tasks.c.plan, params.plan),
        (tasks.c.unit, params.unit),
        (tasks.c.parent, params.parent),
        (tasks.c.leader_person, params.leader),
        (tasks.c.status, params.status),
        (reckoned.light, params.light),
    )
    where += [column == value for column, value in equal if value is not None]
    if params.below is not None:
        where.append(reading.within(tasks.c.unit, params.below))
    if params.whole:
        where.append(tasks.c.parent.is_(None))
    if params.light == "red":
        where.append(tasks.c.due < reading.moment.today)  # follows from the light, and an index knows it
    order = Order((tasks.c.plan, tasks.c.sort_key, tasks.c.task))
    rows, marks = await select_page(reading, _select(reckoned, where), order, params.limit, params.after)
    return Page(tuple(await _cards(reading, rows)), marks.next, marks.of)


async def get_task(reading: Reading, params: GetTask) -> Task | None:
    return (await tasks_by_id(reading, [params.task])).get(params.task)


async def tasks_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, Task]:
    """Those of the tasks that the asker may see."""
    rows = await reading.all(_select(figures(reading), [table_of(TASKS).c.task.in_(list(ids)), may_see(reading)]))
    return {task.task: task for task in await _cards(reading, rows)}


async def parts_of(reading: Reading, wholes: Sequence[str]) -> dict[str, list[Task]]:
    """The parts of each of these tasks that the asker may see, in the order of their numbers."""
    tasks = table_of(TASKS)
    select = _select(figures(reading), [tasks.c.parent.in_(list(wholes)), may_see(reading)])
    found: dict[str, list[Task]] = {whole: [] for whole in wholes}
    for task in await _cards(reading, await reading.all(select.order_by(tasks.c.sort_key, tasks.c.task))):
        found[str(task.parent)].append(task)
    return found


def _select(reckoned: Figures, where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    tasks = table_of(TASKS)
    plain_columns = [column for column in tasks.c if column.key not in ("percent", "days_overdue")]
    return (
        sa.select(
            *plain_columns,
            reckoned.percent.label("percent"),
            reckoned.light.label("light"),
            reckoned.days_overdue.label("days_overdue"),
        )
        .select_from(tasks)
        .where(*where)
    )


async def _cards(reading: Reading, rows: Sequence[Any]) -> list[Task]:
    names = await names_of(reading, [row.leader_person for row in rows])
    today, calendar = reading.moment.today, reading.refs.calendar
    return [
        Task(
            task=row.task,
            plan=row.plan,
            project=row.project,
            number=row.number,
            title=row.title,
            unit=row.unit,
            unit_name=unit_name(reading, row.unit),
            co_units=row.co_units,
            leader_post=row.leader_post,
            leader_title=post_title(reading, row.leader_post),
            leader_person=row.leader_person,
            leader_name=names[row.leader_person],
            requirement=row.requirement,
            standard=row.standard,
            due=row.due,
            issued_on=row.issued_on,
            weight=row.weight,
            parent=row.parent,
            direction=row.direction,
            revision=row.revision,
            parts=row.parts,
            split_direction=row.split_direction,
            status=row.status,
            percent=plain(row.percent),
            light=row.light,
            yellow_from=row.yellow_from,
            days_overdue=row.days_overdue,
            working_days_left=calendar.working_days_between(today, row.due) if row.status == "running" else None,
            reports=len(row.percents),
            reported_to=row.reported_to,
            extensions_asked=row.extensions_asked,
            extensions_granted=row.extensions_granted,
            extension_until=row.extension_until,
            claimed_on=row.claimed_on,
            claim_signed_on=row.claim_signed_on,
            ended_on=row.ended_on,
            times_overdue=row.times_overdue,
        )
        for row in rows
    ]
