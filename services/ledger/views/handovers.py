"""Which units decline tasks, and from whom to whom are tasks handed over (推诿扯皮)?

A row is one refusal or one hand-over. The map counts them by unit × unit when asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.ledger.events import PlanId, TaskDeclined, TaskHandedOver, TaskId
from services.ledger.views.listing import USUAL_ITEMS, select_page, unit_name
from services.ledger.views.tasks import TASKS
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

NOBODY = UnitId("")
"""Where a declined task goes to: its refusal names no other unit."""


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """One refusal or hand-over, by its position in the log. `to` is empty for a refusal, `decision` None."""

    position: int
    task: TaskId
    plan: PlanId
    unit: UnitId
    to: UnitId
    happened_on: date
    reason: PublicText
    decision: PublicText | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.position,)]


def _evolve(row: HandoverRow | None, fact: Fact, refs: References) -> HandoverRow | None:
    match fact.event:
        case TaskDeclined() as event:
            return HandoverRow(
                fact.position, event.task, event.plan, event.unit, NOBODY, event.declined_on, event.reason, None
            )
        case TaskHandedOver() as event:
            return HandoverRow(
                fact.position,
                event.task,
                event.plan,
                event.unit,
                event.to,
                event.handed_over_on,
                event.reason,
                event.decision,
            )
        case event:
            raise TypeError(type(event).__name__)


HANDOVERS: View[HandoverRow] = View(
    name="handovers",
    version=1,
    row=HandoverRow,
    key=("position",),
    events=(TaskDeclined, TaskHandedOver),
    route=_route,
    evolve=_evolve,
    indexes=(("unit", "to"), ("to",)),
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassedTask:
    """A task that was declined or handed over, and why. `decision` is null for a refusal, which nobody decided yet."""

    task: TaskId
    number: str
    title: PublicText
    happened_on: date
    reason: PublicText
    decision: PublicText | None


@dataclass(frozen=True, slots=True)
class Handover:
    """图的一格。One cell of the map: how often tasks went from a unit to another, and which.

    `to` is null for tasks that `unit` declined and that have gone nowhere by that.
    """

    unit: UnitId
    unit_name: str
    to: UnitId | None
    to_name: str | None
    count: int
    tasks: tuple[PassedTask, ...]


@dataclass(frozen=True, slots=True)
class ListHandovers:
    """任务推辞和移交情况（推诿扯皮图）。Unit × unit with counts and tasks: cells in which the asker may see one of both units.

    Limited to one plan, or to cells in which `unit` stands on either side. `limit` is at most 1000.
    """

    plan: PlanId | None = None
    unit: UnitId | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


async def list_handovers(reading: Reading, params: ListHandovers) -> Page[Handover]:
    table = table_of(HANDOVERS)
    where = [sa.or_(reading.visible(table.c.unit), reading.visible(table.c.to))]
    if params.plan is not None:
        where.append(table.c.plan == params.plan)
    if params.unit is not None:
        where.append(sa.or_(table.c.unit == params.unit, table.c.to == params.unit))
    cells, marks = await select_page(
        reading,
        sa.select(table.c.unit, table.c.to, sa.func.count().label("number")).where(*where).group_by("unit", "to"),
        Order((table.c.unit, table.c.to)),
        params.limit,
        params.after,
    )
    passed = await _passed(reading, [(cell.unit, cell.to) for cell in cells], where)
    return Page(
        tuple(
            Handover(
                unit=cell.unit,
                unit_name=unit_name(reading, cell.unit),
                to=cell.to or None,
                to_name=unit_name(reading, cell.to) if cell.to else None,
                count=cell.number,
                tasks=tuple(passed[cell.unit, cell.to]),
            )
            for cell in cells
        ),
        marks.next,
        marks.of,
    )


async def _passed(
    reading: Reading, cells: list[tuple[str, str]], where: list[sa.ColumnElement[bool]]
) -> dict[tuple[str, str], list[PassedTask]]:
    """The tasks of these cells, in the order in which it happened."""
    table, tasks = table_of(HANDOVERS), table_of(TASKS)
    select = (
        sa.select(
            *(table.c.unit, table.c.to, table.c.task, table.c.happened_on, table.c.reason, table.c.decision),
            *(tasks.c.number, tasks.c.title),
        )
        .join_from(table, tasks, tasks.c.task == table.c.task)
        .where(sa.tuple_(table.c.unit, table.c.to).in_(cells), *where)
        .order_by(table.c.position)
    )
    found: dict[tuple[str, str], list[PassedTask]] = defaultdict(list)
    for row in await reading.all(select):
        found[row.unit, row.to].append(
            PassedTask(row.task, row.number, row.title, row.happened_on, row.reason, row.decision)
        )
    return found
