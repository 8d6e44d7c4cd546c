"""The roster of an office to the ledger: units, posts, and who held them since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from services.ledger.rules.create_post import CreatePost
from services.ledger.rules.fill_post import FillPost
from services.ledger.rules.recode_unit import RecodeUnit
from services.ledger.rules.register_person import RegisterPerson
from services.ledger.rules.register_unit import RegisterUnit
from services.ledger.rules.rename_unit import RenameUnit
from services.ledger.rules.vacate_post import VacatePost
from shared.directory import Directory
from shared.domain import PersonalText, PersonId, PostId, PublicText, UnitId
from shared.running import Running
from zeren.loading import recorded as ledger
from zeren.loading.row_refusals import PARENT_NOT_REGISTERED
from zeren.loading.sheets import (
    RowError,
    Table,
    changed_row_errors,
    holds,
    read_sheets,
    tabulate,
)
from zeren.loading.units import (
    POST_HEADINGS,
    UNIT_HEADINGS,
    KnownUnit,
    PostRow,
    UnitRow,
    compare_units,
    read_posts,
    read_units,
)
from zeren.loading.work import Progress, Report, Step, Work, no_progress


async def load_units(
    running: Running,
    by: PersonId,
    path: Path,
    *,
    partial: bool = False,
    history: bool = False,
    progress: Progress = no_progress,
) -> Report:
    """Load the roster: units (机构) and, if the file has them, their posts with everybody who held them (职务).

    Raises UnreadableSheet. `by` needs a post of an administrator, since a roster hands out every role.
    """
    await running.references.catch_up()
    work = Work(running, by, history=history)
    await work.rehearsal.knows("unit", "unit-code", "credit-code", "chief-post", "post", "person")
    sheets = read_sheets(path)
    has_posts = holds(sheets, POST_HEADINGS)
    directory = running.references.folds.directory
    ids = {unit.code: unit.id for unit in directory.units.values()}
    written = set(ids)
    if holds(sheets, UNIT_HEADINGS) or not has_posts:
        table = tabulate(sheets, UNIT_HEADINGS)
        written |= {row["单位编码"] for row in table.rows}
        await _plan_units(work, table, directory, ids)
    if has_posts:
        await _plan_posts(work, tabulate(sheets, POST_HEADINGS), running, ids, written)
    return await work.carry_out(partial=partial, progress=progress)


_UNIT_COLUMNS = {
    "unit-code-taken": "单位编码",
    "number-invalid": "单位编码",
    "credit-code-taken": "统一社会信用代码",
    "unit-level-above-parent": "层级",
    "root-needs-administrator": "上级单位编码",
    "unit-dissolved": "上级单位编码",
    "date-in-future": "成立日期",
    "text-missing": "单位名称",
}


async def _plan_units(work: Work, table: Table, directory: Directory, ids: dict[str, UnitId]) -> None:
    """Adds to `ids` the units that will be there, parents before children."""
    there = {code: ledger.unit_row(directory, unit) for code, unit in ids.items()}
    reading = read_units(table, {code: KnownUnit(row.level, row.parent_code) for code, row in there.items()})
    work.errors += reading.errors
    top = next((code for code, row in there.items() if row.parent_code is None), None)
    rows = reading.good
    if top is not None and (row := next((row for row in rows if row.code == top), None)) is not None:
        there[top] = await _complete_top(work, table, row, there[top], ids[top])
    changes = compare_units(table, rows, there)
    work.errors += changes.errors
    work.unchanged["单位"] += len(changes.unchanged)

    left = list(changes.new)
    wave = 0
    while left:
        now = [row for row in left if row.parent_code is None or row.parent_code in ids]
        if not now:
            break
        for row in now:
            facts = await work.plan(
                Step(
                    "单位",
                    RegisterUnit(
                        unit=UnitId(""),
                        code=row.code,
                        name=PublicText(row.name),
                        kind=row.kind,
                        level=row.level,
                        order=row.order,
                        valid_from=row.founded,
                        parent=ids[row.parent_code] if row.parent_code else None,
                        short_name=PublicText(row.short_name) if row.short_name else None,
                        division_code=row.division_code,
                        credit_code=row.credit_code,
                    ),
                    work.key("unit", replace(row, row=0)),
                    wave,
                    table,
                    row.row,
                    _UNIT_COLUMNS,
                )
            )
            if facts:
                ids[row.code] = facts[0].event.unit
        planned = {row.row for row in now}
        left = [row for row in left if row.row not in planned]
        wave += 1
    for row in left:
        work.errors.append(
            table.error(table.row(row.row), "上级单位编码", PARENT_NOT_REGISTERED.of(code=row.parent_code))
        )


async def _complete_top(work: Work, table: Table, row: UnitRow, there: UnitRow, unit: UnitId) -> UnitRow:
    """The installation begins with a bare topmost unit; the roster gives it a short name and its codes, once.

    Answers how it will then stand.
    """
    if not there.short_name and row.short_name and row.name == there.name:
        renamed = RenameUnit(unit, PublicText(row.name), there.founded, PublicText(row.short_name))
        if await work.plan(Step("", renamed, work.key("name", row.code, row.short_name), 0, table, row.row)):
            there = replace(there, short_name=row.short_name)
    if not there.division_code and not there.credit_code and (row.division_code or row.credit_code):
        recoded = RecodeUnit(unit, row.division_code, row.credit_code, there.founded)
        key = work.key("codes", row.code, row.division_code, row.credit_code)
        if await work.plan(Step("", recoded, key, 0, table, row.row, _UNIT_COLUMNS)):
            there = replace(there, division_code=row.division_code, credit_code=row.credit_code)
    return there


_POST_COLUMNS = {
    "unit-has-chief-post": "角色",
    "role-not-yours-to-give": "角色",
    "roles-missing": "角色",
    "out-of-reach": "管辖单位编码",
    "post-over-elsewhere": "管辖单位编码",
    "unit-dissolved": "单位编码",
    "post-held": "任职日期",
    "date-before-post": "任职日期",
    "own-appointment": "姓名",
    "date-before-tenure": "离任日期",
    "text-missing": "职务",
}

_FIRST_WAVE_OF_POSTS = 100
"""After every level of the tree of units."""


async def _plan_posts(work: Work, table: Table, running: Running, ids: Mapping[str, UnitId], written: set[str]) -> None:
    directory = running.references.folds.directory
    called = await ledger.names(running)
    there = ledger.holdings(directory, called)
    reading = read_posts(table, written)
    work.errors += reading.errors
    rows = [row for row in _with_last_days(reading.good) if row.unit_code in ids and row.over_code in ids]
    known, changed = _compare_posts(table, rows, there)
    work.errors += changed
    work.unchanged["任职"] += sum(not _is_news(row, known.get(row.row)) for row in rows)

    persons = _Persons(work, there, rows, table)
    places: dict[tuple[str, str, int], list[PostRow]] = defaultdict(list)
    for row in rows:
        places[row.unit_code, row.title, row.place].append(row)
    bad = {error.row for error in changed}
    used: set[PostId] = {holding.post.id for holding in known.values()}
    for (unit_code, title, place), held in places.items():
        held.sort(key=lambda row: (row.since, row.row))
        todo = [row for row in held if row.row not in bad and _is_news(row, known.get(row.row))]
        if not todo:
            continue
        post = next((known[row.row].post.id for row in held if row.row in known), None)
        if post is None:
            post = _free_post(directory, held[0], used)
        if post is None:
            first = held[0]
            facts = await work.plan(
                Step(
                    "职务",
                    CreatePost(
                        PostId(""),
                        ids[unit_code],
                        PublicText(title),
                        first.roles,
                        first.since,
                        first.leads,
                        ids[first.over_code],
                    ),
                    work.key("post", unit_code, title, place, first.roles, first.since, first.leads, first.over_code),
                    _FIRST_WAVE_OF_POSTS,
                    table,
                    first.row,
                    _POST_COLUMNS,
                )
            )
            if not facts:
                continue
            post = PostId(facts[0].event.post)
        used.add(post)
        for at, row in enumerate(todo):
            wave = _FIRST_WAVE_OF_POSTS + 1 + 2 * at
            if row.row in known or await _plan_arrival(work, table, row, post, persons, wave):
                await _plan_leaving(work, table, row, post, wave + 1)


def _is_news(row: PostRow, there: ledger.Holding | None) -> bool:
    return there is None or (there.until is None and row.until is not None)


async def _plan_arrival(work: Work, table: Table, row: PostRow, post: PostId, persons: _Persons, wave: int) -> bool:
    person = await persons.of(row)
    if person is None:
        return False
    filled = FillPost(post, person, row.since)
    key = work.key("fill", row.unit_code, row.title, row.place, row.name, row.since)
    return bool(await work.plan(Step("任职", filled, key, wave, table, row.row, _POST_COLUMNS)))


async def _plan_leaving(work: Work, table: Table, row: PostRow, post: PostId, wave: int) -> None:
    if row.until is not None:
        key = work.key("vacate", row.unit_code, row.title, row.place, row.name, row.since, row.until)
        await work.plan(Step("离任", VacatePost(post, row.until), key, wave, table, row.row, _POST_COLUMNS))


class _Persons:
    """Who the names of a roster are. A name stands for one person in a unit, whatever posts they held there one after
    the other; only where a name is in one kind of post twice at the same time are they two people."""

    def __init__(self, work: Work, there: Sequence[ledger.Holding], rows: Sequence[PostRow], table: Table) -> None:
        self._work = work
        self._table = table
        self._ordinals = _ordinals(rows)
        self._times: dict[tuple[str, str], dict[PersonId, list[_Time]]] = defaultdict(lambda: defaultdict(list))
        for holding in there:
            if holding.name:
                time = (holding.post.title, holding.since, holding.until or date.max)
                self._times[holding.unit_code, holding.name][holding.person].append(time)

    async def of(self, row: PostRow) -> PersonId | None:
        """The person of this row, registered if the ledger does not have them; None when that is refused."""
        time = (row.title, row.since, row.until or date.max)
        known = self._times[row.unit_code, row.name]
        person = next((who for who, times in known.items() if not any(_at_once(time, other) for other in times)), None)
        if person is None:
            registered = RegisterPerson(PersonId(""), PersonalText(row.name))
            key = self._work.key("person", row.unit_code, row.name, self._ordinals[row.row])
            facts = await self._work.plan(Step("人员", registered, key, _FIRST_WAVE_OF_POSTS, self._table, row.row))
            if not facts:
                return None
            person = PersonId(facts[0].event.person)
        known[person].append(time)
        return person


_Time = tuple[str, date, date]
"""A title, and from when to when somebody held it."""


def _at_once(one: _Time, other: _Time) -> bool:
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]


def _ordinals(rows: Sequence[PostRow]) -> dict[int, int]:
    """For each row how many rows ahead of it have its name and title in its unit at the same time."""
    seen: dict[tuple[str, str], list[_Time]] = defaultdict(list)
    found = {}
    for row in sorted(rows, key=lambda row: (row.since, row.row)):
        time = (row.title, row.since, row.until or date.max)
        found[row.row] = sum(_at_once(time, other) for other in seen[row.unit_code, row.name])
        seen[row.unit_code, row.name].append(time)
    return found


def _with_last_days(rows: Sequence[PostRow]) -> list[PostRow]:
    """Offices write the day of a hand-over for both; the last day of whoever leaves is the one ahead of it."""
    begins = {(row.unit_code, row.title, row.place, row.since) for row in rows}
    return [
        replace(row, until=row.until - timedelta(days=1))
        if row.until and row.since < row.until and (row.unit_code, row.title, row.place, row.until) in begins
        else row
        for row in rows
    ]


def _compare_posts(
    table: Table, rows: Sequence[PostRow], there: Sequence[ledger.Holding]
) -> tuple[dict[int, ledger.Holding], list[RowError]]:
    """Which rows are recorded already, by their number; and an error for every field in which a recorded row changed."""
    left: dict[tuple[str, str], list[ledger.Holding]] = defaultdict(list)
    for one in there:
        left[one.unit_code, one.post.title].append(one)
    known: dict[int, ledger.Holding] = {}
    errors: list[RowError] = []

    def take(row: PostRow, *, name: bool, since: bool) -> ledger.Holding | None:
        alike = left[row.unit_code, row.title]
        found = next(
            (
                holding
                for holding in alike
                if (not name or holding.name in (row.name, "")) and (not since or holding.since == row.since)
            ),
            None,
        )
        if found is not None:
            alike.remove(found)
        return found

    for row in rows:
        if (holding := take(row, name=True, since=True)) is not None:
            known[row.row] = holding
            differs = {
                "角色": (set(row.roles), row.leads) != (set(holding.post.roles), holding.post.leads),
                "管辖单位编码": row.over_code != holding.over_code,
                # That somebody left is news, which a roster may bring; another day than the one recorded is a change.
                "离任日期": holding.until is not None and row.until != holding.until,
            }
            errors += changed_row_errors(table, row.row, [column for column, is_so in differs.items() if is_so])
    for row in rows:
        if row.row in known:
            continue
        if take(row, name=True, since=False) is not None:
            errors += changed_row_errors(table, row.row, ["任职日期"])
        elif take(row, name=False, since=True) is not None:
            errors += changed_row_errors(table, row.row, ["姓名"])
    return known, errors


def _free_post(directory: Directory, first: PostRow, used: set[PostId]) -> PostId | None:
    """A post like the row's that nobody holds today and no row of the sheet has: vacant, or waiting for its first
    holder. Rather one that was created for this row than one that is merely old enough."""
    unit, over = directory.unit_by_code(first.unit_code), directory.unit_by_code(first.over_code)
    if unit is None or over is None:
        return None
    free = [
        post
        for post in directory.posts_of(unit.id)
        if (post.title, post.leads, post.over) == (first.title, first.leads, over.id)
        and set(post.roles) == set(first.roles)
        and post.id not in used
        and post.valid_to is None
        and post.valid_from <= first.since
        and all(tenure.valid_to is not None for tenure in post.tenures)
    ]
    return min(free, key=lambda post: post.valid_from != first.since).id if free else None
