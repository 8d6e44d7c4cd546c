"""`zeren load …`: the files that an office keeps, loaded from the command line with every error shown at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar
from rich.table import Table as ShownTable

from shared.directory import Role
from shared.domain import PersonId, Refusal
from shared.running import Running
from zeren.loading.load_plan import PlanPaper, load_plan, load_projects
from zeren.loading.load_scheme import load_scheme
from zeren.loading.load_units import load_units
from zeren.loading.marking import marked_copy, said
from zeren.loading.sheets import RowError, UnreadableSheet
from zeren.loading.work import Progress, Report
from zeren.office import Office, office
from zeren.office_refusals import OfficeRefused
from zeren.people import held_by, only_holder
from zeren.settings import Settings

load_app = typer.Typer(no_args_is_help=True, help="导入：load the files that an office keeps.")
console = Console()

File = Annotated[Path, typer.Argument(help="xlsx, csv or json")]
Code = Annotated[str, typer.Option("--plan", help="规划编码：the plan's code, such as 2026")]
By = Annotated[str | None, typer.Option(help="经办人：on whose word, a person's pseudonym")]
Partial = Annotated[bool, typer.Option("--partial", help="只导入无误的行：load the good rows, leave the others")]
History = Annotated[bool, typer.Option("--history", help="历史数据：sends nothing, counts in no score")]
Title = Annotated[str | None, typer.Option(help="规划名称：drafts the plan when there is none of this code")]
Document = Annotated[str | None, typer.Option(help="文号：the paper that adopted it, such as 云委发〔2026〕1号")]
Adopted = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="印发日期：its date; today if not given")]
Years = Annotated[str | None, typer.Option(help="规划年度：2026 or 2024-2026; from the code if it names a year")]

Load = Callable[[Office, Progress], Awaitable[Report]]

YEARS_INVALID = Refusal("years-invalid", "年度“{years}”应写成 2026 或 2024-2026。", "Years are 2026 or 2024-2026.")


@load_app.command("units")
def units(file: File, by: By = None, partial: Partial = False, history: History = False) -> None:
    """机构和职务：units, posts and who holds them."""

    async def load(opened: Office, progress: Progress) -> Report:
        ledger = opened.services["ledger"]
        person = _person(ledger, by, "administrator")
        return await load_units(ledger, person, file, partial=partial, history=history, progress=progress)

    _load(file, load)


@load_app.command("plan")
def plan(
    file: File,
    code: Code,
    title: Title = None,
    document: Document = None,
    adopted_on: Adopted = None,
    years: Years = None,
    by: By = None,
    partial: Partial = False,
    history: History = False,
) -> None:
    """责任分工表：the tasks of a plan."""
    paper = _paper(code, title, document, adopted_on, years)

    async def load(opened: Office, progress: Progress) -> Report:
        ledger = opened.services["ledger"]
        person = _person(ledger, by, "coordinator")
        return await load_plan(ledger, person, file, paper=paper, partial=partial, history=history, progress=progress)

    _load(file, load)


@load_app.command("projects")
def projects(
    file: File,
    code: Code,
    title: Title = None,
    document: Document = None,
    adopted_on: Adopted = None,
    years: Years = None,
    by: By = None,
    partial: Partial = False,
    history: History = False,
) -> None:
    """项目库：the projects of a plan."""
    paper = _paper(code, title, document, adopted_on, years)

    async def load(opened: Office, progress: Progress) -> Report:
        ledger = opened.services["ledger"]
        person = _person(ledger, by, "coordinator")
        return await load_projects(
            ledger, person, file, paper=paper, partial=partial, history=history, progress=progress
        )

    _load(file, load)


@load_app.command("scheme")
def scheme(
    file: Annotated[Path, typer.Argument(help="json")],
    by: By = None,
    adopted_by: Annotated[str | None, typer.Option(help="审定人：who adopts for the committee, a pseudonym")] = None,
    partial: Partial = False,
) -> None:
    """考核办法：schemes of assessment, drafted and adopted."""

    async def load(opened: Office, progress: Progress) -> Report:
        assessment = opened.services["assessment"]
        drafter, adopter = _person(assessment, by, "coordinator"), _person(assessment, adopted_by, "committee")
        return await load_scheme(assessment, drafter, adopter, file, partial=partial, progress=progress)

    _load(file, load, is_sheet=False)


def show(console: Console, report: Report) -> None:
    """What was recorded, what was there, and every error with row, column, value and reason (行、列、值、原因), Chinese
    first, then code and English."""
    if report.errors:
        shown = ShownTable("行", "列", "值", "原因")
        for error in report.errors:
            shown.add_row(*map(escape, (str(error.row or ""), error.column, error.value, said(error))))
        console.print(shown)
    recorded = [f"{what} {count}" for what, count in report.recorded.items() if count]
    same = [f"{what} {count}" for what, count in report.unchanged.items() if count]
    if not report.loaded:
        console.print(
            f"共 {len(report.errors)} 处问题，没有导入任何内容。改正后重新导入，或用 --partial 只导入无误的行。"
        )
        return
    console.print(
        f"已导入：{'、'.join(recorded) or '无新增内容'}。" + (f"此前已导入：{'、'.join(same)}。" if same else "")
    )
    if report.errors:
        console.print(f"共 {len(report.errors)} 处问题，所在的行没有导入。")


def _load(file: Path, load: Load, *, is_sheet: bool = True) -> None:
    try:
        report = asyncio.run(_carry_out(load))
    except UnreadableSheet as unreadable:
        console.print(f"[red]✗[/red] {unreadable.zh}\n  {unreadable.en}", soft_wrap=True, highlight=False)
        raise typer.Exit(1) from None
    show(console, report)
    if report.errors:
        if is_sheet and any(error.row for error in report.errors):
            console.print(f"标注了问题的副本：{mark(file, report.errors)}", soft_wrap=True)
        raise typer.Exit(1)


def mark(file: Path, errors: tuple[RowError, ...]) -> Path:
    """Write the marked copy beside the file, and say where."""
    out = file.with_name(f"{file.stem}-问题.xlsx")
    marked_copy(file, errors, out)
    return out


async def _carry_out(load: Load) -> Report:
    async with office(Settings()) as opened:
        with Bar(console=console, transient=True) as bar:
            task = bar.add_task("导入", total=None)
            return await load(opened, lambda done, total: bar.update(task, completed=done, total=total))


def _person(running: Running, by: str | None, role: Role) -> PersonId:
    """The person named, or the only one who holds the role over the topmost unit. OfficeRefused otherwise."""
    directory, today = running.references.folds.directory, running.log.clock.moment().today
    if by is None:
        return only_holder(directory, role, today)
    held_by(directory, PersonId(by), today)
    return PersonId(by)


def _paper(
    code: str, title: str | None, document: str | None, adopted_on: datetime | None, years: str | None
) -> PlanPaper:
    """Both years of a plan to be drafted are given, or are the one that its code names."""
    if years is not None:
        match = re.fullmatch(r"(\d{4})(?:\s*[-—–]\s*(\d{4}))?", years.strip())
        if match is None:
            raise OfficeRefused(YEARS_INVALID.of(years=years))
    else:
        match = re.search(r"(?<!\d)(20\d\d)(?!\d)()", code)
    first = int(match[1]) if match else None
    last = int(match[2]) if match and match[2] else first
    adopted: date | None = adopted_on.date() if adopted_on else None
    return PlanPaper(code, title, first, last, document, adopted)
