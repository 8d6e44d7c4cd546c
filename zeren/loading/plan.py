"""A plan as an office writes it (责任分工表), from rows of text to tasks and row errors; and what reloading it would change.

Pure: the names of units, the holders of posts and the tasks already recorded come in as arguments.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.domain import Refused
from zeren.loading.row_refusals import (
    CO_UNIT_IS_LEAD,
    CO_UNIT_TWICE,
    DATE_INVALID,
    DUE_OUTSIDE_PLAN,
    ENDED_BUT_UNFINISHED,
    ENDED_WITHOUT_DATE,
    LEADER_AMBIGUOUS,
    LEADER_UNKNOWN,
    MORE_THAN_ONE_LEAD,
    MORE_THAN_ONE_LEADER,
    NUMBER_TOO_LONG,
    NUMBER_TWICE,
    OUTCOME_UNKNOWN,
    PROJECT_UNKNOWN,
    UNIT_AMBIGUOUS,
    UNIT_UNKNOWN,
    WEIGHT_INVALID,
    meant,
    worded,
)
from zeren.loading.sheets import (
    Changes,
    Heading,
    Reading,
    Row,
    RowError,
    Table,
    changed_row_errors,
    differing,
    nearest,
    parse_date,
    plain,
)
from zeren.loading.timelimit import Problem, parse_time_limit
from zeren.loading.units import person_key

PLAN_HEADINGS = (
    Heading("序号", ("编号", "任务编号", "任务序号")),
    Heading("项目", ("项目编号", "所属项目"), required=False),
    Heading("任务", ("工作任务", "任务名称", "任务内容")),
    Heading("分管领导", ("责任领导", "牵头领导")),
    Heading("责任部门", ("责任单位", "牵头单位", "牵头部门")),
    Heading("协办单位", ("配合单位", "协办部门", "配合部门"), required=False),
    Heading("任务要求", ("工作要求",)),
    Heading("落实标准", ("完成标准",)),
    Heading("工作时限", ("完成时限", "时限", "完成时间")),
    Heading("权重", (), required=False),
)
ESSENTIALS = ("序号", "任务", "分管领导", "责任部门", "任务要求", "落实标准", "工作时限")

HISTORY_HEADINGS = (*PLAN_HEADINGS, Heading("办结情况", ("完成情况",)), Heading("办结日期", ("完成日期",)))
"""The headings of an old plan, whose tasks have ended one way or another."""

OUTCOMES = {
    "已办结": "accepted",
    "办结": "accepted",
    "已完成": "accepted",
    "未办结": "unfinished",
    "未完成": "unfinished",
    "已取消": "cancelled",
    "取消": "cancelled",
}


@dataclass(frozen=True, slots=True)
class TaskFields:
    """What a row says about a task, resolved: the fields that are compared when a plan is loaded again.

    `project` is empty for a task without one. `leader_post` is the post of the accountable leader, not the person.
    `co_units` are unit codes in the order of the sheet. `due` is the last day. `weight` is a share of the plan in per
    cent, None where the sheet gives none.
    """

    project: str
    title: str
    leader_post: str
    unit_code: str
    co_units: tuple[str, ...]
    requirement: str
    standard: str
    due: date
    weight: Decimal | None


FIELD_HEADINGS = {
    "project": "项目",
    "title": "任务",
    "leader_post": "分管领导",
    "unit_code": "责任部门",
    "co_units": "协办单位",
    "requirement": "任务要求",
    "standard": "落实标准",
    "due": "工作时限",
    "weight": "权重",
}
"""Field of `TaskFields` → the heading under which the office finds it."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One good row. `outcome` (accepted, unfinished, cancelled) and `ended` are None unless the plan is an old one."""

    row: int
    number: str
    task: TaskFields
    outcome: str | None = None
    ended: date | None = None


@dataclass(frozen=True, slots=True)
class UnitName:
    """The names under which a sheet may call a unit; `parent_code` is None for the topmost."""

    code: str
    name: str
    short_name: str
    parent_code: str | None


def unit_lookup(units: Iterable[UnitName]) -> dict[str, tuple[str, ...]]:
    """Every way to write a unit → the codes of the units it may mean (more than one: ambiguous).

    A unit is called by its code, its name, its short name, or its parent's short name followed by its own, which tells
    two 城关镇 apart (白水县城关镇).
    """
    units = list(units)
    short = {unit.code: unit.short_name or unit.name for unit in units}
    found: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        words = {unit.code, unit.name, unit.short_name}
        if unit.parent_code in short:
            words.add(short[unit.parent_code] + short[unit.code])
        for word in words - {""}:
            found[plain(word)].add(unit.code)
    return {word: tuple(sorted(codes)) for word, codes in found.items()}


def leader_lookup(posts: Iterable[tuple[str, str, str, str]]) -> dict[str, dict[str, tuple[str, ...]]]:
    """From (unit code, name, post title, post id): unit code → name → the ids of the posts that are held under it.

    A holder is found by the name, and by 姓名（职务） where two people of one unit share a name.
    """
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for unit, name, title, post in posts:
        found[unit][person_key(name)].add(post)
        found[unit][person_key(f"{name}({title})")].add(post)
    return {unit: {name: tuple(sorted(ids)) for name, ids in names.items()} for unit, names in found.items()}


def read_plan(
    table: Table,
    *,
    units: Mapping[str, Sequence[str]],
    leaders: Mapping[str, Mapping[str, Sequence[str]]],
    default_year: int,
    years: tuple[int, int],
    projects: Collection[str] | None = None,
) -> Reading[PlanRow]:
    """The tasks of a table under `PLAN_HEADINGS`, or `HISTORY_HEADINGS` for an old plan.

    `units` and `leaders` are as `unit_lookup` and `leader_lookup` give them. `default_year` is the year of a time limit
    that names none; `years` are the plan's first and last. `projects` are the numbers a row may name, None if any.
    """
    history = "办结情况" in table.written
    required = (*ESSENTIALS, "办结情况") if history else ESSENTIALS
    errors: list[RowError] = list(table.errors)
    good: list[PlanRow] = []
    first: dict[str, int] = {}
    bad = {error.row for error in table.errors}
    for row in table.rows:
        reader = _RowReader(table, row, units, leaders)
        reader.errors += table.missing(row, required)
        number = plain(row["序号"])
        if number and (earlier := first.setdefault(number, row.number)) != row.number:
            reader.wrong("序号", NUMBER_TWICE.of(heading="序号", number=number, earlier=earlier))
        if len(number) > 32:
            reader.wrong("序号", NUMBER_TOO_LONG.of())
        unit = reader.unit()
        leader = reader.leader(unit)
        co_units = reader.co_units(unit)
        due = reader.due(default_year, years)
        weight = reader.weight()
        project = row["项目"]
        if project and projects is not None and project not in projects:
            reader.wrong("项目", PROJECT_UNKNOWN.of(number=project, **meant(nearest(project, projects))))
        outcome, ended = reader.outcome() if history else (None, None)
        errors += reader.errors
        if reader.errors or row.number in bad or not all(row[column] for column in required):
            continue
        if unit is None or leader is None or due is None:
            continue
        task = TaskFields(project, row["任务"], leader, unit, co_units, row["任务要求"], row["落实标准"], due, weight)
        good.append(PlanRow(row.number, number, task, outcome, ended))
    return Reading(tuple(good), tuple(sorted(errors, key=lambda error: error.row)))


def compare(table: Table, rows: Iterable[PlanRow], recorded: Mapping[str, TaskFields]) -> Changes[PlanRow]:
    """Tells rows that are new from those recorded as they stand; a changed row is an error for each field that differs.

    `recorded` holds the tasks of the plan by their number, as loaded and since amended. A loaded plan is not rewritten
    by loading it again: what changed is to be recorded by `amend`, with its reason.
    """
    new: list[PlanRow] = []
    unchanged: list[PlanRow] = []
    errors: list[RowError] = []
    for row in rows:
        before = recorded.get(row.number)
        if before is None:
            new.append(row)
        elif before == row.task:
            unchanged.append(row)
        else:
            columns = [FIELD_HEADINGS[name] for name in differing(before, row.task)]
            errors += changed_row_errors(table, row.row, columns)
    return Changes(tuple(new), tuple(unchanged), tuple(errors))


@dataclass(frozen=True, slots=True)
class Resolved:
    """The code of the unit meant, or None and why there is none."""

    unit: str | None
    refused: Refused | None = None


def resolve_unit(text: str, units: Mapping[str, Sequence[str]]) -> Resolved:
    """The one unit that is called so, among the names of `unit_lookup`."""
    codes = units.get(plain(text), ())
    if len(codes) == 1:
        return Resolved(codes[0])
    if codes:
        return Resolved(None, UNIT_AMBIGUOUS.of(text=text, count=len(codes), codes="、".join(codes)))
    return Resolved(None, UNIT_UNKNOWN.of(text=text, **meant(nearest(plain(text), units))))


class _RowReader:
    """One row being read: collects its errors, column by column."""

    def __init__(
        self,
        table: Table,
        row: Row,
        units: Mapping[str, Sequence[str]],
        leaders: Mapping[str, Mapping[str, Sequence[str]]],
    ) -> None:
        self.table = table
        self.row = row
        self.units = units
        self.leaders = leaders
        self.errors: list[RowError] = []

    def wrong(self, column: str, refused: Refused) -> None:
        self.errors.append(self.table.error(self.row, column, refused))

    def unit(self) -> str | None:
        text = self.row["责任部门"]
        if text and plain(text) not in self.units and len(_listed(text)) > 1:
            self.wrong("责任部门", MORE_THAN_ONE_LEAD.of())
            return None
        return self._resolve("责任部门", text) if text else None

    def leader(self, unit: str | None) -> str | None:
        """The post of the accountable leader; the sentences name nobody, the cell does."""
        text = self.row["分管领导"]
        if not text or unit is None:
            return None
        name = person_key(text)
        posts = self.leaders.get(unit, {}).get(name, ())
        if len(posts) == 1:
            return posts[0]
        if posts:
            self.wrong("分管领导", LEADER_AMBIGUOUS.of(count=len(posts)))
        elif len(_listed(text)) > 1:
            self.wrong("分管领导", MORE_THAN_ONE_LEADER.of())
        else:
            self.wrong("分管领导", LEADER_UNKNOWN.of())
        return None

    def co_units(self, lead: str | None) -> tuple[str, ...]:
        found: list[str] = []
        text = self.row["协办单位"]
        words = [text] if plain(text) in self.units else _listed(text)
        for word in words:
            code = self._resolve("协办单位", word)
            if code is None:
                continue
            if code == lead:
                self.wrong("协办单位", CO_UNIT_IS_LEAD.of(text=word))
            elif code in found:
                self.wrong("协办单位", CO_UNIT_TWICE.of(text=word))
            else:
                found.append(code)
        return tuple(found)

    def due(self, default_year: int, years: tuple[int, int]) -> date | None:
        text = self.row["工作时限"]
        if not text:
            return None
        limit = parse_time_limit(text, default_year)
        if isinstance(limit, Problem):
            self.wrong("工作时限", worded(limit.code, limit))
            return None
        if not years[0] <= limit.year <= years[1]:
            self.wrong("工作时限", outside_plan(limit, years))
            return None
        return limit

    def weight(self) -> Decimal | None:
        text = plain(self.row["权重"]).removesuffix("%")
        if not text:
            return None
        if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text) or not 0 < Decimal(text) <= 100:
            self.wrong("权重", WEIGHT_INVALID.of(text=self.row["权重"]))
            return None
        return Decimal(text)

    def outcome(self) -> tuple[str | None, date | None]:
        text = self.row["办结情况"]
        outcome = OUTCOMES.get(plain(text))
        if text and outcome is None:
            self.wrong("办结情况", OUTCOME_UNKNOWN.of(text=text, words="、".join(OUTCOMES)))
        ended = parse_date(self.row["办结日期"])
        if self.row["办结日期"] and ended is None:
            self.wrong("办结日期", DATE_INVALID.of(text=self.row["办结日期"], example="2025-06-30"))
        elif outcome in {"accepted", "cancelled"} and ended is None:
            self.wrong("办结日期", ENDED_WITHOUT_DATE.of())
        elif outcome == "unfinished" and ended is not None:
            self.wrong("办结日期", ENDED_BUT_UNFINISHED.of())
        return outcome, ended

    def _resolve(self, column: str, text: str) -> str | None:
        found = resolve_unit(text, self.units)
        if found.refused is not None:
            self.wrong(column, found.refused)
        return found.unit


def outside_plan(limit: date, years: tuple[int, int]) -> Refused:
    """Why a time limit outside the years of the plan is refused."""
    span = str(years[0]) if years[0] == years[1] else f"{years[0]}—{years[1]}"
    return DUE_OUTSIDE_PLAN.of(due=limit.isoformat(), years=span)


def _listed(text: str) -> list[str]:
    """The units of a cell: separated by 、 ， , ; ； or a new line, but not inside brackets."""
    outside = re.sub(r"（[^（）]*）|\([^()]*\)", lambda found: found[0].translate(_SHIELD), text)
    parts = re.split(r"[、，,;；\n]", outside)
    return [part.translate(_UNSHIELD).strip() for part in parts if part.strip()]


_SHIELD = {ord(mark): chr(0xE000 + index) for index, mark in enumerate("、，,;；\n")}
_UNSHIELD = {ord(shield): chr(mark) for mark, shield in _SHIELD.items()}
