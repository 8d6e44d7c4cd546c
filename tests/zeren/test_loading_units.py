"""A roster of units and posts becomes typed rows, with every error in one pass."""

from datetime import date

from zeren.loading.sheets import Cell, Reading, Sheet, Table, tabulate
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

UNITS = (
    "机构序",
    "单位编码",
    "单位名称",
    "简称",
    "层级",
    "类别",
    "上级单位编码",
    "行政区划代码",
    "统一社会信用代码",
    "成立日期",
)
CITY = (1, "YL-001", "中共云岭市委员会", "市委", "市", "党委", "", "539900", "", date(2001, 7, 1))
FINANCE = (
    2,
    "YL-140",
    "云岭市财政局",
    "市财政局",
    "市",
    "政府部门",
    "YL-001",
    "539900",
    "91350100M000100Y43",
    "2001-09-01",
)
TREASURY = (1, "YL-140-02", "云岭市财政局国库科", "", "市", "内设机构", "YL-140", "", "", "2001年9月1日")

POSTS = ("单位编码", "职务", "角色", "姓名", "任职日期", "离任日期", "管辖单位编码")
CHIEF = ("YL-140", "局长", "一把手", "李　明", "2021-03-01", "", "")


def units_table(*lines: tuple[Cell, ...], headings: tuple[str, ...] = UNITS) -> Table:
    return tabulate((Sheet("机构", (headings, *lines)),), UNIT_HEADINGS)


def units(*lines: tuple[Cell, ...], known: dict[str, KnownUnit] | None = None) -> Reading[UnitRow]:
    return read_units(units_table(*lines), known or {})


def posts(*lines: tuple[Cell, ...]) -> Reading[PostRow]:
    return read_posts(tabulate((Sheet("职务", (POSTS, *lines)),), POST_HEADINGS), {"YL-001", "YL-140"})


def changed(line: tuple[Cell, ...], headings: tuple[str, ...] = UNITS, **cells: Cell) -> tuple[Cell, ...]:
    return tuple(cells.get(heading, cell) for heading, cell in zip(headings, line, strict=True))


def codes(reading: Reading[UnitRow] | Reading[PostRow]) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in reading.errors]


class TestUnits:
    def test_a_good_roster_becomes_typed_rows_in_the_order_of_the_sheet(self) -> None:
        reading = units(CITY, FINANCE, TREASURY)
        assert reading.errors == ()
        assert reading.good[1] == UnitRow(
            row=3,
            order=2,
            code="YL-140",
            name="云岭市财政局",
            short_name="市财政局",
            level="city",
            kind="department",
            parent_code="YL-001",
            division_code="539900",
            credit_code="91350100M000100Y43",
            founded=date(2001, 9, 1),
        )
        assert [(unit.kind, unit.parent_code) for unit in reading.good] == [
            ("committee", None),
            ("department", "YL-001"),
            ("section", "YL-140"),
        ]

    def test_a_lower_unit_may_stand_above_its_parent_in_the_sheet(self) -> None:
        assert units(TREASURY, FINANCE, CITY).errors == ()

    def test_all_errors_of_a_row_come_in_one_pass(self) -> None:
        line = changed(FINANCE, 机构序="甲", 单位编码="云-140", 层级="副省级", 类别="衙门", 成立日期="去年")
        assert codes(units(CITY, line)) == [
            (3, "机构序", "order-not-a-number"),
            (3, "单位编码", "unit-code-malformed"),
            (3, "层级", "level-unknown"),
            (3, "类别", "kind-unknown"),
            (3, "成立日期", "date-invalid"),
        ]

    def test_a_credit_code_with_a_wrong_check_digit_is_an_error(self) -> None:
        assert codes(units(CITY, changed(FINANCE, 统一社会信用代码="91350100M000100Y44"))) == [
            (3, "统一社会信用代码", "credit-code-check-digit")
        ]

    def test_a_division_code_of_no_province_is_an_error(self) -> None:
        assert codes(units(CITY, changed(FINANCE, 行政区划代码="999900"))) == [
            (3, "行政区划代码", "division-code-province")
        ]

    def test_every_required_cell_left_blank_is_named(self) -> None:
        blank = changed(FINANCE, 机构序="", 单位编码="", 单位名称="", 层级="", 类别="", 成立日期="")
        assert {(column, code) for _, column, code in codes(units(CITY, blank))} == {
            (column, "value-missing") for column in ("机构序", "单位编码", "单位名称", "层级", "类别", "成立日期")
        }

    def test_a_missing_column_is_reported_once_and_nothing_is_good(self) -> None:
        table = units_table(CITY[:-1], FINANCE[:-1], headings=UNITS[:-1])
        reading = read_units(table, {})
        assert (codes(reading), reading.good) == ([(1, "成立日期", "heading-missing")], ())

    def test_code_name_credit_code_and_order_are_each_used_once(self) -> None:
        reading = units(CITY, FINANCE, FINANCE)
        assert codes(reading) == [
            (4, "单位编码", "value-twice"),
            (4, "统一社会信用代码", "value-twice"),
            (4, "单位名称", "value-twice"),
            (4, "机构序", "value-twice"),
        ]
        assert reading.errors[0].zh == "“YL-140”与第 3 行重复。"

    def test_an_unknown_parent_is_an_error_with_the_likely_one(self) -> None:
        reading = units(CITY, changed(FINANCE, 上级单位编码="YL-01"))
        assert codes(reading) == [(3, "上级单位编码", "parent-unknown")]
        assert "“YL-001”" in reading.errors[0].zh

    def test_a_parent_that_is_recorded_already_need_not_be_in_the_sheet(self) -> None:
        assert units(TREASURY, known={"YL-140": KnownUnit("city", "YL-001")}).errors == ()

    def test_a_parent_of_a_lower_level_is_an_error(self) -> None:
        town = (1, "YL-201", "清溪镇", "", "乡镇（街道）", "党委", "YL-001", "", "", "2001-09-01")
        assert codes(units(CITY, town, changed(FINANCE, 上级单位编码="YL-201"))) == [
            (4, "上级单位编码", "parent-below")
        ]

    def test_units_above_each_other_are_an_error(self) -> None:
        reading = units(CITY, changed(FINANCE, 上级单位编码="YL-140-02"), TREASURY)
        assert codes(reading) == [(3, "上级单位编码", "parent-circle"), (4, "上级单位编码", "parent-circle")]

    def test_only_one_unit_may_be_without_a_parent(self) -> None:
        assert codes(units(CITY, changed(FINANCE, 上级单位编码=""))) == [(3, "上级单位编码", "parent-missing")]

    def test_the_units_below_a_bad_row_are_not_good_either(self) -> None:
        reading = units(CITY, changed(FINANCE, 类别="衙门"), TREASURY)
        assert [unit.code for unit in reading.good] == ["YL-001"]
        assert codes(reading) == [(3, "类别", "kind-unknown"), (4, "上级单位编码", "parent-row-has-errors")]

    def test_loading_a_roster_twice_adds_nothing(self) -> None:
        rows = units(CITY, FINANCE).good
        changes = compare_units(units_table(CITY, FINANCE), rows, {row.code: row for row in rows})
        assert (changes.new, changes.errors) == ((), ())
        assert changes.unchanged == rows

    def test_a_renamed_unit_is_an_error_that_names_amend(self) -> None:
        recorded = {row.code: row for row in units(CITY, FINANCE).good}
        line = changed(FINANCE, 单位名称="云岭市财政和国资局")
        changes = compare_units(units_table(CITY, line, TREASURY), units(CITY, line, TREASURY).good, recorded)
        assert [unit.code for unit in changes.new] == ["YL-140-02"]
        assert [(error.row, error.column, error.code) for error in changes.errors] == [
            (3, "单位名称", "row-changed-amend")
        ]
        assert "amend" in changes.errors[0].zh


class TestPosts:
    def test_a_good_post_becomes_a_typed_row_and_the_padding_of_a_short_name_is_dropped(self) -> None:
        assert posts(CHIEF).good == (
            PostRow(
                row=2,
                unit_code="YL-140",
                title="局长",
                roles=("unit-head",),
                leads=True,
                over_code="YL-140",
                name="李明",
                since=date(2021, 3, 1),
                until=None,
                place=1,
            ),
        )

    def test_a_post_may_hold_several_roles_and_reach_over_another_unit(self) -> None:
        line = changed(CHIEF, POSTS, 职务="督查组组长", 角色="督查、班子成员", 管辖单位编码="YL-001")
        (post,) = posts(line).good
        assert (post.roles, post.leads, post.over_code) == (("inspector", "unit-head"), False, "YL-001")

    def test_two_holders_of_one_title_at_the_same_time_hold_two_posts(self) -> None:
        first = changed(CHIEF, POSTS, 职务="副局长", 角色="班子成员")
        second = changed(first, POSTS, 姓名="王芳", 任职日期="2022-01-01")
        assert [(post.name, post.place) for post in posts(first, second).good] == [("李明", 1), ("王芳", 2)]

    def test_a_successor_takes_the_place_of_the_predecessor(self) -> None:
        before = changed(CHIEF, POSTS, 姓名="王芳", 任职日期="2018-01-01", 离任日期="2021-02-28")
        assert [(post.name, post.place) for post in posts(CHIEF, before).good] == [("李明", 1), ("王芳", 1)]

    def test_all_errors_of_a_post_come_in_one_pass(self) -> None:
        line = ("YL-14O", "局长", "掌门、一把手", "", "2021-02-30", "", "YL-999")
        assert codes(posts(line)) == [
            (2, "姓名", "value-missing"),
            (2, "单位编码", "unit-unknown"),
            (2, "管辖单位编码", "unit-unknown"),
            (2, "角色", "role-unknown"),
            (2, "任职日期", "date-invalid"),
        ]

    def test_leaving_before_coming_is_an_error(self) -> None:
        assert codes(posts(changed(CHIEF, POSTS, 离任日期="2021-02-28"))) == [(2, "离任日期", "dates-reversed")]

    def test_the_same_appointment_twice_is_an_error(self) -> None:
        reading = posts(CHIEF, CHIEF)
        assert codes(reading) == [(3, "职务", "post-row-twice")]
        assert len(reading.good) == 1

    def test_a_name_stands_neither_in_the_sentence_nor_in_a_representation(self) -> None:
        reading = posts(CHIEF, CHIEF, changed(CHIEF, POSTS, 角色="掌门"))
        assert "李明" not in repr(reading)
        assert not any("李" in error.zh for error in reading.errors)
