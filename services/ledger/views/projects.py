"""Which projects does a plan have, and how many of each kind?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from services.ledger.events import Phase, PlanId, ProjectId, ProjectKind, ProjectLevel, ProjectRegistered
from services.ledger.views.listing import USUAL_ITEMS, length, unit_name
from services.ledger.views.plans import PLANS
from services.ledger.views.plans import may_see as may_see_plan
from services.ledger.views.tasks import sort_key
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class ProjectRow:
    project: ProjectId
    plan: PlanId
    number: str
    sort_key: str
    title: PublicText
    unit: UnitId
    kind: ProjectKind
    level: ProjectLevel
    phases: tuple[Phase, ...]


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.project,)]


def _evolve(row: ProjectRow | None, fact: Fact, refs: References) -> ProjectRow | None:
    event: ProjectRegistered = fact.event
    return ProjectRow(
        project=event.project,
        plan=event.plan,
        number=event.number,
        sort_key=sort_key(event.number),
        title=event.title,
        unit=event.unit,
        kind=event.kind,
        level=event.level,
        phases=event.phases,
    )


PROJECTS: View[ProjectRow] = View(
    name="projects",
    version=1,
    row=ProjectRow,
    key=("project",),
    events=(ProjectRegistered,),
    route=_route,
    evolve=_evolve,
    indexes=(("plan", "sort_key"), ("unit",)),
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Project:
    """一个项目。A project with its phases: none, or all three in their order."""

    project: ProjectId
    plan: PlanId
    number: str
    title: PublicText
    unit: UnitId
    unit_name: str
    kind: ProjectKind
    level: ProjectLevel
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class ListProjects:
    """项目清单。Projects of units that the asker may see, by plan and number. `limit` is at most 1000."""

    plan: PlanId | None = None
    kind: ProjectKind | None = None
    level: ProjectLevel | None = None
    unit: UnitId | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class GetProject:
    """查看项目。One project."""

    project: ProjectId


@dataclass(frozen=True, slots=True)
class CountProjects:
    """项目统计。How many projects a plan has."""

    plan: PlanId


@dataclass(frozen=True, slots=True)
class ProjectCounts:
    """一份规划的项目数：共性、个性、延伸。The projects of a plan by kind, all of them, also those of units unseen."""

    plan: PlanId
    projects: int
    common: int
    specific: int
    extended: int


async def list_projects(reading: Reading, params: ListProjects) -> Page[Project]:
    projects = table_of(PROJECTS)
    where = [reading.visible(projects.c.unit)]
    equal = (
        (projects.c.plan, params.plan),
        (projects.c.kind, params.kind),
        (projects.c.level, params.level),
        (projects.c.unit, params.unit),
    )
    where += [column == value for column, value in equal if value is not None]
    order = Order((projects.c.plan, projects.c.sort_key, projects.c.project))
    return await reading.page(
        PROJECTS,
        *where,
        order=order,
        limit=length(params.limit),
        cursor=params.after,
        item=lambda row: _card(reading, row),
    )


async def get_project(reading: Reading, params: GetProject) -> Project | None:
    return (await projects_by_id(reading, [params.project])).get(params.project)


async def projects_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, Project]:
    """Those of the projects that the asker may see."""
    projects = table_of(PROJECTS)
    rows = await reading.rows(PROJECTS, projects.c.project.in_(list(ids)), reading.visible(projects.c.unit))
    return {row.project: _card(reading, row) for row in rows}


async def count_projects(reading: Reading, params: CountProjects) -> ProjectCounts | None:
    plans, projects = table_of(PLANS), table_of(PROJECTS)
    if not await reading.rows(PLANS, plans.c.plan == params.plan, may_see_plan(reading)):
        return None
    select = sa.select(projects.c.kind, sa.func.count().label("projects"))
    rows = await reading.all(select.where(projects.c.plan == params.plan).group_by(projects.c.kind))
    counted = {row.kind: row.projects for row in rows}
    return ProjectCounts(
        plan=params.plan,
        projects=sum(counted.values()),
        common=counted.get("common", 0),
        specific=counted.get("specific", 0),
        extended=counted.get("extended", 0),
    )


def _card(reading: Reading, row: ProjectRow) -> Project:
    return Project(
        project=row.project,
        plan=row.plan,
        number=row.number,
        title=row.title,
        unit=row.unit,
        unit_name=unit_name(reading, row.unit),
        kind=row.kind,
        level=row.level,
        phases=row.phases,
    )
