"""云岭市, the sample city: an empty installation is given its administrator, roster, old plans, plan, projects and scheme.

Everything is loaded from the files in `sample/` by the same functions as an office's own files. Every step may be broken
off and repeated: what is recorded already is found again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.ledger.rules.install_administrator import InstallAdministrator
from services.ledger.rules.issue_holiday_notice import IssueHolidayNotice
from shared.actions import Action
from shared.calendar import read_notices
from shared.domain import PersonalText, PersonId, PublicText, Refused
from shared.handle import Done
from shared.running import Running
from zeren.loading.load_plan import PlanPaper, load_plan, load_projects
from zeren.loading.load_scheme import load_scheme
from zeren.loading.load_units import load_units
from zeren.loading.sheets import read_sheets, tabulate
from zeren.loading.units import POST_HEADINGS, UNIT_HEADINGS, read_posts, read_units
from zeren.loading.work import Progress as ProgressOf
from zeren.loading.work import Report
from zeren.office import Office

SAMPLE = Path(__file__).parents[2] / "sample"
NOTICES = Path(__file__).parents[2] / "services" / "ledger" / "holidays.yaml"

COORDINATOR = "市惩防办主任"
"""The title of the post on whose word plans and projects are loaded."""
COMMITTEE = "考核审定委员会主任"
"""The title of the post that adopts the schemes of assessment."""

OLD_PLANS = (
    ("plan-2023.xlsx", 2023, "云委发〔2023〕2号", date(2023, 1, 5)),
    ("plan-2024.csv", 2024, "云委发〔2024〕1号", date(2024, 1, 5)),
    ("plan-2025.xlsx", 2025, "云委发〔2025〕3号", date(2025, 1, 6)),
)
PLAN = "2026"
_FEED_SECONDS = 120.0
_LOOK_SECONDS = 0.1


def paper(year: int, document: str, adopted_on: date) -> PlanPaper:
    """A plan of the city for one year, and the paper that put it in force."""
    title = f"云岭市{year}年党风廉政建设和反腐败工作责任分工方案"
    return PlanPaper(str(year), title, year, year, document, adopted_on)


PLAN_2026 = paper(2026, "云委发〔2026〕1号", date(2026, 1, 5))


async def load_city(office: Office, console: Console) -> None:
    """Load everything that the ledger has of the city, with a progress bar. The loops need not run."""
    with _bars(console) as bar:
        await load_ledger(office.services["ledger"], bar)


async def load_ledger(ledger: Running, bar: Callable[[str], ProgressOf]) -> None:
    """Administrator, holiday notices, roster, old plans, projects and the plan of 2026. `bar` begins a bar of its name."""
    await install(ledger)
    administrator = post_holder(ledger, "administrator")
    await issue_notices(ledger, administrator)
    _whole(await load_units(ledger, administrator, SAMPLE / "units.xlsx", progress=bar("机构和职务")))
    coordinator = post_holder(ledger, "coordinator", COORDINATOR)
    for name, year, document, adopted_on in OLD_PLANS:
        old = paper(year, document, adopted_on)
        path = SAMPLE / "history" / name
        progress = bar(f"{year}年方案（历史）")
        _whole(await load_plan(ledger, coordinator, path, paper=old, history=True, progress=progress))
    _whole(await load_projects(ledger, coordinator, SAMPLE / "projects.csv", paper=PLAN_2026, progress=bar("项目")))
    path = SAMPLE / "plan-2026.xlsx"
    _whole(await load_plan(ledger, coordinator, path, paper=PLAN_2026, progress=bar("2026年方案")))


async def adopt_schemes(office: Office) -> None:
    """The schemes of 2026, once the assessment service has received the city. The loops must run."""
    await fed(office, "assessment", "ledger")
    assessment = office.services["assessment"]
    coordinator = post_holder(assessment, "coordinator", COORDINATOR)
    committee = post_holder(assessment, "committee", COMMITTEE)
    _whole(await load_scheme(assessment, coordinator, committee, SAMPLE / "scheme.json"))


async def install(ledger: Running) -> None:
    """The topmost unit and the first administrator, as the roster has them; nothing when there is one already."""
    if await ledger.log.version("installation/ledger"):
        return
    sheets = read_sheets(SAMPLE / "units.xlsx")
    units = read_units(tabulate(sheets, UNIT_HEADINGS), {}).good
    (top,) = (unit for unit in units if unit.parent_code is None)
    posts = read_posts(tabulate(sheets, POST_HEADINGS), {unit.code for unit in units}).good
    (first,) = (post for post in posts if "administrator" in post.roles)
    command = InstallAdministrator(
        PersonId(""),
        PersonalText(first.name),
        top.code,
        PublicText(top.name),
        top.kind,
        top.level,
        PublicText(first.title),
        first.since,
        top.founded,
    )
    action = _action(ledger, InstallAdministrator)
    _done(await ledger.handler.handle_as_operator(action, command, "first-administrator"))


async def issue_notices(ledger: Running, administrator: PersonId) -> None:
    """The State Council's notices of days off that are known so far."""
    action = _action(ledger, IssueHolidayNotice)
    for notice in read_notices(NOTICES.read_text("utf-8")):
        command = IssueHolidayNotice(
            notice.year,
            tuple(sorted(notice.off_days)),
            tuple(sorted(notice.working_weekends)),
            PublicText(notice.citation),
        )
        _done(await ledger.handle(action, command, administrator, f"holiday-notice {notice.year}"))


def post_holder(ledger: Running, role: str, title: str | None = None) -> PersonId:
    """Who holds a role over the whole city today, in the post of this title. LookupError when nobody does."""
    directory, today = ledger.references.folds.directory, ledger.log.clock.moment().today
    for post in directory.posts.values():
        fits = role in post.roles and directory.units[post.over].parent is None and title in (None, post.title)
        if fits and (holder := post.holder(today)):
            return holder
    raise LookupError(f"nobody holds the role {role} over the city")


async def fed(office: Office, service: str, source: str) -> None:
    """Wait until a service has received all that another one has published so far. TimeoutError after two minutes."""
    receiver, sender = office.services[service], office.services[source]
    wanted = sender.log.feed_head
    wake = receiver.log.wake()
    try:
        async with asyncio.timeout(_FEED_SECONDS):
            while await receiver.log.cursor(source) < wanted:
                wake.clear()
                if await receiver.log.cursor(source) < wanted:
                    with suppress(TimeoutError):  # another process may be the one that receives
                        async with asyncio.timeout(_LOOK_SECONDS):
                            await wake.wait()
    finally:
        receiver.log.forget(wake)
    await receiver.references.catch_up()


@contextmanager
def _bars(console: Console) -> Iterator[Callable[[str], ProgressOf]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:

        def begin(name: str) -> ProgressOf:
            task = shown.add_task(name, total=None)
            return lambda done, total: shown.update(task, completed=done, total=total)

        yield begin


def _action(running: Running, command: type) -> Action:
    (action,) = (action for action in running.service.actions if action.command is command)
    return action


def _done(outcome: Done | Refused) -> None:
    if isinstance(outcome, Refused):
        raise RuntimeError(f"the sample city is refused: {outcome.code}: {outcome.sentence('en')}")


def _whole(report: Report) -> None:
    if report.errors:
        where = ", ".join(f"{error.code} in row {error.row}" for error in report.errors[:10])
        raise RuntimeError(f"the sample city has {len(report.errors)} errors: {where}")
