"""A copy of an office's sheet on which every error is shown where it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from zeren.loading.sheets import (
    PROBLEM_HEADING,
    Cell,
    RowError,
    Sheet,
    cell_text,
    is_problem_heading,
    plain,
    read_sheets,
)

Places = Mapping[tuple[int, int], Sequence[str]]
"""(row, column), both from 0 → the reasons to write into the comment there."""


LONGEST_IN_EXCEL = 32_767
"""The most characters that Excel keeps in a cell or a comment."""


def marked_copy(path: Path, errors: Sequence[RowError], out: Path) -> None:
    """Writes `out` (xlsx): the sheets of `path` with each bad cell coloured and its reason in a comment.

    Reasons are in Chinese first, then code and English. Those of a row also stand as text in the extra last column 问题, so that the copy can be read without
    colours and comments, printed, and sent back once corrected. The same input gives the same bytes.
    """
    sheets = read_sheets(path)
    names = {sheet.name for sheet in sheets}
    with xlsxwriter.Workbook(
        str(out), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - a fixed stamp keeps the bytes the same
        formats = {
            (bad, kind): book.add_format(
                {"text_wrap": True, "valign": "top", "border": 1}
                | ({"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True} if bad else {})
                | ({"num_format": "yyyy-mm-dd"} if kind == "date" else {})
            )
            for bad in (False, True)
            for kind in ("text", "date")
        }
        for index, sheet in enumerate(sheets):
            # An error that names no sheet of the file (no heading row was found) is shown on the first.
            own = [error for error in errors if error.sheet == sheet.name or (index == 0 and error.sheet not in names)]
            _copy(sheet, own, book.add_worksheet(_sheet_name(sheet.name)), formats)


def said(error: RowError) -> str:
    """The reason for the office, and under it the code and the reason in English."""
    return f"{error.zh}\n{error.code}: {error.en}"


def _sheet_name(name: str) -> str:
    """A name that Excel takes for a sheet; a csv's comes from its file, such as plan[1].csv."""
    return re.sub(r"[\[\]:*?/\\]", "_", name).strip("'")[:31] or "Sheet1"


def _copy(sheet: Sheet, errors: Sequence[RowError], to: Worksheet, formats: Mapping[tuple[bool, str], Format]) -> None:
    grid = sheet.filled()
    width = max((len(row) for row in grid), default=0)
    while width and all(plain(cell_text(row[width - 1])) == "" for row in grid):
        width -= 1
    heading_row = min((row for error in errors if (row := _heading_above(grid, error)) is not None), default=0)
    if grid and width and is_problem_heading(grid[heading_row][width - 1]):
        width -= 1  # a marked copy that came back: its old reasons are replaced

    places: dict[tuple[int, int], list[str]] = defaultdict(list)
    reasons: dict[int, list[str]] = defaultdict(list)
    for error in errors:
        row = max(error.row - 1, 0)
        reasons[row].append(f"{error.column}：{said(error)}" if error.column else said(error))
        column = _column(grid, error)
        if column is not None and column < width:
            places[_first_cell(sheet, row, column)].append(said(error))

    covered = set()
    for (top, left), (bottom, right) in sheet.merged:
        last = (min(bottom, len(grid) - 1), min(right, width - 1))
        if left < width and (top, left) != last:
            kind = _kind(grid[top][left])
            to.merge_range(top, left, *last, "", formats[(top, left) in places, kind])
            covered |= {(r, c) for r in range(top, last[0] + 1) for c in range(left, last[1] + 1)} - {(top, left)}
    for r, line in enumerate(grid):
        for c, cell in enumerate(line[:width]):
            if (r, c) not in covered:
                _write(to, r, c, cell, formats[(r, c) in places, _kind(cell)])
    for (r, c), all_of_it in places.items():
        to.write_comment(
            r, c, "\n".join(dict.fromkeys(all_of_it))[:LONGEST_IN_EXCEL], {"x_scale": 2, "author": "zeren"}
        )
    if reasons:
        if heading_row not in reasons:
            to.write_string(heading_row, width, PROBLEM_HEADING, formats[False, "text"])
        for row, texts in reasons.items():
            # The heading of the column shares its cell with what is wrong with the headings.
            texts = [PROBLEM_HEADING, *texts] if row == heading_row else texts
            to.write_string(row, width, "\n".join(dict.fromkeys(texts))[:LONGEST_IN_EXCEL], formats[True, "text"])
        to.set_column(width, width, 60)
        to.freeze_panes(heading_row + 1, 0)
    to.set_column(0, max(width - 1, 0), 16)


def _kind(cell: Cell) -> str:
    return "date" if isinstance(cell, date) else "text"


def _write(to: Worksheet, row: int, column: int, cell: Cell, style: Format) -> None:
    match cell:
        case "":
            to.write_blank(row, column, None, style)
        case bool() | str():
            to.write_string(row, column, cell_text(cell)[:LONGEST_IN_EXCEL], style)
        case int() | float():
            to.write_number(row, column, cell, style)
        case datetime() | date():
            to.write_datetime(row, column, cell, style)
        case time() | timedelta():
            to.write_string(row, column, cell_text(cell)[:LONGEST_IN_EXCEL], style)


def _column(grid: Sequence[Sequence[Cell]], error: RowError) -> int | None:
    """The column of an error: where its heading stands in the nearest row above (or in the row itself)."""
    above = _heading_above(grid, error)
    if above is None:
        return None
    matches = [index for index, cell in enumerate(grid[above]) if plain(cell_text(cell)) == plain(error.column)]
    # A heading written twice is wrong where it stands the second time.
    return matches[-1] if error.code == "heading-twice" else matches[0]


def _heading_above(grid: Sequence[Sequence[Cell]], error: RowError) -> int | None:
    wanted = plain(error.column)
    for row in range(min(error.row, len(grid)) - 1, -1, -1):
        if wanted and any(plain(cell_text(cell)) == wanted for cell in grid[row]):
            return row
    return None


def _first_cell(sheet: Sheet, row: int, column: int) -> tuple[int, int]:
    for (top, left), (bottom, right) in sheet.merged:
        if top <= row <= bottom and left <= column <= right:
            return top, left
    return row, column
