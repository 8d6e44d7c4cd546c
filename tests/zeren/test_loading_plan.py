"""A plan's sheet becomes tasks with their four essentials, with every error in one pass; a changed row names amend."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from zeren.loading.plan import (
    HISTORY_HEADINGS,
    PLAN_HEADINGS,
    PlanRow,
    TaskFields,
    UnitName,
    compare,
    leader_lookup,
    read_plan,
    unit_lookup,
)
from zeren.loading.sheets import Cell, Reading, Sheet, Table, tabulate

UNITS = unit_lookup(
    [
        UnitName("YL-001", "中共云岭市委员会", "市委", None),
        UnitName("YL-140", "云岭市财政局", "市财政局", "YL-001"),
        UnitName("YL-154", "云岭市审计局", "市审计局", "YL-001"),
        UnitName("YL-101", "中共云岭市纪律检查委员会、云岭市监察委员会", "市纪委监委", "YL-001"),
        UnitName("YL-202", "中共白水县委员会", "白水县", "YL-001"),
        UnitName("YL-203", "中共青岩县委员会", "青岩县", "YL-001"),
        UnitName("YL-202-01", "中共白水县城关镇委员会", "城关镇", "YL-202"),
        UnitName("YL-203-01", "中共青岩县城关镇委员会", "城关镇", "YL-203"),
    ]
)
LEADERS = leader_lookup(
    [
        ("YL-140", "李明", "局长", "post-1"),
        ("YL-140", "王建国", "副局长", "post-2"),
        ("YL-140", "王建国", "总会计师", "post-3"),
        ("YL-154", "赵敏", "局长", "post-4"),
        ("YL-202-01", "周涛", "党委书记", "post-5"),
    ]
)

HEADINGS = (
    "序号",
    "所属项目",
    "工作任务",
    "责任领导",
    "牵头单位",
    "配合单位",
    "工作要求",
    "完成标准",
    "完成时限",
    "权重",
)
GOOD: tuple[Cell, ...] = (
    1,
    "",
    "公开“三公”经费",
    "李　明",
    "市财政局",
    "市审计局、白水县",
    "按季公开",
    "公开率100%",
    "6月底",
    "12.5",
)
TASK = TaskFields(
    project="",
    title="公开“三公”经费",
    leader_post="post-1",
    unit_code="YL-140",
    co_units=("YL-154", "YL-202"),
    requirement="按季公开",
    standard="公开率100%",
    due=date(2026, 6, 30),
    weight=Decimal("12.5"),
)


def table(*lines: tuple[Cell, ...]) -> Table:
    return tabulate((Sheet("责任分工", (HEADINGS, *lines)),), PLAN_HEADINGS)


def plan(*lines: tuple[Cell, ...]) -> Reading[PlanRow]:
    return read_plan(
        table(*lines), units=UNITS, leaders=LEADERS, default_year=2026, years=(2024, 2026), projects={"XM001", "XM002"}
    )


def changed(**cells: Cell) -> tuple[Cell, ...]:
    return tuple(cells.get(heading, cell) for heading, cell in zip(HEADINGS, GOOD, strict=True))


def codes(reading: Reading[PlanRow]) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in reading.errors]


class TestGoodRows:
    def test_a_good_row_becomes_a_task_with_units_and_leader_resolved(self) -> None:
        reading = plan(GOOD)
        assert (reading.good, reading.errors) == ((PlanRow(2, "1", TASK),), ())

    @pytest.mark.parametrize("name", ["市财政局", "云岭市财政局", "YL-140", "云岭市 财政局"])
    def test_a_unit_is_found_by_code_name_or_short_name(self, name: str) -> None:
        assert plan(changed(牵头单位=name)).good[0].task.unit_code == "YL-140"

    def test_a_name_that_two_towns_share_is_told_apart_by_the_county_in_front(self) -> None:
        (row,) = plan(changed(牵头单位="白水县城关镇", 责任领导="周涛")).good
        assert (row.task.unit_code, row.task.leader_post) == ("YL-202-01", "post-5")

    @pytest.mark.parametrize(
        "text",
        [
            "市审计局、白水县",
            "市审计局，白水县",
            "市审计局,白水县",
            "市审计局；白水县",
            "市审计局;白水县",
            "市审计局\n白水县",
        ],
    )
    def test_co_operating_units_are_separated_in_each_usual_way(self, text: str) -> None:
        assert plan(changed(配合单位=text)).good[0].task.co_units == ("YL-154", "YL-202")

    def test_a_unit_whose_own_name_holds_a_separator_is_one_unit(self) -> None:
        name = "中共云岭市纪律检查委员会、云岭市监察委员会"
        assert plan(changed(配合单位=name)).good[0].task.co_units == ("YL-101",)

    def test_two_people_of_one_name_are_told_apart_by_the_post_in_brackets(self) -> None:
        assert plan(changed(责任领导="王建国（总会计师）")).good[0].task.leader_post == "post-3"

    def test_co_operating_units_project_and_weight_may_be_left_out(self) -> None:
        (row,) = plan(changed(配合单位="", 权重="")).good
        assert (row.task.co_units, row.task.project, row.task.weight) == ((), "", None)


class TestRowErrors:
    @pytest.mark.parametrize(
        ("column", "cell", "code"),
        [
            ("序号", "", "value-missing"),
            ("工作任务", "", "value-missing"),
            ("责任领导", "", "value-missing"),
            ("牵头单位", "", "value-missing"),
            ("工作要求", "", "value-missing"),
            ("完成标准", "", "value-missing"),
            ("完成时限", "", "value-missing"),
            ("完成时限", "长期", "time-limit-none"),
            ("完成时限", "2026-02-30", "time-limit-no-such-day"),
            ("完成时限", "2027年6月底", "due-outside-plan"),
            ("责任领导", "赵敏", "leader-unknown"),
            ("责任领导", "王建国", "leader-ambiguous"),
            ("责任领导", "李明、王建国", "more-than-one-leader"),
            ("牵头单位", "市财正局", "unit-unknown"),
            ("牵头单位", "城关镇", "unit-ambiguous"),
            ("牵头单位", "市财政局、市审计局", "more-than-one-lead"),
            ("配合单位", "市审记局", "unit-unknown"),
            ("配合单位", "城关镇", "unit-ambiguous"),
            ("配合单位", "市财政局", "co-unit-is-lead"),
            ("配合单位", "市审计局、云岭市审计局", "co-unit-twice"),
            ("所属项目", "XM009", "project-unknown"),
            ("权重", "0", "weight-invalid"),
            ("权重", "100.1", "weight-invalid"),
            ("权重", "很重", "weight-invalid"),
        ],
    )
    def test_a_bad_cell_is_named_by_row_column_and_code(self, column: str, cell: str, code: str) -> None:
        reading = plan(GOOD, changed(序号=2, **{column: cell}) if column != "序号" else changed(序号=cell))
        assert codes(reading) == [(3, column, code)]
        assert reading.errors[0].value == cell
        assert [row.number for row in reading.good] == ["1"]

    def test_a_number_used_twice_names_the_first_row(self) -> None:
        reading = plan(GOOD, GOOD)
        assert codes(reading) == [(3, "序号", "number-twice")]
        assert reading.errors[0].zh == "序号“1”与第 2 行重复。"

    def test_an_unknown_unit_is_answered_with_the_likely_ones(self) -> None:
        assert "“市财政局”" in plan(changed(牵头单位="市财正局")).errors[0].zh

    def test_all_errors_of_all_rows_come_in_one_pass(self) -> None:
        reading = plan(
            changed(完成时限="长期", 配合单位="市审记局"), changed(序号=2, 责任领导="无名氏"), changed(序号=3)
        )
        assert codes(reading) == [
            (2, "配合单位", "unit-unknown"),
            (2, "完成时限", "time-limit-none"),
            (3, "责任领导", "leader-unknown"),
        ]
        assert [row.number for row in reading.good] == ["3"]

    def test_the_sentence_about_a_leader_names_nobody(self) -> None:
        reading = plan(changed(责任领导="王建国"), changed(序号=2, 责任领导="钱不在"))
        assert [error.value for error in reading.errors] == ["王建国", "钱不在"]
        assert not any(name in error.zh for error in reading.errors for name in ("王建国", "钱不在"))

    def test_without_the_column_of_an_essential_no_row_is_good(self) -> None:
        sheet = Sheet(
            "责任分工",
            tuple(tuple(cell for cell in line if cell not in ("完成标准", "公开率100%")) for line in (HEADINGS, GOOD)),
        )
        reading = read_plan(
            tabulate((sheet,), PLAN_HEADINGS), units=UNITS, leaders=LEADERS, default_year=2026, years=(2024, 2026)
        )
        assert (codes(reading), reading.good) == ([(1, "落实标准", "heading-missing")], ())


class TestOldPlans:
    def history(self, outcome: str, ended: Cell) -> Reading[PlanRow]:
        lines = ((*HEADINGS, "办结情况", "办结日期"), (*changed(完成时限="2025年6月底"), outcome, ended))
        found = tabulate((Sheet("责任分工", lines),), HISTORY_HEADINGS)
        return read_plan(found, units=UNITS, leaders=LEADERS, default_year=2025, years=(2025, 2025))

    def test_an_old_task_carries_how_and_when_it_ended(self) -> None:
        (row,) = self.history("已办结", date(2025, 6, 20)).good
        assert (row.outcome, row.ended, row.task.due) == ("accepted", date(2025, 6, 20), date(2025, 6, 30))

    def test_a_task_that_was_not_finished_has_no_date(self) -> None:
        assert self.history("未办结", "").good[0].outcome == "unfinished"
        assert codes(self.history("未办结", "2025-06-20")) == [(2, "办结日期", "ended-but-unfinished")]

    @pytest.mark.parametrize(
        ("outcome", "ended", "column", "code"),
        [
            ("", "", "办结情况", "value-missing"),
            ("还行", "", "办结情况", "outcome-unknown"),
            ("已办结", "", "办结日期", "value-missing"),
            ("已取消", "去年", "办结日期", "date-invalid"),
        ],
    )
    def test_a_bad_ending_is_an_error(self, outcome: str, ended: str, column: str, code: str) -> None:
        assert codes(self.history(outcome, ended)) == [(2, column, code)]


class TestLoadingAgain:
    def test_a_row_that_is_recorded_as_it_stands_adds_nothing(self) -> None:
        changes = compare(table(GOOD), plan(GOOD).good, {"1": TASK})
        assert (changes.new, [row.number for row in changes.unchanged], changes.errors) == ((), ["1"], ())

    def test_a_row_of_a_new_number_is_new(self) -> None:
        lines = (GOOD, changed(序号=2))
        assert [row.number for row in compare(table(*lines), plan(*lines).good, {"1": TASK}).new] == ["2"]

    def test_a_changed_row_is_an_error_for_each_changed_field_and_names_amend(self) -> None:
        line = changed(完成时限="9月底", 配合单位="市审计局")
        changes = compare(table(line), plan(line).good, {"1": TASK})
        assert [(error.row, error.column, error.value, error.code) for error in changes.errors] == [
            (2, "配合单位", "市审计局", "row-changed-amend"),
            (2, "完成时限", "9月底", "row-changed-amend"),
        ]
        assert all("amend" in error.zh for error in changes.errors)
        assert changes.new == ()

    def test_another_leader_is_a_change_of_the_leader(self) -> None:
        changes = compare(table(GOOD), plan(GOOD).good, {"1": replace(TASK, leader_post="post-2")})
        assert [error.column for error in changes.errors] == ["责任领导"]
