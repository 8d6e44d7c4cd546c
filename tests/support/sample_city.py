"""The sample city as the simulator would learn it, from its files: for specifications that need no running office."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from shared.calendar import WorkCalendar, read_notices
from zeren.loading.plan import PLAN_HEADINGS, UnitName, leader_lookup, read_plan, unit_lookup
from zeren.loading.projects import PROJECT_HEADINGS, read_projects
from zeren.loading.sheets import read_sheets, tabulate
from zeren.loading.units import POST_HEADINGS, UNIT_HEADINGS, read_posts, read_units
from zeren.simulator.city import City, Plan, Post, Task, Unit
from zeren.simulator.workdays import WorkDays

REPOSITORY = Path(__file__).parents[2]
SAMPLE = REPOSITORY / "sample"
MONDAY = date(2026, 1, 5)


def sample_city(prefix: str = "id") -> City:
    """Units, posts held on the first Monday of 2026, and the 113 tasks; every id begins with `prefix`."""
    sheets = read_sheets(SAMPLE / "units.xlsx")
    units = read_units(tabulate(sheets, UNIT_HEADINGS), {}).good
    posts = read_posts(tabulate(sheets, POST_HEADINGS), {unit.code for unit in units}).good
    names = unit_lookup(UnitName(unit.code, unit.name, unit.short_name, unit.parent_code) for unit in units)
    leaders = leader_lookup((post.unit_code, post.name, post.title, str(at)) for at, post in enumerate(posts))
    projects = read_projects(
        tabulate(read_sheets(SAMPLE / "projects.csv"), PROJECT_HEADINGS),
        units=names,
        default_year=2026,
        years=(2024, 2026),
    )
    plan = read_plan(
        tabulate(read_sheets(SAMPLE / "plan-2026.xlsx"), PLAN_HEADINGS),
        units=names,
        leaders=leaders,
        default_year=2026,
        years=(2026, 2026),
        projects={project.number for project in projects.good},
    )
    return City(
        [
            Unit(f"{prefix}-{unit.code}", unit.code, unit.name, unit.kind, unit.level, unit.parent_code)
            for unit in units
        ],
        [
            Post(
                f"{prefix}-post-{at}",
                post.unit_code,
                post.title,
                post.roles,
                post.leads,
                post.over_code,
                f"{prefix}-person-{at}",
            )
            for at, post in enumerate(posts)
            if post.since <= MONDAY and post.until is None
        ],
        [
            Task(
                row.number,
                row.task.title,
                row.task.unit_code,
                row.task.co_units,
                row.task.standard,
                MONDAY,
                row.task.due,
            )
            for row in plan.good
        ],
        Plan(f"{prefix}-plan", "2026", "YL-001", 1),
    )


def working_days_of_2026() -> WorkDays:
    notices = read_notices((REPOSITORY / "services/ledger/holidays.yaml").read_text(encoding="utf-8"))
    calendar = WorkCalendar()
    for notice in notices:
        calendar = calendar.with_notice(notice)
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    return WorkDays(day for day in days if calendar.is_working_day(day))
