"""Which duty of a plan is covered by which unit, and where are the empty cells (盲区)?

A duty is a whole task of the plan; it covers a unit that is responsible for it or for any part of it, or co-operates.
The matrix is asked from the table of tasks; it has none of its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from services.ledger.events import PlanId, TaskId
from services.ledger.views.plans import PLANS
from services.ledger.views.plans import may_see as may_see_plan
from services.ledger.views.tasks import TASKS
from services.ledger.views.tasks import may_see as may_see_task
from shared.directory import Level, UnitKind
from shared.directory.table import UNITS
from shared.domain import PublicText, UnitId
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class GetCoverage:
    """责任覆盖矩阵。The matrix of a plan: its duties × the units below the plan's, as far as the asker may see them.

    A duty is seen by whoever may see its task or any part of it.

    `level` and `kind` limit the units; sections inside a unit count as that unit unless `kind` asks for sections.
    """

    plan: PlanId
    level: Level | None = None
    kind: UnitKind | None = None


@dataclass(frozen=True, slots=True)
class CoveredUnit:
    """A column of the matrix: a unit, and how many of the duties reach it; 0 is a blind spot (盲区)."""

    unit: UnitId
    name: str
    duties: int


@dataclass(frozen=True, slots=True)
class CoveredDuty:
    """A row of the matrix: a whole task, and for each unit, in the order of the columns, how many tasks it has of it."""

    task: TaskId
    number: str
    title: PublicText
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """责任覆盖矩阵。`empty_cells` counts the cells without a task."""

    plan: PlanId
    units: tuple[CoveredUnit, ...]
    duties: tuple[CoveredDuty, ...]
    empty_cells: int


async def get_coverage(reading: Reading, params: GetCoverage) -> Coverage | None:
    plans = table_of(PLANS)
    plan = await reading.rows(PLANS, plans.c.plan == params.plan, may_see_plan(reading))
    if not plan:
        return None
    units = await _units(reading, plan[0].unit, params)
    columns = {unit: at for at, unit in enumerate(units)}
    duties, counted = await _duties(reading, params, columns)
    reached = [sum(1 for cells in counted.values() if cells[at]) for at in range(len(units))]
    directory = reading.refs.directory
    return Coverage(
        plan=params.plan,
        units=tuple(
            CoveredUnit(unit, directory.units[unit].name, count) for unit, count in zip(units, reached, strict=True)
        ),
        duties=tuple(CoveredDuty(task, number, title, tuple(counted[task])) for task, number, title in duties),
        empty_cells=sum(cells.count(0) for cells in counted.values()),
    )


async def _units(reading: Reading, plan_unit: UnitId, params: GetCoverage) -> list[UnitId]:
    """The columns, in the order of the list of units (机构序)."""
    table = table_of(UNITS)
    where = [reading.within(table.c.unit, plan_unit), table.c.valid_to.is_(None), reading.visible(table.c.unit)]
    if params.level is not None:
        where.append(table.c.level == params.level)
    where.append(table.c.kind == params.kind if params.kind is not None else table.c.kind != "section")
    select = sa.select(table.c.unit).where(*where).order_by(table.c.order, table.c.code)
    return [UnitId(row.unit) for row in await reading.all(select)]


async def _duties(
    reading: Reading, params: GetCoverage, columns: dict[UnitId, int]
) -> tuple[list[tuple[TaskId, str, PublicText]], dict[TaskId, list[int]]]:
    """The rows in the order of their numbers, and the cells of each."""
    tasks = table_of(TASKS)
    in_plan = sa.and_(tasks.c.plan == params.plan, tasks.c.status != "cancelled")
    rows = await reading.all(
        sa.select(
            tasks.c.task,
            tasks.c.number,
            tasks.c.title,
            tasks.c.unit,
            tasks.c.co_units,
            tasks.c.parent,
            may_see_task(reading).label("is_seen"),
        )
        .where(in_plan)
        .order_by(tasks.c.sort_key, tasks.c.task)
    )
    parents = {row.task: row.parent for row in rows}
    cells: dict[TaskId, list[int]] = defaultdict(lambda: [0] * len(columns))
    seen: set[TaskId] = set()
    for row in rows:
        top = row.task
        while parents.get(top) is not None:
            top = parents[top]
        if row.is_seen:
            seen.add(top)
        for unit in (row.unit, *row.co_units):
            at = _column(reading, params, unit, columns)
            if at is not None:
                cells[top][at] += 1
    duties = [(TaskId(row.task), row.number, row.title) for row in rows if row.task in seen]
    return duties, {task: cells[task] for task, _, _ in duties}


def _column(reading: Reading, params: GetCoverage, unit: UnitId, columns: dict[UnitId, int]) -> int | None:
    """The column of a unit; a section counts as the unit it lies in when sections have no columns."""
    known = reading.refs.directory.units.get(unit)
    while known is not None and known.kind == "section" and params.kind != "section" and known.parent is not None:
        known = reading.refs.directory.units.get(known.parent)
    return None if known is None else columns.get(known.id)
