"""A list of a plan's projects (项目) as an office writes it, from rows of text to typed rows and row errors. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zeren.loading.plan import Resolved, outside_plan, resolve_unit
from zeren.loading.row_refusals import LEVEL_UNKNOWN, NUMBER_TWICE, PHASES_REVERSED, PROJECT_KIND_UNKNOWN, worded
from zeren.loading.sheets import Heading, Reading, RowError, Table, plain
from zeren.loading.timelimit import Problem, parse_time_limit

PHASES = ("前期准备", "总结完善", "全面推广")
"""The three phases of a project; each has a goal and a date, none earlier than the one ahead of it."""

PROJECT_HEADINGS = (
    Heading("项目编号", ("编号", "序号")),
    Heading("项目名称", ("项目",)),
    Heading("项目类别", ("类别",)),
    Heading("层级", ("项目层级",)),
    Heading("责任单位", ("责任部门", "牵头单位")),
    *(Heading(f"{phase}{what}") for phase in PHASES for what in ("目标", "时限")),
)

KINDS = {"共性": "common", "个性": "specific", "延伸": "extended"}
LEVELS = {"县区": "county", "部门": "department", "基层": "grassroots"}


@dataclass(frozen=True, slots=True)
class Phase:
    """What is to be reached by the end of a phase, and the phase's last day."""

    goal: str
    due: date


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One good row. `kind` is a value of `KINDS`, `level` of `LEVELS`; `phases` are in the order of `PHASES`."""

    row: int
    number: str
    name: str
    kind: str
    level: str
    unit_code: str
    phases: tuple[Phase, ...]


def read_projects(
    table: Table, *, units: Mapping[str, Sequence[str]], default_year: int, years: tuple[int, int]
) -> Reading[ProjectRow]:
    """The projects of a table under `PROJECT_HEADINGS`; `units`, `default_year` and `years` as for `read_plan`."""
    errors: list[RowError] = list(table.errors)
    good: list[ProjectRow] = []
    first: dict[str, int] = {}
    required = tuple(heading.name for heading in PROJECT_HEADINGS)
    for row in table.rows:
        wrong = [error for error in table.errors if error.row == row.number]
        wrong += table.missing(row, required)
        number = plain(row["项目编号"])
        if number and (earlier := first.setdefault(number, row.number)) != row.number:
            wrong.append(
                table.error(row, "项目编号", NUMBER_TWICE.of(heading="项目编号", number=number, earlier=earlier))
            )
        kind, level = KINDS.get(row["项目类别"].removesuffix("项目")), LEVELS.get(plain(row["层级"]))
        if row["项目类别"] and kind is None:
            refused = PROJECT_KIND_UNKNOWN.of(text=row["项目类别"], words="、".join(KINDS))
            wrong.append(table.error(row, "项目类别", refused))
        if row["层级"] and level is None:
            wrong.append(table.error(row, "层级", LEVEL_UNKNOWN.of(text=row["层级"], words="、".join(LEVELS))))
        unit = resolve_unit(row["责任单位"], units) if row["责任单位"] else Resolved(None)
        if unit.refused is not None:
            wrong.append(table.error(row, "责任单位", unit.refused))
        phases: list[Phase] = []
        for phase in PHASES:
            if not (text := row[f"{phase}时限"]):
                continue
            due = parse_time_limit(text, default_year)
            if isinstance(due, Problem):
                wrong.append(table.error(row, f"{phase}时限", worded(due.code, due)))
            elif not years[0] <= due.year <= years[1]:
                wrong.append(table.error(row, f"{phase}时限", outside_plan(due, years)))
            elif phases and due < phases[-1].due:
                wrong.append(table.error(row, f"{phase}时限", PHASES_REVERSED.of()))
            else:
                phases.append(Phase(row[f"{phase}目标"], due))
        errors += [error for error in wrong if error not in table.errors]
        complete = all(row[column] for column in required)
        if complete and not wrong and unit.unit is not None and kind is not None and level is not None:
            good.append(ProjectRow(row.number, number, row["项目名称"], kind, level, unit.unit, tuple(phases)))
    return Reading(tuple(good), tuple(sorted(errors, key=lambda error: error.row)))
