"""Which plans are there, and how far are they: tasks, accepted ones, lights?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import sqlalchemy as sa

from services.ledger.events import PlanAdopted, PlanAmended, PlanClosed, PlanDrafted, PlanId
from services.ledger.views.listing import USUAL_ITEMS, length, unit_name
from services.ledger.views.tasks import TASKS, figures
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

PlanStatus = Literal["drafted", "adopted", "closed"]
"""拟制中、已印发、已结束."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    plan: PlanId
    code: str
    unit: UnitId
    title: PublicText
    from_year: int
    to_year: int
    basis: PublicText | None
    revision: int
    status: PlanStatus
    document: PublicText | None
    adopted_on: date | None
    closed_on: date | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.plan,)]


def _evolve(row: PlanRow | None, fact: Fact, refs: References) -> PlanRow | None:
    event = fact.event
    if isinstance(event, PlanDrafted):
        return PlanRow(
            plan=event.plan,
            code=event.code,
            unit=event.unit,
            title=event.title,
            from_year=event.from_year,
            to_year=event.to_year,
            basis=event.basis,
            revision=1,
            status="drafted",
            document=None,
            adopted_on=None,
            closed_on=None,
        )
    if row is None:
        raise LookupError("a fact about a plan that was not drafted")
    match event:
        case PlanAdopted():
            return replace(row, status="adopted", document=event.document, adopted_on=event.adopted_on)
        case PlanAmended():
            return replace(
                row,
                title=event.title,
                from_year=event.from_year,
                to_year=event.to_year,
                basis=event.basis,
                revision=event.revision,
            )
        case PlanClosed():
            return replace(row, status="closed", closed_on=event.closed_on)
        case _:
            raise TypeError(type(event).__name__)


PLANS: View[PlanRow] = View(
    name="plans",
    version=1,
    row=PlanRow,
    key=("plan",),
    events=(PlanDrafted, PlanAdopted, PlanAmended, PlanClosed),
    route=_route,
    evolve=_evolve,
    indexes=(("code",),),
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """How far a plan is. Whole tasks only, parts are counted with their wholes; cancelled ones are not `tasks`.

    `accepted_percent` is accepted of tasks, rounded half up to two decimals (113 of which 104: 92.04), null without
    tasks. `accepted_late` are those accepted after their last day.
    """

    tasks: int
    accepted: int
    accepted_percent: Decimal | None
    accepted_late: int
    claimed: int
    running: int
    suspended: int
    cancelled: int
    green: int
    yellow: int
    red: int
    parts: int


@dataclass(frozen=True, slots=True)
class Plan:
    """一份规划。A plan with its figures, on the day of the question, of all its tasks."""

    plan: PlanId
    code: str
    unit: UnitId
    unit_name: str
    title: PublicText
    from_year: int
    to_year: int
    basis: PublicText | None
    revision: int
    status: PlanStatus
    document: PublicText | None
    adopted_on: date | None
    closed_on: date | None
    figures: PlanFigures


@dataclass(frozen=True, slots=True)
class ListPlans:
    """规划清单。Plans that the asker may see, in the order of their codes. `limit` is at most 1000."""

    status: PlanStatus | None = None
    code: str | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class GetPlan:
    """查看规划。One plan."""

    plan: PlanId


def may_see(reading: Reading) -> sa.ColumnElement[bool]:
    """A plan is seen by whoever sees its unit, and by everybody who stands below it: it binds them."""
    plans, directory = table_of(PLANS), reading.refs.directory
    above = {unit for held in reading.who.posts for unit in directory.ancestors(held.unit)}
    return sa.or_(reading.visible(plans.c.unit), plans.c.unit.in_(sorted(above)))


async def list_plans(reading: Reading, params: ListPlans) -> Page[Plan]:
    plans = table_of(PLANS)
    where = [may_see(reading)]
    if params.status is not None:
        where.append(plans.c.status == params.status)
    if params.code is not None:
        where.append(plans.c.code == params.code)
    order = Order((plans.c.code, plans.c.plan))
    page = await reading.page(
        PLANS, *where, order=order, limit=length(params.limit), cursor=params.after, item=lambda row: row
    )
    return Page(tuple(await _with_figures(reading, page.items)), page.next, page.cursor_of)


async def get_plan(reading: Reading, params: GetPlan) -> Plan | None:
    return (await plans_by_id(reading, [params.plan])).get(params.plan)


async def plans_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, Plan]:
    """Those of the plans that the asker may see."""
    plans = table_of(PLANS)
    rows = await reading.rows(PLANS, plans.c.plan.in_(list(ids)), may_see(reading))
    return {plan.plan: plan for plan in await _with_figures(reading, rows)}


async def _with_figures(reading: Reading, rows: Sequence[PlanRow]) -> list[Plan]:
    counted = await plan_figures(reading, [row.plan for row in rows])
    return [
        Plan(
            plan=row.plan,
            code=row.code,
            unit=row.unit,
            unit_name=unit_name(reading, row.unit),
            title=row.title,
            from_year=row.from_year,
            to_year=row.to_year,
            basis=row.basis,
            revision=row.revision,
            status=row.status,
            document=row.document,
            adopted_on=row.adopted_on,
            closed_on=row.closed_on,
            figures=counted[row.plan],
        )
        for row in rows
    ]


async def plan_figures(reading: Reading, plans: Sequence[PlanId]) -> dict[PlanId, PlanFigures]:
    """The figures of each plan; zeros for one without tasks."""
    tasks = table_of(TASKS)
    in_plans = tasks.c.plan.in_(plans)
    reckoned = figures(reading)
    each = (
        sa.select(
            tasks.c.plan,
            tasks.c.status,
            tasks.c.parent.is_(None).label("is_whole"),
            reckoned.light.label("light"),
            reckoned.days_overdue.label("late"),
        )
        .select_from(tasks)
        .where(in_plans)
        .subquery()
    )

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(each.c.is_whole, *conditions)

    select = sa.select(
        each.c.plan,
        count(each.c.status != "cancelled").label("tasks"),
        count(each.c.status == "accepted").label("accepted"),
        count(each.c.status == "accepted", each.c.late > 0).label("accepted_late"),
        count(each.c.status == "claimed").label("claimed"),
        count(each.c.status == "running").label("running"),
        count(each.c.status == "suspended").label("suspended"),
        count(each.c.status == "cancelled").label("cancelled"),
        count(each.c.light == "green").label("green"),
        count(each.c.light == "yellow").label("yellow"),
        count(each.c.light == "red").label("red"),
        sa.func.count().filter(sa.not_(each.c.is_whole)).label("parts"),
    ).group_by(each.c.plan)
    found = {
        PlanId(row.plan): PlanFigures(
            tasks=row.tasks,
            accepted=row.accepted,
            accepted_percent=percent_of(row.accepted, row.tasks),
            accepted_late=row.accepted_late,
            claimed=row.claimed,
            running=row.running,
            suspended=row.suspended,
            cancelled=row.cancelled,
            green=row.green,
            yellow=row.yellow,
            red=row.red,
            parts=row.parts,
        )
        for row in await reading.all(select)
    }
    return {plan: found.get(plan, _NO_TASKS) for plan in plans}


_NO_TASKS = PlanFigures(0, 0, None, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def percent_of(part: int, whole: int) -> Decimal | None:
    """Per cent, rounded half up to two decimals as reports print it; None of nothing."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
