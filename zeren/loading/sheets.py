"""Reading the spreadsheets an office keeps: xlsx (also xls, ods), csv and json become rows of text under known headings.

Row numbers are those the office sees when it opens the file in Excel: the first line is row 1, whatever stands in it.
A json file (a list of objects) has no lines; its headings count as row 1 and its first object as row 2, which is how
the marked copy shows it. Nothing here knows what the columns mean; `units`, `plan` and `projects` do.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from shared.domain import Refused
from zeren.loading.row_refusals import (
    CELL_CONTROL_CHARACTER,
    CELL_FORMULA_ERROR,
    CELL_TOO_LONG,
    HEADING_MISSING,
    HEADING_ROW_MISSING,
    HEADING_TWICE,
    HEADING_UNKNOWN,
    ROW_CHANGED,
    SHEET_SECOND,
    TABLE_EMPTY,
    VALUE_MISSING,
    meant,
)

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What a cell holds as typed by the office; a blank cell is the empty text."""

Merge = tuple[tuple[int, int], tuple[int, int]]
"""A merged range: (row, column) of its first and its last cell, both counted from 0 and included."""

BYTES_AT_MOST = 32 * 1024 * 1024
UNPACKED_BYTES_AT_MOST = 512 * 1024 * 1024
CELLS_AT_MOST = 4_000_000
TEXT_AT_MOST = 5_000
HEADING_WITHIN_ROWS = 20

PROBLEM_HEADING = "问题"
"""The last column of a marked copy; accepted and ignored when the corrected copy is sent back."""
IGNORED_HEADINGS = frozenset({"备注"})

_SPREADSHEETS = {".xlsx", ".xlsm", ".xls", ".ods"}
_FORMULA_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"}
_OFTEN_MERGED = frozenset({"分管领导", "责任部门", "工作时限", "责任单位", "单位编码"})
"""Columns that offices merge over several rows; a csv keeps such a value in the first row only."""
_NOTE = re.compile(r"^(注|说明|备注|填表|制表|审核人|联系人)\s*(\d*|人|单位|日期|时间|说明)[：:]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnreadableSheet(Exception):
    """The file as a whole cannot be read. `code` is kebab-case; `zh` is for the office, `en` for engineers."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class RowError:
    """One reason why a row cannot be loaded, for the person who sent the sheet.

    `row` is the row seen in Excel, 0 when no row can be named; `column` is the heading as the office wrote it, empty
    when the reason is not about one column; `value` is what stands in the cell. `value` may be a person's name: it is
    shown to the sender and belongs in no log line, so it is absent from the representation and from both sentences.
    """

    row: int
    column: str
    value: str = field(repr=False)
    code: str
    zh: str
    en: str
    sheet: str = ""


def row_error(row: int, column: str, value: str, refused: Refused, sheet: str = "") -> RowError:
    """The error of a place in a sheet."""
    return RowError(row, column, value, refused.code, refused.sentence("zh"), refused.sentence("en"), sheet)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column by its canonical name, and the other words offices write above it."""

    name: str
    synonyms: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet. `cells[0]` is row 1; rows are equally long; merged ranges hold their value in the first cell only."""

    name: str
    cells: tuple[tuple[Cell, ...], ...]
    merged: tuple[Merge, ...] = ()

    def filled(self) -> list[list[Cell]]:
        """The cells with each merged range's value in all of its cells, as a reader of the sheet sees them."""
        grid = [list(row) for row in self.cells]
        for (top, left), (bottom, right) in self.merged:
            for row in grid[top : bottom + 1]:
                for column in range(left, min(right + 1, len(row))):
                    row[column] = self.cells[top][left]
        return grid


@dataclass(frozen=True, slots=True)
class Row:
    """One line under the headings. `cells` is keyed by canonical heading; a column the sheet lacks reads as ''."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet under a known set of headings, and what is wrong with the headings and bare cells."""

    sheet: str
    heading_row: int
    written: Mapping[str, str]
    rows: tuple[Row, ...]
    """In the order of their numbers."""
    errors: tuple[RowError, ...]

    def row(self, number: int) -> Row:
        """The row of a number, as spreadsheets count. LookupError when the sheet has none."""
        at = bisect_left(self.rows, number, key=lambda row: row.number)
        if at == len(self.rows) or self.rows[at].number != number:
            raise LookupError(f"no row {number}")
        return self.rows[at]

    def error(self, row: Row, column: str, refused: Refused) -> RowError:
        """An error of one cell, under the heading as the office wrote it."""
        return row_error(row.number, self.written.get(column, column), row[column], refused, self.sheet)

    def missing(self, row: Row, columns: Sequence[str]) -> list[RowError]:
        """An error for each of these columns that the row leaves blank; a column the sheet lacks is reported once, above."""
        return [
            self.error(row, column, VALUE_MISSING.of(heading=self.written[column], **_hint(column)))
            for column in columns
            if column in self.written and not row[column]
        ]


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What a sheet says: the rows without any error, in the order of the sheet, and every error of the others."""

    good: tuple[T, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class Changes(Generic[T]):
    """What loading a good sheet would do: rows to record, rows recorded already, and an error per changed field."""

    new: tuple[T, ...]
    unchanged: tuple[T, ...]
    errors: tuple[RowError, ...]


def differing(before: Any, now: Any, *, but: Collection[str] = ()) -> tuple[str, ...]:
    """The names of the fields in which two values of one dataclass differ, except those of `but`."""
    names = (one.name for one in fields(now) if one.name not in but)
    return tuple(name for name in names if getattr(before, name) != getattr(now, name))


def changed_row_errors(table: Table, number: int, columns: Sequence[str]) -> list[RowError]:
    """Errors for a row that was recorded with other values: loading adds, it does not rewrite."""
    row = table.row(number)
    return [table.error(row, column, ROW_CHANGED.of(heading=table.written.get(column, column))) for column in columns]


def _hint(column: str) -> Mapping[str, str]:
    if column not in _OFTEN_MERGED:
        return {"hint_zh": "", "hint_en": ""}
    return {
        "hint_zh": "；如原表是合并单元格，请逐行填写",
        "hint_en": "; where the sheet merges cells, fill in every row",
    }


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """The visible worksheets of a file; a csv or json file has one, named after the file. UnreadableSheet if it can't be."""
    suffix = path.suffix.lower()
    if suffix not in _SPREADSHEETS | {".csv", ".json"}:
        raise UnreadableSheet(
            "sheet-format-unknown",
            f"不支持“{suffix or path.name}”格式的文件，请另存为 xlsx、csv 或 json 后再导入。",
            "Only xlsx, xls, ods, csv and json files are read.",
        )
    try:
        data = path.read_bytes() if path.stat().st_size <= BYTES_AT_MOST else None
    except OSError as error:
        raise UnreadableSheet(
            "sheet-not-readable", f"文件“{path.name}”打不开：{error.strerror}。", f"The file cannot be opened: {error}"
        ) from error
    if data is None:
        raise _too_large()
    if suffix == ".csv":
        return (_csv_sheet(path.stem, data),)
    if suffix == ".json":
        return (_json_sheet(path.stem, data),)
    return _workbook_sheets(data)


def holds(sheets: Sequence[Sheet], headings: Sequence[Heading]) -> bool:
    """Whether some sheet has a heading row for these columns."""
    return any(_heading_row(sheet, headings) is not None for sheet in sheets)


def tabulate(sheets: Sequence[Sheet], headings: Sequence[Heading]) -> Table:
    """The table under these headings, from the sheet that shows most of them.

    Rows above the heading row are titles; blank rows, repeated headings and notes under the table (注：…) are passed
    over. Errors: no heading row, a required heading missing, written twice or unknown, a second sheet with the same
    headings, a formula that failed, control characters, a text that is too long.
    """
    found = [(sheet, place) for sheet in sheets if (place := _heading_row(sheet, headings)) is not None]
    if not found:
        wanted = "、".join(heading.name for heading in headings if heading.required)
        return Table("", 0, MappingProxyType({}), (), (row_error(0, "", "", HEADING_ROW_MISSING.of(wanted=wanted)),))
    sheet, (top, _) = max(found, key=lambda one: one[1][1])
    grid = sheet.filled()
    columns, errors = _columns(sheet.name, top, grid[top], headings)
    errors += [
        row_error(place[0] + 1, "", "", SHEET_SECOND.of(sheet=other.name), other.name)
        for other, place in found
        if other is not sheet
    ]
    written = {name: cell_text(grid[top][column]) for name, column in columns.items()}
    rows = []
    for number, line in enumerate(grid[top + 1 :], start=top + 2):
        texts = [cell_text(cell) for cell in line]
        if not any(texts) or _is_note(texts):
            continue
        row = Row(number, MappingProxyType({name: texts[column] for name, column in columns.items()}))
        if not any(row.cells.values()) or all(plain(row[name]) == plain(text) for name, text in written.items()):
            continue
        errors += [
            row_error(number, written[name], text, refused, sheet.name)
            for name, text in row.cells.items()
            for refused in _cell_problems(text)
        ]
        rows.append(row)
    if not rows:
        errors.append(row_error(top + 1, "", "", TABLE_EMPTY.of(), sheet.name))
    return Table(sheet.name, top + 1, MappingProxyType(written), tuple(rows), tuple(errors))


def cell_text(cell: Cell) -> str:
    """A cell as the text an office means: 1.0 is '1', an Excel date is '2026-06-30', outer blanks are not meant."""
    match cell:
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return format(cell, "f") if "e" in repr(cell) else repr(cell)
        case datetime() if cell.time() == time.min:
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return cell.isoformat()
        case str():
            return cell.replace("\r\n", "\n").replace("\r", "\n").strip()
        case _:
            return str(cell)


def plain(text: str) -> str:
    """A text for comparison: full-width letters and brackets made half-width, all blanks taken out."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


_DATE = re.compile(r"^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?$")


def parse_date(text: str) -> date | None:
    """A full date: 2026-06-30, 2026/6/30, 2026.6.30, 2026年6月30日 or 20260630; None if it is none of these."""
    bare = plain(text)
    match = _DATE.match(bare) or re.match(r"^(\d{4})(\d{2})(\d{2})$", bare)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def is_problem_heading(cell: Cell) -> bool:
    """Whether this is the heading of a marked copy's last column; reasons about headings stand under it in the same cell."""
    return cell_text(cell).split("\n", 1)[0] == PROBLEM_HEADING


def nearest(text: str, choices: Collection[str]) -> tuple[str, ...]:
    """Up to three choices that look like the text, the likeliest first."""
    return tuple(get_close_matches(text, choices, n=3, cutoff=0.5))


def _too_large() -> UnreadableSheet:
    return UnreadableSheet(
        "sheet-too-large", "文件过大，请拆分后分批导入。", "The file is too large to be read in one piece."
    )


def _workbook_sheets(data: bytes) -> tuple[Sheet, ...]:
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES_AT_MOST:
                    raise _too_large()
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            one.name
            for one in book.sheets_metadata
            if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
        ]
        return tuple(_worksheet(book.get_sheet_by_name(name)) for name in visible)
    except (CalamineError, zipfile.BadZipFile) as error:
        raise UnreadableSheet(
            "sheet-damaged",
            "文件已损坏、已加密，或并不是电子表格，请用 Excel 或 WPS 打开后另存为 xlsx 再导入。",
            f"The spreadsheet cannot be read: {error}",
        ) from error


def _worksheet(sheet: CalamineSheet) -> Sheet:
    if sheet.total_height * sheet.total_width > CELLS_AT_MOST:
        raise _too_large()
    cells = tuple(tuple(row) for row in sheet.to_python(skip_empty_area=False))
    merged = tuple(
        one for one in sheet.merged_cell_ranges or () if one[0][0] < len(cells) and one[0][1] < len(cells[0])
    )
    return Sheet(sheet.name, cells, merged)


def _csv_sheet(name: str, data: bytes) -> Sheet:
    try:
        lines = list(csv.reader(io.StringIO(_decoded(data), newline=""), strict=True))
    except csv.Error as error:
        raise UnreadableSheet(
            "sheet-damaged", "csv 文件的引号或换行不完整，请重新导出。", f"Not a csv file: {error}"
        ) from error
    return Sheet(name, _rectangle(lines))


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030, which Excel and WPS write on a Chinese Windows."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise UnreadableSheet(
            "sheet-encoding-unknown",
            "文件编码既不是 UTF-8 也不是 GB18030，请重新导出。",
            "The text is neither UTF-8 nor GB18030.",
        ) from error


def _json_sheet(name: str, data: bytes) -> Sheet:
    def refused(zh: str, en: str) -> UnreadableSheet:
        return UnreadableSheet("sheet-damaged", zh, en)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) < len(pairs):
            raise refused("json 文件中同一对象内有重复的列名。", "An object names the same heading twice.")
        return dict(pairs)

    def constant(word: str) -> Any:
        raise refused(f"json 文件中有不是数的值 {word}。", f"{word} is not a number.")

    try:
        # Decimal fractions stay as they are written: a weight of 33.30 is not a float.
        objects = json.loads(_decoded(data), object_pairs_hook=once, parse_float=str, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise refused("文件不是有效的 json。", f"Not valid json: {type(error).__name__}") from error
    if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
        raise refused("json 文件应为对象的列表，每个对象一行，列名与表格相同。", "A list of objects is expected.")
    headings = list(dict.fromkeys(key for one in objects for key in one))
    lines: list[list[Cell]] = [list(headings)]
    for number, one in enumerate(objects, start=1):
        line: list[Cell] = []
        for heading in headings:
            match one.get(heading):
                case None:
                    line.append("")
                case bool() | str() as value:
                    line.append(value)
                case int() as value:
                    # A sheet keeps fifteen digits of a number; longer ones are codes.
                    line.append(value if abs(value) < 10**15 else str(value))
                case list() as values if all(isinstance(value, str) for value in values):
                    line.append("、".join(values))
                case _:
                    raise refused(
                        f"json 文件第 {number} 个对象的“{heading}”不是文字、数字或文字的列表。",
                        f"Object {number} holds something other than a text, a number or a list of texts.",
                    )
        lines.append(line)
    return Sheet(name, _rectangle(lines))


def _rectangle(lines: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    width = max((len(line) for line in lines), default=0)
    if width * len(lines) > CELLS_AT_MOST:
        raise _too_large()
    return tuple((*line, *("" for _ in range(width - len(line)))) for line in lines)


def _heading_name(cell: Cell) -> str:
    """A heading without blanks, asterisks, and remarks in brackets such as 工作时限（年月日）."""
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\*", "", plain(cell_text(cell)))


def _known(headings: Sequence[Heading]) -> dict[str, str]:
    return {_heading_name(word): heading.name for heading in headings for word in (heading.name, *heading.synonyms)}


def _heading_row(sheet: Sheet, headings: Sequence[Heading]) -> tuple[int, int] | None:
    """Where the heading row is (from 0) and how many columns it names; None if no row names half of the required ones."""
    known = _known(headings)
    required = sum(heading.required for heading in headings)
    best: tuple[int, int] | None = None
    for index, row in enumerate(sheet.filled()[:HEADING_WITHIN_ROWS]):
        count = len({known[name] for cell in row if (name := _heading_name(cell)) in known})
        if count < 2 or count * 2 < required:
            continue
        # A heading that spans two rows is shown by both; the table begins under the lower one.
        spans_two_rows = best is not None and best[0] == index - 1 and count == best[1]
        if best is None or count > best[1] or spans_two_rows:
            best = (index, count)
    return best


def _columns(
    sheet: str, top: int, cells: Sequence[Cell], headings: Sequence[Heading]
) -> tuple[dict[str, int], list[RowError]]:
    """Canonical heading → column, and what is wrong with the headings."""
    known = _known(headings)
    columns: dict[str, int] = {}
    errors: list[RowError] = []

    def wrong(text: str, refused: Refused) -> None:
        errors.append(row_error(top + 1, text, text, refused, sheet))

    for column, cell in enumerate(cells):
        name, text = _heading_name(cell), cell_text(cell)
        if name in known and known[name] in columns:
            wrong(text, HEADING_TWICE.of(heading=text, first=cell_text(cells[columns[known[name]]])))
        elif name in known:
            columns[known[name]] = column
        elif name and name not in IGNORED_HEADINGS and not is_problem_heading(cell):
            instead = "，请删除该列或改用规定的列名。", "; delete the column, or use one of the headings."
            wrong(text, HEADING_UNKNOWN.of(heading=text, **meant(nearest(name, known), *instead)))
    for heading in headings:
        if heading.required and heading.name not in columns:
            others = "、".join(heading.synonyms)
            missing = HEADING_MISSING.of(
                heading=heading.name,
                others_zh=f"（也可写作{others}）" if others else "",
                others_en=f" (or {others})" if others else "",
            )
            errors.append(row_error(top + 1, heading.name, "", missing, sheet))
    return columns, errors


def _is_note(texts: Sequence[str]) -> bool:
    said = {text for text in texts if text}
    return len(said) == 1 and _NOTE.match(said.pop()) is not None


def _cell_problems(text: str) -> list[Refused]:
    problems = []
    if text in _FORMULA_ERRORS:
        problems.append(CELL_FORMULA_ERROR.of(error=text))
    if _CONTROL.search(text):
        problems.append(CELL_CONTROL_CHARACTER.of())
    if len(text) > TEXT_AT_MOST:
        problems.append(CELL_TOO_LONG.of(length=len(text), most=TEXT_AT_MOST))
    return problems
