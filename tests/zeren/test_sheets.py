"""Spreadsheets as offices send them become rows of text, and go back marked with what is wrong."""

import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import CalamineWorkbook

from zeren.loading.marking import marked_copy
from zeren.loading.row_refusals import LEADER_UNKNOWN, UNIT_UNKNOWN, meant, worded
from zeren.loading.sheets import (
    Heading,
    Sheet,
    Table,
    UnreadableSheet,
    cell_text,
    holds,
    parse_date,
    read_sheets,
    row_error,
    tabulate,
)
from zeren.loading.timelimit import Problem

HEADINGS = (
    Heading("序号", ("编号",)),
    Heading("任务", ("工作任务",)),
    Heading("责任部门", ("责任单位", "牵头单位")),
    Heading("工作时限", ("完成时限",)),
    Heading("权重", (), required=False),
)
PLAIN = "序号,任务,责任部门,工作时限\n1,清理办公用房,市机关事务局,6月底\n"


def workbook(path: Path, lines: Sequence[Sequence[Any]], merged: tuple[str, ...] = ()) -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("责任分工")
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line)
        for place in merged:
            sheet.merge_range(place, "")
            first = place.split(":")[0]
            column, row = ord(first[0]) - ord("A"), int(first[1:]) - 1
            sheet.write(row, column, lines[row][column])
    return path


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def table(path: Path) -> Table:
    return tabulate(read_sheets(path), HEADINGS)


def rows(found: Table) -> list[tuple[int, str, str, str, str]]:
    return [(row.number, row["序号"], row["任务"], row["责任部门"], row["工作时限"]) for row in found.rows]


def codes(found: Table) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in found.errors]


class TestWhatIsRead:
    def test_title_rows_above_the_headings_are_passed_over_and_rows_keep_their_excel_number(
        self, tmp_path: Path
    ) -> None:
        lines: list[list[Any]] = [
            ["云岭市2026年责任分工表"],
            ["填报单位：市惩防办"],
            ["序号", "任务", "责任部门", "工作时限"],
            [1, "清理办公用房", "市机关事务局", "6月底"],
        ]
        found = table(workbook(tmp_path / "plan.xlsx", lines, ("A1:D1",)))
        assert rows(found) == [(4, "1", "清理办公用房", "市机关事务局", "6月底")]
        assert (found.sheet, found.heading_row, found.errors) == ("责任分工", 3, ())

    def test_leading_blank_rows_count_as_excel_counts_them(self, tmp_path: Path) -> None:
        lines: list[list[Any]] = [
            [],
            [],
            ["序号", "任务", "责任部门", "工作时限"],
            [],
            [7, "清理", "市财政局", "6月底"],
        ]
        assert rows(table(workbook(tmp_path / "plan.xlsx", lines))) == [(5, "7", "清理", "市财政局", "6月底")]

    def test_a_date_typed_as_a_date_reads_as_an_iso_date_and_a_number_without_a_decimal_point(
        self, tmp_path: Path
    ) -> None:
        lines: list[list[Any]] = [
            ["序号", "任务", "责任部门", "工作时限"],
            [1.0, "清理", "市财政局", date(2026, 6, 30)],
        ]
        assert rows(table(workbook(tmp_path / "plan.xlsx", lines))) == [(2, "1", "清理", "市财政局", "2026-06-30")]

    def test_a_merged_cell_stands_for_each_of_its_rows(self, tmp_path: Path) -> None:
        lines: list[list[Any]] = [
            ["序号", "任务", "责任部门", "工作时限"],
            [1, "清理办公用房", "市机关事务局", "6月底"],
            [2, "清理公务用车", "", "7月底"],
        ]
        found = table(workbook(tmp_path / "plan.xlsx", lines, ("C2:C3",)))
        assert [row["责任部门"] for row in found.rows] == ["市机关事务局", "市机关事务局"]

    def test_a_cell_left_blank_without_being_merged_stays_blank(self, tmp_path: Path) -> None:
        found = table(text_file(tmp_path / "plan.csv", PLAIN + "2,清理公务用车,,7月底\n"))
        assert [row["责任部门"] for row in found.rows] == ["市机关事务局", ""]

    def test_trailing_blank_rows_repeated_headings_and_a_note_are_no_rows(self, tmp_path: Path) -> None:
        text = PLAIN + "序号,任务,责任部门,工作时限\n2,清理公务用车,市财政局,7月底\n,,,\n注：本表一式两份。,,,\n,,,\n"
        assert [row.number for row in table(text_file(tmp_path / "plan.csv", text)).rows] == [2, 4]

    def test_headings_are_found_by_their_synonyms_despite_blanks_breaks_and_remarks(self, tmp_path: Path) -> None:
        text = '编号,"工作\n任务",牵头 单位*,完成时限（年月日）\n1,清理,市财政局,6月底\n'
        found = table(text_file(tmp_path / "plan.csv", text))
        assert rows(found) == [(2, "1", "清理", "市财政局", "6月底")]
        assert found.written["责任部门"] == "牵头 单位*"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_csv_is_read_in_each_encoding_that_offices_export(self, tmp_path: Path, encoding: str) -> None:
        found = table(text_file(tmp_path / "plan.csv", PLAIN, encoding))
        assert rows(found) == [(2, "1", "清理办公用房", "市机关事务局", "6月底")]

    def test_json_is_a_list_of_objects_with_the_same_headings_and_its_first_object_is_row_2(
        self, tmp_path: Path
    ) -> None:
        text = '[{"序号": 1, "任务": "清理", "责任单位": "市财政局", "工作时限": "6月底", "权重": 33.30}]'
        found = table(text_file(tmp_path / "plan.json", text))
        assert rows(found) == [(2, "1", "清理", "市财政局", "6月底")]
        assert found.rows[0]["权重"] == "33.30"

    def test_a_column_of_remarks_is_ignored(self, tmp_path: Path) -> None:
        text = "序号,任务,责任部门,工作时限,备注\n1,清理,市财政局,6月底,请尽快\n"
        assert table(text_file(tmp_path / "plan.csv", text)).errors == ()

    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            (1.0, "1"),
            (0.5, "0.5"),
            (1e20, "100000000000000000000"),
            (True, "是"),
            (datetime(2026, 6, 30), "2026-06-30"),  # noqa: DTZ001 - cells have no zone
            (datetime(2026, 6, 30, 9, 30), "2026-06-30 09:30:00"),  # noqa: DTZ001
            ("　云岭市 \r\n财政局 ", "云岭市 \n财政局"),
        ],
    )
    def test_a_cell_reads_as_the_text_that_is_meant(self, cell: Any, text: str) -> None:
        assert cell_text(cell) == text

    @pytest.mark.parametrize(
        "text", ["2026-06-30", "2026/6/30", "2026.6.30", "2026年6月30日", "20260630", "２０２６-06-30"]
    )
    def test_a_full_date_is_read_in_every_usual_spelling(self, text: str) -> None:
        assert parse_date(text) == date(2026, 6, 30)

    @pytest.mark.parametrize("text", ["2026-02-30", "6月30日", "2026年6月", "长期", ""])
    def test_what_is_not_a_full_date_is_none(self, text: str) -> None:
        assert parse_date(text) is None


class TestWhatIsWrong:
    def test_a_missing_heading_is_named_with_its_synonyms(self, tmp_path: Path) -> None:
        found = table(text_file(tmp_path / "plan.csv", "序号,任务,责任部门\n1,清理,市财政局\n"))
        assert codes(found) == [(1, "工作时限", "heading-missing")]
        assert found.errors[0].zh == "缺少必填的列“工作时限”（也可写作完成时限）。"

    def test_an_unknown_heading_is_an_error_with_the_likely_one(self, tmp_path: Path) -> None:
        found = table(
            text_file(tmp_path / "plan.csv", "序号,任务,责任部门,责任单为,工作时限\n1,清理,市财政局,,6月底\n")
        )
        assert codes(found) == [(1, "责任单为", "heading-unknown")]
        assert "“责任单位”" in found.errors[0].zh

    def test_two_headings_for_one_column_are_an_error(self, tmp_path: Path) -> None:
        text = "序号,任务,责任部门,牵头单位,工作时限\n1,清理,市财政局,市审计局,6月底\n"
        assert codes(table(text_file(tmp_path / "plan.csv", text))) == [(1, "牵头单位", "heading-twice")]

    def test_a_sheet_without_a_heading_row_says_which_headings_are_wanted(self, tmp_path: Path) -> None:
        path = text_file(tmp_path / "plan.csv", "张三,李四\n王五,赵六\n")
        found = table(path)
        assert not holds(read_sheets(path), HEADINGS)
        assert codes(found) == [(0, "", "heading-row-missing")]
        assert found.errors[0].zh == "没有找到表头行。表头应包括：序号、任务、责任部门、工作时限。"

    def test_headings_without_any_row_are_an_error(self, tmp_path: Path) -> None:
        assert codes(table(text_file(tmp_path / "plan.csv", PLAIN.splitlines()[0]))) == [(1, "", "table-empty")]

    def test_a_second_sheet_with_the_same_headings_is_not_silently_dropped(self) -> None:
        lines = (("序号", "任务", "责任部门", "工作时限"), (1, "清理", "市财政局", "6月底"))
        found = tabulate((Sheet("一季度", lines), Sheet("二季度", lines)), HEADINGS)
        assert [(error.sheet, error.code) for error in found.errors] == [("二季度", "sheet-second")]

    def test_a_failed_formula_and_a_control_character_are_errors_of_their_cell(self, tmp_path: Path) -> None:
        text = PLAIN + "2,清\x07理,#REF!,7月底\n"
        assert codes(table(text_file(tmp_path / "plan.csv", text))) == [
            (3, "任务", "cell-control-character"),
            (3, "责任部门", "cell-formula-error"),
        ]

    def test_a_text_longer_than_5000_characters_is_an_error(self, tmp_path: Path) -> None:
        found = table(text_file(tmp_path / "plan.csv", f"{PLAIN}2,{'长' * 5001},市财政局,7月底\n"))
        assert codes(found) == [(3, "任务", "cell-too-long")]

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("plan.docx", b"", "sheet-format-unknown"),
            ("plan.xlsx", b"not a spreadsheet", "sheet-damaged"),
            ("plan.xlsx", b"PK\x05\x06" + b"\x09" * 18, "sheet-damaged"),
            ("plan.csv", '"不完整'.encode(), "sheet-damaged"),
            ("plan.csv", b"\xff\xfe\x00\xd8", "sheet-encoding-unknown"),
            ("plan.json", b"{", "sheet-damaged"),
            ("plan.json", b'{"a": 1}', "sheet-damaged"),
            ("plan.json", b'[{"a": 1, "a": 2}]', "sheet-damaged"),
            ("plan.json", b'[{"a": {"b": 1}}]', "sheet-damaged"),
            ("plan.json", b'[{"a": NaN}]', "sheet-damaged"),
            ("plan.json", b'[{"a": ' + b"9" * 5000 + b"}]", "sheet-damaged"),
            ("plan.json", b"[" * 100_000, "sheet-damaged"),
        ],
    )
    def test_a_file_that_is_no_sheet_is_refused_by_code(
        self, tmp_path: Path, name: str, content: bytes, code: str
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(UnreadableSheet) as refused:
            read_sheets(path)
        assert refused.value.code == code
        assert refused.value.zh

    def test_a_file_that_is_not_there_is_refused_by_code(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableSheet) as refused:
            read_sheets(tmp_path / "plan.xlsx")
        assert refused.value.code == "sheet-not-readable"

    def test_an_error_does_not_show_the_value_of_its_cell_in_its_representation(self) -> None:
        assert "张三" not in repr(row_error(2, "分管领导", "张三", LEADER_UNKNOWN.of()))


NO_SUCH_UNIT = UNIT_UNKNOWN.of(text="市财正局", **meant(()))
NO_TIME_LIMIT = worded(
    "time-limit-none", Problem("time-limit-none", "“长期”不是工作时限。", "“长期” is no time limit.")
)


class TestMarkedCopy:
    LINES = (
        ["云岭市2026年责任分工表"],
        ["序号", "任务", "责任部门", "工作时限"],
        [1, "清理办公用房", "市机关事务局", date(2026, 6, 30)],
        [2, "=1+1", "市财正局", "长期"],
    )
    ERRORS = (
        row_error(4, "责任部门", "市财正局", NO_SUCH_UNIT, "责任分工"),
        row_error(4, "工作时限", "长期", NO_TIME_LIMIT, "责任分工"),
    )

    def marked(self, tmp_path: Path) -> Path:
        source = workbook(tmp_path / "plan.xlsx", [list(line) for line in self.LINES], ("A1:D1",))
        marked_copy(source, self.ERRORS, tmp_path / "marked.xlsx")
        return tmp_path / "marked.xlsx"

    def test_the_last_column_tells_every_reason_in_words(self, tmp_path: Path) -> None:
        (sheet,) = read_sheets(self.marked(tmp_path))
        assert [row[-1] for row in sheet.cells] == [
            "",
            "问题",
            "",
            "责任部门：没有名为“市财正局”的单位。\nunit-unknown: There is no unit called “市财正局”.\n"
            "工作时限：“长期”不是工作时限。\ntime-limit-none: “长期” is no time limit.",
        ]

    def test_the_cells_stay_as_they_were_in_their_rows_and_types(self, tmp_path: Path) -> None:
        (sheet,) = read_sheets(self.marked(tmp_path))
        assert sheet.cells[2][:4] == (1.0, "清理办公用房", "市机关事务局", date(2026, 6, 30))
        assert sheet.merged == (((0, 0), (0, 3)),)

    def test_each_bad_cell_has_a_comment_with_its_reason(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(self.marked(tmp_path)) as archive:
            comments = archive.read("xl/comments1.xml").decode()
        assert [place in comments for place in ('ref="C4"', 'ref="D4"', 'ref="B4"')] == [True, True, False]
        assert "没有名为“市财正局”的单位。\nunit-unknown: There is no unit called “市财正局”." in comments

    def test_a_text_that_looks_like_a_formula_is_written_as_text(self, tmp_path: Path) -> None:
        source = text_file(tmp_path / "plan.csv", PLAIN + '2,"=cmd|calc",市财正局,7月底\n')
        error = row_error(3, "责任部门", "市财正局", NO_SUCH_UNIT, "plan")
        marked_copy(source, [error], tmp_path / "marked.xlsx")
        book = CalamineWorkbook.from_path(tmp_path / "marked.xlsx")
        assert book.get_sheet_by_index(0).to_python()[2][1] == "=cmd|calc"

    def test_a_marked_copy_can_be_corrected_and_sent_back(self, tmp_path: Path) -> None:
        found = table(self.marked(tmp_path))
        assert found.errors == ()
        assert [row.number for row in found.rows] == [3, 4]

    def test_marking_a_marked_copy_replaces_its_reasons(self, tmp_path: Path) -> None:
        marked_copy(self.marked(tmp_path), self.ERRORS[:1], tmp_path / "again.xlsx")
        (sheet,) = read_sheets(tmp_path / "again.xlsx")
        assert sheet.cells[1] == ("序号", "任务", "责任部门", "工作时限", "问题")
        assert str(sheet.cells[3][-1]).splitlines()[0] == "责任部门：没有名为“市财正局”的单位。"
        assert "长期" not in str(sheet.cells[3][-1])

    def test_what_is_wrong_with_the_headings_stands_in_their_row_and_does_not_hinder_sending_back(
        self, tmp_path: Path
    ) -> None:
        source = text_file(tmp_path / "plan.csv", "序号,任务,责任部门\n1,清理,市财政局\n")
        marked_copy(source, table(source).errors, tmp_path / "marked.xlsx")
        (sheet,) = read_sheets(tmp_path / "marked.xlsx")
        assert sheet.cells[0][-1] == (
            "问题\n工作时限：缺少必填的列“工作时限”（也可写作完成时限）。\n"
            "heading-missing: The column “工作时限” is missing (or 完成时限)."
        )
        assert codes(table(tmp_path / "marked.xlsx")) == [(1, "工作时限", "heading-missing")]

    def test_a_sheet_without_headings_is_marked_in_its_first_row(self, tmp_path: Path) -> None:
        source = text_file(tmp_path / "plan.csv", "张三,李四\n王五,赵六\n")
        marked_copy(source, table(source).errors, tmp_path / "marked.xlsx")
        (sheet,) = read_sheets(tmp_path / "marked.xlsx")
        assert "没有找到表头行" in str(sheet.cells[0][-1])

    def test_a_json_file_is_marked_as_a_sheet_in_the_same_rows(self, tmp_path: Path) -> None:
        objects = [{"序号": 1, "任务": "清理", "责任部门": "市财正局", "工作时限": "6月底"}]
        source = text_file(tmp_path / "plan.json", json.dumps(objects, ensure_ascii=False))
        error = row_error(2, "责任部门", "市财正局", NO_SUCH_UNIT, "plan")
        marked_copy(source, [error], tmp_path / "marked.xlsx")
        (sheet,) = read_sheets(tmp_path / "marked.xlsx")
        assert sheet.cells[1][:4] == (1.0, "清理", "市财正局", "6月底")
        assert str(sheet.cells[1][4]).startswith("责任部门：没有名为“市财正局”的单位。")

    def test_a_file_name_that_is_no_sheet_name_is_marked_all_the_same(self, tmp_path: Path) -> None:
        source = text_file(
            tmp_path / "责任分工[1]：云岭市党风廉政建设和反腐败工作责任分工表（2026年1月5日定稿）.csv", "张三,李四\n"
        )
        marked_copy(source, table(source).errors, tmp_path / "marked.xlsx")
        assert "没有找到表头行" in str(read_sheets(tmp_path / "marked.xlsx")[0].cells[0][-1])

    def test_a_text_too_long_for_excel_is_cut_in_the_copy_but_reported(self, tmp_path: Path) -> None:
        source = text_file(tmp_path / "plan.csv", f"{PLAIN}2,{'长' * 40_000},市财政局,7月底\n")
        marked_copy(source, table(source).errors, tmp_path / "marked.xlsx")
        (sheet,) = read_sheets(tmp_path / "marked.xlsx")
        assert str(sheet.cells[2][-1]).startswith("任务：单元格文字过长（40000 字），不得超过 5000 字。")

    def test_the_same_errors_give_the_same_bytes(self, tmp_path: Path) -> None:
        first = self.marked(tmp_path).read_bytes()
        assert self.marked(tmp_path).read_bytes() == first
