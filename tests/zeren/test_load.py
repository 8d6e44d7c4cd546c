"""The sample city and an office's own files reach the ledger: once, as a whole, with every error said at once."""

import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from rich.console import Console

from services.assessment.events import SchemeAdopted
from services.ledger.events import (
    CompletionAccepted,
    PlanClosed,
    PlanId,
    TaskCancelled,
    TaskFellOverdue,
    TaskIssued,
)
from services.ledger.main import SERVICE as LEDGER
from services.ledger.rules import ACTIONS
from services.ledger.rules.install_administrator import InstallAdministrator
from shared.domain import PersonalText, PersonId, PublicText, UnitId
from shared.facts import Fact
from shared.log.log import Genesis
from shared.running import Access, Running, open_service
from tests.conftest import MakeInstallation
from zeren import postgres
from zeren.loading import recorded
from zeren.loading.city import COORDINATOR, PLAN_2026, SAMPLE, fed, load_ledger, post_holder
from zeren.loading.commands import mark, show
from zeren.loading.load_plan import PlanPaper, load_plan, load_projects
from zeren.loading.load_scheme import load_scheme
from zeren.loading.load_units import load_units
from zeren.loading.sheets import Cell, RowError, cell_text, read_sheets
from zeren.loading.work import Report, no_progress
from zeren.office import open_office

STARTS = datetime(2026, 1, 5, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
Line = Sequence[Cell]


async def opened(make_installation: MakeInstallation) -> Running:
    """The ledger alone, without its loops: loading needs no view."""
    installation = await make_installation({"ledger": ()})
    given = installation.logs["ledger"]
    access = Access(given.log, given.views, given.keys, given.dsn, given.keys_dsn, installation.master_key)
    return await open_service(LEDGER, access, Genesis("ledger", starts=STARTS))


@pytest.fixture(scope="module")
async def city(make_installation: MakeInstallation) -> AsyncIterator[Running]:
    """云岭市, loaded from `sample/`."""
    running = await opened(make_installation)
    await load_ledger(running, lambda _: no_progress)
    yield running
    await running.stop()


@dataclass
class Office:
    """A small place with an administrator: 白水县, installed bare."""

    running: Running
    administrator: PersonId

    async def load(self, path: Path, *, partial: bool = False) -> Report:
        return await load_units(self.running, self.administrator, path, partial=partial)


@pytest.fixture
async def office(make_installation: MakeInstallation) -> AsyncIterator[Office]:
    running = await opened(make_installation)
    await install_baishui(running)
    yield Office(running, post_holder(running, "administrator"))
    await running.stop()


async def install_baishui(running: Running) -> None:
    (install,) = (action for action in ACTIONS if action.command is InstallAdministrator)
    command = InstallAdministrator(
        PersonId(""),
        PersonalText("管平"),
        "BS",
        PublicText("中共白水县委员会"),
        "committee",
        "county",
        PublicText("系统管理员"),
        date(2020, 1, 6),
        date(1990, 1, 1),
    )
    await running.handler.handle_as_operator(install, command, "first-administrator")


UNIT_HEADINGS = (
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
POST_HEADINGS = ("单位编码", "职务", "角色", "姓名", "任职日期", "离任日期")
BAISHUI: Line = (1, "BS", "中共白水县委员会", "白水县", "县区", "党委", "", "539921", "", "1990-01-01")
WATER: Line = (2, "BS-02", "白水县水务局", "县水务局", "县区", "部门", "BS", "", "", "2001-07-01")
SECTION: Line = (1, "BS-02-1", "河道科", "河道科", "县区", "内设机构", "BS-02", "", "", "2010-03-01")
HEAD_BEFORE: Line = ("BS-02", "局长", "一把手", "王建国", "2019-05-06", "2024-03-01")
HEAD: Line = ("BS-02", "局长", "一把手", "李明", "2024-03-01", "")
DEPUTIES: tuple[Line, ...] = (
    ("BS-02", "副局长", "班子成员", "周　涛", "2020-01-06", ""),
    ("BS-02", "副局长", "班子成员", "周涛", "2021-02-01", ""),
)


def roster(path: Path, units: Sequence[Line], posts: Sequence[Line]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, headings, lines in (("机构", UNIT_HEADINGS, units), ("职务", POST_HEADINGS, posts)):
            sheet = book.add_worksheet(name)
            for row, line in enumerate((headings, *lines)):
                sheet.write_row(row, 0, line)
    return path


def edited(source: Path, to: Path, edit: Callable[[list[list[str]]], None]) -> Path:
    """The first sheet of a file as csv, with something changed."""
    lines = [[cell_text(cell) for cell in row] for row in read_sheets(source)[0].filled()]
    edit(lines)
    with to.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(lines)
    return to


async def facts(running: Running, prefix: str) -> list[Fact]:
    return await running.log.category(prefix, "ledger", 0, await running.log.last_position())


async def plan_id(running: Running, code: str) -> PlanId:
    there = await recorded.plan_coded(running, code)
    assert there is not None
    return there.plan


def said(errors: Sequence[RowError]) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in errors]


# --- the sample city --------------------------------------------------------------------------------------------


async def test_the_city_has_the_figures_of_the_field(city: Running) -> None:
    directory = city.references.folds.directory
    kinds = Counter((unit.level, unit.kind) for unit in directory.units.values())
    assert (kinds["county", "committee"], kinds["city", "department"], kinds["township", "committee"]) == (5, 87, 46)
    assert len(directory.units) == 215
    plan = await plan_id(city, "2026")
    tasks = [fact.event for fact in await facts(city, "task") if isinstance(fact.event, TaskIssued)]
    assert sum(task.plan == plan for task in tasks) == 113
    assert len(await facts(city, "project")) == 255
    assert sorted(notice.year for notice in city.references.folds.calendar.notices) == [2023, 2024, 2025, 2026]


async def test_every_holder_of_the_roster_holds_their_post(city: Running) -> None:
    posts = city.references.folds.directory.posts.values()
    assert sum(len(post.tenures) for post in posts) == 872
    assert sum(tenure.valid_to is not None for post in posts for tenure in post.tenures) == 79
    assert len(posts) == 793


async def test_a_task_carries_its_co_operating_units_and_its_project(city: Running) -> None:
    plan = await plan_id(city, "2026")
    issued = [fact.event for fact in await facts(city, "task") if isinstance(fact.event, TaskIssued)]
    tasks = {task.number: task for task in issued if task.plan == plan}
    assert sum(len(task.co_units) >= 2 for task in tasks.values()) > 60
    assert tasks["6"].project is not None
    assert tasks["7"].project is None


async def test_loading_everything_again_adds_nothing(city: Running) -> None:
    before = await city.log.last_position()
    await load_ledger(city, lambda _: no_progress)
    assert await city.log.last_position() == before


async def test_an_old_plan_is_history_with_its_own_dates(city: Running) -> None:
    plan = await plan_id(city, "2023")
    of_plan = [fact for fact in await facts(city, "task") if fact.event.plan == plan]
    assert all(fact.history for fact in [*of_plan, *await city.log.stream(f"plan/{plan}")])
    assert all(fact.occurred.year in (2023, 2024) for fact in of_plan)
    kinds = Counter(type(fact.event) for fact in of_plan)
    assert (kinds[TaskIssued], kinds[CompletionAccepted], kinds[TaskCancelled]) == (60, 56, 1)
    late = [fact.event for fact in of_plan if isinstance(fact.event, CompletionAccepted) and fact.event.days_overdue]
    assert kinds[TaskFellOverdue] == 3 + len(late)
    assert isinstance((await city.log.stream(f"plan/{plan}"))[-1].event, PlanClosed)


async def test_the_plan_of_this_year_is_no_history(city: Running) -> None:
    plan = await plan_id(city, "2026")
    assert not any(fact.history for fact in await facts(city, "task") if fact.event.plan == plan)


async def test_nobodys_name_stands_in_the_log(city: Running) -> None:
    names = ("宋耀宗".encode(), "梁海涛".encode(), "何宁".encode())
    async for row in city.log.rows():
        assert row.data is not None
        assert not any(name in row.data for name in names)


async def test_a_changed_row_names_amend_and_changes_nothing(city: Running, tmp_path: Path) -> None:
    def edit(lines: list[list[str]]) -> None:
        lines[4][6] += "，并向社会公开"

    changed = edited(SAMPLE / "plan-2026.xlsx", tmp_path / "改.csv", edit)
    before = await city.log.last_position()
    report = await load_plan(city, post_holder(city, "coordinator", COORDINATOR), changed, paper=PLAN_2026)
    assert said(report.errors) == [(5, "工作要求", "row-changed-amend")]
    assert "amend" in report.errors[0].zh
    assert (report.loaded, await city.log.last_position()) == (False, before)


async def test_a_changed_project_names_amend(city: Running, tmp_path: Path) -> None:
    def edit(lines: list[list[str]]) -> None:
        lines[1][1] += "（二期）"

    changed = edited(SAMPLE / "projects.csv", tmp_path / "项目.csv", edit)
    report = await load_projects(city, post_holder(city, "coordinator", COORDINATOR), changed, paper=PLAN_2026)
    assert said(report.errors) == [(2, "项目名称", "row-changed-amend")]


BAD = SAMPLE / "bad" / "plan-with-errors.xlsx"


async def test_a_bad_plan_loads_nothing_not_even_the_plan(city: Running) -> None:
    paper = PlanPaper("2026-补", "补充任务", 2026, 2026, "云委发〔2026〕9号")
    before = await city.log.last_position()
    report = await load_plan(city, post_holder(city, "coordinator", COORDINATOR), BAD, paper=paper)
    assert len({error.code for error in report.errors}) == 15
    assert not report.loaded
    assert await city.log.last_position() == before


async def test_partial_loads_the_good_rows_of_a_bad_plan(city: Running) -> None:
    paper = PlanPaper("2026-部分", "部分任务", 2026, 2026, "云委发〔2026〕10号")
    report = await load_plan(city, post_holder(city, "coordinator", COORDINATOR), BAD, paper=paper, partial=True)
    assert report.loaded
    assert report.recorded == {"规划": 1, "任务": 2}
    assert len(report.errors) > 15


async def test_an_unknown_plan_needs_a_title_and_a_paper(city: Running) -> None:
    coordinator = post_holder(city, "coordinator", COORDINATOR)
    report = await load_plan(city, coordinator, SAMPLE / "plan-2026.xlsx", paper=PlanPaper("2031"))
    assert said(report.errors) == [(0, "", "plan-unknown")]
    paper = PlanPaper("2031", "方案", 2031, 2031)
    report = await load_plan(city, coordinator, SAMPLE / "plan-2026.xlsx", paper=paper)
    assert said(report.errors) == [(0, "", "plan-not-adopted")]


async def test_a_coordinator_of_a_county_cannot_load_a_plan_of_the_city(city: Running) -> None:
    directory = city.references.folds.directory
    (post,) = (
        post for post in directory.posts.values() if post.title == "惩防办主任" and post.over == _unit(city, "YL-202")
    )
    person = post.holder(date(2026, 1, 5))
    assert person is not None
    paper = PlanPaper("BS-2026", "白水县任务", 2026, 2026, "白委发〔2026〕1号")
    report = await load_plan(city, person, SAMPLE / "plan-2026.xlsx", paper=paper)
    assert {error.code for error in report.errors} >= {"not-found"}
    assert not report.loaded


def _unit(running: Running, code: str) -> UnitId:
    unit = running.references.folds.directory.unit_by_code(code)
    assert unit is not None
    return unit.id


# --- an office's own roster -------------------------------------------------------------------------------------


async def test_children_may_stand_above_their_parents_and_the_top_gets_its_codes(
    office: Office, tmp_path: Path
) -> None:
    report = await office.load(roster(tmp_path / "r.xlsx", (SECTION, WATER, BAISHUI), (HEAD,)))
    assert report.errors == ()
    assert report.recorded == {"单位": 2, "人员": 1, "职务": 1, "任职": 1}
    top = office.running.references.folds.directory.unit_by_code("BS")
    assert top is not None
    assert (top.short_name, top.division_code) == ("白水县", "539921")


async def test_a_hand_over_on_one_day_is_no_overlap(office: Office, tmp_path: Path) -> None:
    path = roster(tmp_path / "r.xlsx", (BAISHUI, WATER), (HEAD_BEFORE, HEAD))
    assert (await office.load(path)).errors == ()
    (post,) = office.running.references.folds.directory.posts_of(_unit(office.running, "BS-02"))
    assert [tenure.valid_to for tenure in post.tenures] == [date(2024, 2, 29), None]
    again = await office.load(path)
    assert (again.errors, again.recorded, again.unchanged) == ((), {}, {"单位": 2, "任职": 2})


async def test_a_roster_brings_the_news_of_a_hand_over(office: Office, tmp_path: Path) -> None:
    before = (*HEAD_BEFORE[:5], "")
    assert (await office.load(roster(tmp_path / "r.xlsx", (BAISHUI, WATER), (before,)))).errors == ()
    report = await office.load(roster(tmp_path / "s.xlsx", (BAISHUI, WATER), (HEAD_BEFORE, HEAD)))
    assert (report.errors, report.recorded) == ((), {"离任": 1, "人员": 1, "任职": 1})
    other_day = (*HEAD_BEFORE[:5], "2024-02-01")
    report = await office.load(roster(tmp_path / "t.xlsx", (BAISHUI, WATER), (other_day, HEAD)))
    assert said(report.errors) == [(2, "离任日期", "row-changed-amend")]


async def test_two_deputies_of_one_name_are_two_people(office: Office, tmp_path: Path) -> None:
    report = await office.load(roster(tmp_path / "r.xlsx", (BAISHUI, WATER), DEPUTIES))
    assert report.recorded == {"单位": 1, "人员": 2, "职务": 2, "任职": 2}


async def test_a_name_that_rises_in_its_unit_stays_one_person(office: Office, tmp_path: Path) -> None:
    deputy = ("BS-02", "副局长", "班子成员", "李明", "2019-05-06", "2024-02-29")
    report = await office.load(roster(tmp_path / "r.xlsx", (BAISHUI, WATER), (deputy, HEAD)))
    assert report.recorded == {"单位": 1, "人员": 1, "职务": 2, "任职": 2, "离任": 1}


async def test_a_changed_unit_and_a_changed_holder_name_amend(office: Office, tmp_path: Path) -> None:
    await office.load(roster(tmp_path / "r.xlsx", (BAISHUI, WATER), (HEAD,)))
    renamed = (*WATER[:2], "白水县水利局", *WATER[3:])
    other = (*HEAD[:3], "王刚", *HEAD[4:])
    report = await office.load(roster(tmp_path / "s.xlsx", (BAISHUI, renamed), (other,)))
    assert sorted(said(report.errors)) == [(2, "姓名", "row-changed-amend"), (3, "单位名称", "row-changed-amend")]


async def test_what_a_rule_refuses_is_an_error_of_its_row_and_nothing_is_loaded(office: Office, tmp_path: Path) -> None:
    second = ("BS-02", "党组书记", "一把手", "赵敏", "2024-03-01", "")
    before = await office.running.log.last_position()
    report = await office.load(roster(tmp_path / "r.xlsx", (BAISHUI, WATER), (HEAD, second)))
    assert said(report.errors) == [(3, "角色", "unit-has-chief-post")]
    assert report.errors[0].value == "一把手"
    assert await office.running.log.last_position() == before


@pytest.mark.parametrize("commands", [1, 6, 11, 13])
async def test_what_was_broken_off_is_taken_up_again(office: Office, tmp_path: Path, commands: int) -> None:
    path = roster(tmp_path / "r.xlsx", (BAISHUI, WATER, SECTION), (HEAD_BEFORE, HEAD, *DEPUTIES))

    def pull_the_plug(done: int, total: int) -> None:
        if done > commands:
            raise ConnectionAbortedError

    with pytest.raises(ExceptionGroup):
        await load_units(office.running, office.administrator, path, progress=pull_the_plug)
    report = await office.load(path)
    assert report.errors == ()
    directory = office.running.references.folds.directory
    held = [(post.title, len(post.tenures)) for post in directory.posts_of(_unit(office.running, "BS-02"))]
    assert sorted(held) == [("副局长", 1), ("副局长", 1), ("局长", 2)]
    assert len([fact for fact in await facts(office.running, "person") if fact.version == 1]) == 1 + 4


async def test_every_error_is_shown_with_row_column_value_and_reason_and_marked_in_a_copy(
    office: Office, tmp_path: Path
) -> None:
    path = roster(tmp_path / "名册.xlsx", (BAISHUI, (*WATER[:4], "部落级", *WATER[5:])), ())
    report = await office.load(path)
    console = Console(record=True, width=120, file=io.StringIO())
    show(console, report)
    for said_there in (
        "行",
        "列",
        "值",
        "原因",
        "3",
        "层级",
        "部落级",
        "不认识的层级",
        "level-unknown: The",
        "没有导入任何内容",
    ):
        assert said_there in console.export_text(clear=False)
    copy = mark(path, report.errors)
    assert copy.name == "名册-问题.xlsx"
    chinese, english = cell_text(read_sheets(copy)[0].cells[2][-1]).splitlines()
    assert "不认识的层级" in chinese
    assert english.startswith("level-unknown: The level “部落级” is unknown")


# --- schemes of assessment --------------------------------------------------------------------------------------

SCHEMES = """{"year": 2026, "division": "BS", "document": "白委发〔2026〕2号", "schemes": [{
  "title": "白水县2026年部门考核办法",
  "units": {"name": "县直部门", "levels": ["county"], "kinds": ["department"]},
  "veto_basis": "考核办法第十六条",
  "indicators": [{"code": "1", "parent": null, "name": "按时办结", "weight": "100",
                  "source": {"kind": "on-time-completion", "missing": "full"},
                  "clause": {"number": "第八条", "text": "按时办结的得满分。"}}]}]}"""


async def test_schemes_are_adopted_once_the_assessment_has_received_the_units(
    server: postgres.Server, tmp_path: Path
) -> None:
    both = await open_office(server.admin_dsn(), server.home, starts=STARTS, found=True, prefix="schemes_")
    ledger, assessment = both.services["ledger"], both.services["assessment"]
    try:
        await install_baishui(ledger)
        coordinator = ("BS", "惩防办主任", "组织协调", "周正", "2020-01-06", "")
        committee = ("BS", "审定委员会主任", "审定", "齐岳", "2020-01-06", "")
        path = roster(tmp_path / "r.xlsx", (BAISHUI, WATER), (coordinator, committee))
        assert (await load_units(ledger, post_holder(ledger, "administrator"), path)).errors == ()
        await both.start()
        await fed(both, "assessment", "ledger")
        people = post_holder(assessment, "coordinator"), post_holder(assessment, "committee")
        file = tmp_path / "办法.json"
        file.write_text(SCHEMES, "utf-8")
        assert (await load_scheme(assessment, *people, file)).recorded == {"考核办法": 1}
        again = await load_scheme(assessment, *people, file)
        assert (again.recorded, again.unchanged) == ({}, {"考核办法": 1})
        (scheme,) = (
            fact.event
            for fact in await assessment.log.category("scheme", "assessment", 0, 10**9)
            if isinstance(fact.event, SchemeAdopted)
        )
        assert scheme.document == "白委发〔2026〕2号"
        file.write_text(SCHEMES.replace("第十六条", "第十七条"), "utf-8")
        changed = await load_scheme(assessment, *people, file)
        assert said(changed.errors) == [(1, "title", "row-changed-amend")]
        file.write_text(SCHEMES.replace('"100"', '"90"').replace("县直部门", "部门"), "utf-8")
        assert {error.code for error in (await load_scheme(assessment, *people, file)).errors} == {
            "indicator-weights-not-100"
        }
    finally:
        await both.stop()
