"""The roster an office keeps: units (机构) and their posts (职务), from rows of text to typed rows and row errors.

Pure: nothing is asked of the ledger; units already recorded come in as `known`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shared.codes import WORDING, check_credit_code, check_division
from shared.directory import Level, Role, UnitKind
from zeren.loading.row_refusals import (
    DATE_INVALID,
    DATES_REVERSED,
    KIND_UNKNOWN,
    LEVEL_UNKNOWN,
    ORDER_NOT_A_NUMBER,
    PARENT_BELOW,
    PARENT_CIRCLE,
    PARENT_MISSING,
    PARENT_ROW_HAS_ERRORS,
    PARENT_UNKNOWN,
    POST_ROW_TWICE,
    ROLE_UNKNOWN,
    UNIT_CODE_MALFORMED,
    UNIT_CODE_UNKNOWN,
    VALUE_TWICE,
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

UNIT_HEADINGS = (
    Heading("机构序", ("机构序号", "排序号", "序号")),
    Heading("单位编码", ("机构编码",)),
    Heading("单位名称", ("机构名称", "单位全称")),
    Heading("简称", ("单位简称",), required=False),
    Heading("层级", ("单位层级",)),
    Heading("类别", ("单位类别", "机构类别")),
    Heading("上级单位编码", ("上级机构编码",)),
    Heading("行政区划代码", ("区划代码",), required=False),
    Heading("统一社会信用代码", ("信用代码",), required=False),
    Heading("成立日期", ("设立日期",)),
)

POST_HEADINGS = (
    Heading("单位编码", ("机构编码",)),
    Heading("职务", ("职务名称", "岗位")),
    Heading("角色", ("系统角色",)),
    Heading("姓名", ("任职人员",)),
    Heading("任职日期", ("任职时间",)),
    Heading("离任日期", ("免职日期", "离任时间"), required=False),
    Heading("管辖单位编码", ("管辖范围",), required=False),
)

UNIT_REQUIRED = ("机构序", "单位编码", "单位名称", "层级", "类别", "成立日期")
POST_REQUIRED = ("单位编码", "职务", "角色", "姓名", "任职日期")

LEVELS: Mapping[str, Level] = {
    "省": "province",
    "省级": "province",
    "市": "city",
    "市级": "city",
    "市直": "city",
    "县区": "county",
    "区县": "county",
    "县": "county",
    "区": "county",
    "县级": "county",
    "乡镇街道": "township",
    "乡镇": "township",
    "街道": "township",
    "乡级": "township",
    "基层": "grassroots",
    "村社区": "grassroots",
}
"""What offices write → the level's code; written without blanks, brackets and the mark 、."""

RANK: Mapping[Level, int] = {"province": 0, "city": 1, "county": 2, "township": 3, "grassroots": 4}
"""Levels from above to below; a unit never stands above its parent."""

KINDS: Mapping[str, UnitKind] = {
    "党委": "committee",
    "党工委": "committee",
    "纪委": "committee",
    "政府": "government",
    "部门": "department",
    "党委部门": "department",
    "政府部门": "department",
    "群团组织": "department",
    "直属事业单位": "department",
    "内设机构": "section",
    "科室": "section",
    "事业单位": "institution",
    "医院": "institution",
    "企业": "enterprise",
    "国有企业": "enterprise",
    "学校": "school",
    "其他": "other",
}

CHIEF = "一把手"
"""The role word that marks the chief post of a unit."""

ROLES: Mapping[str, Role] = {
    "组织协调": "coordinator",
    "惩防办": "coordinator",
    CHIEF: "unit-head",
    "主要负责人": "unit-head",
    "班子成员": "unit-head",
    "分管领导": "unit-head",
    "科员": "unit-clerk",
    "填报": "unit-clerk",
    "科员填报": "unit-clerk",
    "联络员": "unit-clerk",
    "督查": "inspector",
    "考核": "assessor",
    "审定": "committee",
    "信访": "intake-clerk",
    "承办": "case-handler",
    "案管": "case-supervisor",
    "审计": "auditor",
    "隐私保护": "privacy-officer",
    "个人信息保护": "privacy-officer",
    "系统管理": "administrator",
    "管理员": "administrator",
}

_UNIT_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]{0,31}$")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as the office lists it. `row` is the row in Excel; `order` is the 机构序 within the parent.

    `code` is this installation's own code of the unit; `short_name` is empty where none is used; `parent_code` is None
    for the topmost unit. `level` and `kind` are values of `LEVELS` and `KINDS`.
    """

    row: int
    order: int
    code: str
    name: str
    short_name: str
    level: Level
    kind: UnitKind
    parent_code: str | None
    division_code: str | None
    credit_code: str | None
    founded: date


@dataclass(frozen=True, slots=True)
class PostRow:
    """One holder of one post. `until` is the last day, None while the post is held.

    `leads` marks the chief post (一把手). `over_code` is the unit whose subtree the roles reach: the post's own unit,
    unless the sheet names another, as for an office that inspects for the whole city.

    `place` tells posts of one title apart: two deputy directors at the same time hold places 1 and 2 of 副局长, while
    a successor takes the place that became free. (unit, title, place) is one post. The name is personal data.
    """

    row: int
    unit_code: str
    title: str
    roles: tuple[Role, ...]
    leads: bool
    over_code: str
    name: str = field(repr=False)
    since: date
    until: date | None
    place: int


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """What the roster must know of a unit that is already recorded."""

    level: Level
    parent_code: str | None


def read_units(table: Table, known: Mapping[str, KnownUnit]) -> Reading[UnitRow]:
    """The units of a table under `UNIT_HEADINGS`; `known` holds the units already recorded, by code.

    A unit whose parent's row has an error is an error too, so that the good rows always make a tree.
    """
    errors: list[RowError] = list(table.errors)
    drafts: list[tuple[Row, UnitRow]] = []
    for row in table.rows:
        unit, wrong = _unit(table, row)
        errors += wrong
        if unit is not None:
            drafts.append((row, unit))

    first: dict[tuple[str, object, object], int] = {}
    for row, unit in drafts:
        for column, parent, value in (
            ("单位编码", None, unit.code),
            ("统一社会信用代码", None, unit.credit_code),
            ("单位名称", unit.parent_code, unit.name),
            ("机构序", unit.parent_code, unit.order),
        ):
            if value is None:
                continue
            earlier = first.setdefault((column, parent, value), unit.row)
            if earlier != unit.row:
                within = ("在同一上级单位下", ", below the same unit") if parent else ("", "")
                twice = VALUE_TWICE.of(text=row[column], earlier=earlier, within_zh=within[0], within_en=within[1])
                errors.append(table.error(row, column, twice))

    errors += _tree_errors(table, drafts, known)
    good, late = _with_good_parents(table, drafts, known, {error.row for error in errors if error.sheet == table.sheet})
    return Reading(good, _in_order(errors + late))


def read_posts(table: Table, units: Collection[str]) -> Reading[PostRow]:
    """The posts of a table under `POST_HEADINGS`; `units` are the codes of all units there are or will be."""
    errors: list[RowError] = list(table.errors)
    good: list[PostRow] = []
    seen: dict[tuple[object, ...], int] = {}
    for row in table.rows:
        wrong = table.missing(row, POST_REQUIRED)
        code = row["单位编码"]
        if code and code not in units:
            wrong.append(table.error(row, "单位编码", UNIT_CODE_UNKNOWN.of(code=code, **meant(nearest(code, units)))))
        over = row["管辖单位编码"] or code
        if over != code and over not in units:
            wrong.append(
                table.error(row, "管辖单位编码", UNIT_CODE_UNKNOWN.of(code=over, **meant(nearest(over, units))))
            )
        roles: list[Role] = []
        words = [word for word in re.split(r"[、，,;；/\n]", row["角色"]) if _word(word)]
        for word in words or [row["角色"]]:
            role = ROLES.get(_word(word))
            if role is not None and role not in roles:
                roles.append(role)
            elif role is None and word:
                wrong.append(table.error(row, "角色", ROLE_UNKNOWN.of(text=word.strip(), words="、".join(ROLES))))
        since, until = (_date(table, row, column, wrong) for column in ("任职日期", "离任日期"))
        if since and until and until < since:
            wrong.append(table.error(row, "离任日期", DATES_REVERSED.of(since=since)))
        post = None
        if not wrong and since is not None and all(row[column] for column in POST_REQUIRED):
            post = PostRow(
                row=row.number,
                unit_code=code,
                title=plain_name(row["职务"]),
                roles=tuple(roles),
                leads=CHIEF in map(_word, words),
                over_code=over,
                name=person_key(row["姓名"]),
                since=since,
                until=until,
                place=1,
            )
            same = (post.unit_code, post.title, post.name, post.since)
            if (earlier := seen.setdefault(same, row.number)) != row.number:
                wrong.append(table.error(row, "职务", POST_ROW_TWICE.of(earlier=earlier)))
        errors += wrong
        if post is not None and not wrong:
            good.append(post)
    bad = {error.row for error in table.errors}
    return Reading(_with_places([post for post in good if post.row not in bad]), _in_order(errors))


UNIT_FIELDS = {
    "order": "机构序",
    "name": "单位名称",
    "short_name": "简称",
    "level": "层级",
    "kind": "类别",
    "parent_code": "上级单位编码",
    "division_code": "行政区划代码",
    "credit_code": "统一社会信用代码",
    "founded": "成立日期",
}
"""Field of `UnitRow` → the heading under which the office finds it."""


def compare_units(table: Table, rows: Iterable[UnitRow], recorded: Mapping[str, UnitRow]) -> Changes[UnitRow]:
    """Tells new units from recorded ones (by code; `row` is not compared); a changed unit is an error per field."""
    new: list[UnitRow] = []
    unchanged: list[UnitRow] = []
    errors: list[RowError] = []
    for row in rows:
        before = recorded.get(row.code)
        if before is None:
            new.append(row)
        elif columns := [UNIT_FIELDS[name] for name in differing(before, row, but=("row", "code"))]:
            errors += changed_row_errors(table, row.row, columns)
        else:
            unchanged.append(row)
    return Changes(tuple(new), tuple(unchanged), tuple(errors))


def person_key(name: str) -> str:
    """A name for matching: offices pad names of two characters with blanks (李  明) to align them with longer ones."""
    return plain(name)


def _unit(table: Table, row: Row) -> tuple[UnitRow | None, list[RowError]]:
    wrong = table.missing(row, UNIT_REQUIRED)
    order = row["机构序"]
    if order and not re.fullmatch(r"[0-9]{1,6}", order):
        wrong.append(table.error(row, "机构序", ORDER_NOT_A_NUMBER.of(text=order)))
    if row["单位编码"] and not _UNIT_CODE.match(row["单位编码"]):
        wrong.append(table.error(row, "单位编码", UNIT_CODE_MALFORMED.of(code=row["单位编码"])))
    level, kind = LEVELS.get(_word(row["层级"])), KINDS.get(_word(row["类别"]))
    if row["层级"] and level is None:
        words = "省、市、县区、乡镇街道、基层"
        wrong.append(table.error(row, "层级", LEVEL_UNKNOWN.of(text=row["层级"], words=words)))
    if row["类别"] and kind is None:
        wrong.append(table.error(row, "类别", KIND_UNKNOWN.of(text=row["类别"], words="、".join(KINDS))))
    division, credit = row["行政区划代码"], row["统一社会信用代码"]
    if division and (problem := check_division(division)) is not None:
        wrong.append(table.error(row, "行政区划代码", worded(problem, WORDING[problem])))
    if credit and (flaw := check_credit_code(credit)) is not None:
        wrong.append(table.error(row, "统一社会信用代码", worded(flaw, WORDING[flaw])))
    founded = _date(table, row, "成立日期", wrong)
    if wrong or not all(row[column] for column in UNIT_REQUIRED) or level is None or kind is None or founded is None:
        return None, wrong
    return UnitRow(
        row=row.number,
        order=int(order),
        code=row["单位编码"],
        name=plain_name(row["单位名称"]),
        short_name=plain_name(row["简称"]),
        level=level,
        kind=kind,
        parent_code=row["上级单位编码"] or None,
        division_code=row["行政区划代码"] or None,
        credit_code=row["统一社会信用代码"] or None,
        founded=founded,
    ), wrong


def plain_name(text: str) -> str:
    """A unit's name without the line breaks and blanks that narrow columns bring in; brackets stay as written."""
    return re.sub(r"\s+", "", text)


def _tree_errors(
    table: Table, drafts: Sequence[tuple[Row, UnitRow]], known: Mapping[str, KnownUnit]
) -> Iterable[RowError]:
    """What contradicts the tree: an unknown or lower parent, more than one top, a circle."""
    written = {row["单位编码"] for row in table.rows}
    units = dict(known) | {unit.code: KnownUnit(unit.level, unit.parent_code) for _, unit in drafts}
    tops = [code for code, unit in known.items() if unit.parent_code is None]
    for row, unit in drafts:
        if unit.parent_code is None:
            if [code for code in tops if code != unit.code]:
                yield table.error(row, "上级单位编码", PARENT_MISSING.of())
            tops.append(unit.code)
        elif unit.parent_code not in units:
            if unit.parent_code not in written:
                unknown = PARENT_UNKNOWN.of(code=unit.parent_code, **meant(nearest(unit.parent_code, units)))
                yield table.error(row, "上级单位编码", unknown)
        elif RANK[units[unit.parent_code].level] > RANK[unit.level]:
            yield table.error(row, "上级单位编码", PARENT_BELOW.of(code=unit.parent_code))
        elif _in_a_circle(unit.code, units):
            yield table.error(row, "上级单位编码", PARENT_CIRCLE.of())


def _in_a_circle(code: str, units: Mapping[str, KnownUnit]) -> bool:
    passed: set[str] = set()
    above = units[code].parent_code
    while above is not None and above in units and above not in passed:
        if above == code:
            return True
        passed.add(above)
        above = units[above].parent_code
    return False


def _with_good_parents(
    table: Table, drafts: Sequence[tuple[Row, UnitRow]], known: Mapping[str, KnownUnit], bad: set[int]
) -> tuple[tuple[UnitRow, ...], list[RowError]]:
    """The drafts that can be recorded, parents first or last as in the sheet, and an error for each orphan of a bad row."""
    left = [(row, unit) for row, unit in drafts if unit.row not in bad]
    orphans: list[RowError] = []
    while True:
        codes = {unit.code for _, unit in left} | set(known)
        held = [(row, unit) for row, unit in left if unit.parent_code is not None and unit.parent_code not in codes]
        if not held:
            return tuple(unit for _, unit in left), orphans
        for row, unit in held:
            orphans.append(table.error(row, "上级单位编码", PARENT_ROW_HAS_ERRORS.of(code=unit.parent_code)))
        gone = {unit.row for _, unit in held}
        left = [(row, unit) for row, unit in left if unit.row not in gone]


def _with_places(posts: Sequence[PostRow]) -> tuple[PostRow, ...]:
    """Gives each holder the lowest place of the title that is free when the holding begins."""
    ends: dict[tuple[str, str], list[date]] = defaultdict(list)
    places: dict[int, int] = {}
    for post in sorted(posts, key=lambda one: (one.since, one.row)):
        taken = ends[post.unit_code, post.title]
        free = next((index for index, end in enumerate(taken) if end <= post.since), len(taken))
        taken[free : free + 1] = [post.until or date.max]
        places[post.row] = free + 1
    return tuple(replace(post, place=places[post.row]) for post in posts)


def _date(table: Table, row: Row, column: str, wrong: list[RowError]) -> date | None:
    if not row[column]:
        return None
    value = parse_date(row[column])
    if value is None:
        wrong.append(table.error(row, column, DATE_INVALID.of(text=row[column], example="2026-01-05")))
    return value


def _word(text: str) -> str:
    return re.sub(r"[()、/]", "", plain(text))


def _in_order(errors: Iterable[RowError]) -> tuple[RowError, ...]:
    return tuple(sorted(errors, key=lambda error: error.row))
