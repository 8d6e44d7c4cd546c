"""What people read of the ledger: one year of 云岭市, step by step; each test goes on where the one before ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.ledger.events import Evidence, FindingId, InspectionId, LetterId, PlanId, TaskId
from services.ledger.lights import light, yellow_from
from services.ledger.main import SERVICE
from services.ledger.rules.accept_completion import AcceptCompletion
from services.ledger.rules.adopt_plan import AdoptPlan
from services.ledger.rules.claim_completion import ClaimCompletion
from services.ledger.rules.correct_progress import CorrectProgress
from services.ledger.rules.draft_plan import DraftPlan
from services.ledger.rules.draw_up_letter import DrawUpLetter
from services.ledger.rules.endorse import EndorseTask
from services.ledger.rules.issue_holiday_notice import IssueHolidayNotice
from services.ledger.rules.issue_task import IssueTask
from services.ledger.rules.open_inspection import OpenInspection
from services.ledger.rules.order_rectification import OrderRectification
from services.ledger.rules.record_finding import RecordFinding
from services.ledger.rules.register_project import RegisterProject
from services.ledger.rules.report_progress import ReportProgress
from services.ledger.rules.report_rectification import ReportRectification
from services.ledger.rules.sign_letter import SignLetter
from services.ledger.rules.split_task import GivenPart, SplitTask
from services.ledger.rules.strike_off_finding import StrikeOffFinding
from services.ledger.rules.vacate_post import VacatePost
from services.ledger.rules.verify_rectification import VerifyRectification
from services.ledger.views.coverage import GetCoverage
from services.ledger.views.findings import GetFinding, ListFindings
from services.ledger.views.inspections import ListInspections
from services.ledger.views.letters import GetLetter
from services.ledger.views.organisation import GetLeader, ListTenures, ListUnits, WhoAmI
from services.ledger.views.plans import GetPlan, ListPlans
from services.ledger.views.projects import CountProjects, ListProjects
from services.ledger.views.signable import GetSignableTask
from services.ledger.views.signatures import ListSignatures
from services.ledger.views.tasks import GetTask, ListTasks, Task, tasks_by_id
from services.ledger.views.trails import GetTaskTrail
from shared.directory import Directory
from shared.domain import PersonalText, PublicText, UnitId, moment
from shared.refusals import RefusedRequest
from shared.views.reading import Reading
from shared.views.store import all_views
from tests.ledger.city import (
    ADMIN,
    BAISHUI,
    BAISHUI_COORDINATOR,
    BAISHUI_HEAD,
    CITY,
    CITY_POST,
    COORDINATOR,
    DEPUTY_POST,
    FINANCE,
    FINANCE_HEAD,
    FINANCE_POST,
    INSPECTOR,
    OFFICE,
    RIVERS,
    RIVERS_HEAD,
    RIVERS_POST,
    SECRETARY,
    SOURCES,
    SOURCES_POST,
    WATER,
    WATER_CLERK,
    WATER_DEPUTY,
    WATER_HEAD,
)
from tests.ledger.town import AUDITOR, SECOND_INSPECTOR, Town
from tests.support.replay import BATCH_SIZES, dump, replay

PHOTO = Evidence(PublicText("清淤现场照片"), "ab" * 32, 204_800)
FOUND: dict[str, str] = {}
"""Identities that the steps before were given."""


async def task_of(town: Town, name: str) -> Task:
    answer = await town.ask(GetTask(TaskId(FOUND[name])), COORDINATOR)
    assert isinstance(answer, Task)
    return answer


async def report(town: Town, name: str, percent: str, by: object = RIVERS_HEAD) -> None:
    command = ReportProgress(
        TaskId(FOUND[name]), Decimal(percent), PublicText("按计划推进"), date(2026, 1, 1), town.today, (PHOTO,)
    )
    await town.do(command, by)  # type: ignore[arg-type]


async def test_a_person_is_called_by_name_where_the_asker_may_see_a_unit_of_theirs(town: Town) -> None:
    await town.call("江澜", "江 澜")
    await town.call("韩溪", "韩 溪")
    await town.call("钱谷", "钱 谷")

    me = await town.ask(WhoAmI(), WATER_HEAD)
    assert me.name == "江 澜"
    assert me.today == date(2026, 1, 5)
    assert [(held.title, held.unit_name) for held in me.posts] == [("水务局长", "市水务局")]


async def test_units_are_listed_in_their_order_and_only_those_within_reach(town: Town) -> None:
    page = await town.ask(ListUnits(parent=CITY, limit=3), COORDINATOR)
    assert [unit.unit for unit in page.items] == [OFFICE, WATER, FINANCE]
    rest = await town.ask(ListUnits(parent=CITY, limit=3, after=page.next), COORDINATOR)
    assert [unit.unit for unit in rest.items] == [BAISHUI]

    seen_by_water = await town.ask(ListUnits(), WATER_HEAD)
    assert {unit.unit for unit in seen_by_water.items} == {WATER, RIVERS, SOURCES}


async def test_who_led_a_unit_on_a_date_is_answered_after_the_person_has_left(town: Town) -> None:
    await town.do(VacatePost(FINANCE_POST, date(2026, 1, 4)), ADMIN)

    led = await town.ask(GetLeader(FINANCE, date(2025, 6, 30)), COORDINATOR)
    assert (led.tenure.person, led.tenure.name, led.tenure.valid_to) == ("钱谷", "钱 谷", date(2026, 1, 4))
    assert (await town.ask(GetLeader(FINANCE), COORDINATOR)).tenure is None
    held = await town.ask(ListTenures(FINANCE), COORDINATOR)
    assert [tenure.post for tenure in held.tenures] == [FINANCE_POST]


async def test_a_plan_is_drafted_and_adopted_and_seen_by_those_it_binds(town: Town) -> None:
    drafted = DraftPlan(PlanId(""), "YL-2026", CITY, PublicText("云岭市2026年任务分工方案"), 2026, 2028)
    FOUND["plan"] = await town.made(drafted, COORDINATOR)
    await town.do(AdoptPlan(PlanId(FOUND["plan"]), PublicText("云委发〔2026〕3号"), date(2026, 1, 5)), COORDINATOR)

    for asker in (COORDINATOR, WATER_CLERK, BAISHUI_HEAD):
        (plan,) = (await town.ask(ListPlans(), asker)).items
        assert (plan.status, plan.document, plan.figures.tasks) == ("adopted", "云委发〔2026〕3号", 0)
        assert plan.figures.accepted_percent is None


async def test_projects_are_counted_by_kind(town: Town) -> None:
    plan = PlanId(FOUND["plan"])
    for number, kind in (("2", "common"), ("10", "specific"), ("1", "common")):
        await town.do(
            RegisterProject(
                project="",  # type: ignore[arg-type]
                plan=plan,
                number=number,
                title=PublicText(f"项目{number}"),
                unit=WATER,
                kind=kind,  # type: ignore[arg-type]
                level="department",
                phases=(),
            ),
            COORDINATOR,
        )

    counts = await town.ask(CountProjects(plan), COORDINATOR)
    assert (counts.projects, counts.common, counts.specific, counts.extended) == (3, 2, 1, 0)
    listed = await town.ask(ListProjects(plan=plan), WATER_HEAD)
    assert [project.number for project in listed.items] == ["1", "2", "10"]


async def test_a_task_is_seen_by_its_unit_by_those_above_and_by_those_who_co_operate(town: Town) -> None:
    task = IssueTask(
        task=TaskId(""),
        plan=PlanId(FOUND["plan"]),
        number="1",
        title=PublicText("完成清水河河道清淤"),
        leader=DEPUTY_POST,
        unit=WATER,
        requirement=PublicText("清淤12公里"),
        standard=PublicText("通过验收"),
        due=date(2026, 5, 21),
        co_units=(FINANCE,),
    )
    FOUND["dredging"] = await town.made(task, COORDINATOR)

    for asker in (COORDINATOR, SECRETARY, WATER_HEAD, WATER_CLERK, AUDITOR):
        (seen,) = (await town.ask(ListTasks(), asker)).items
        assert (seen.number, seen.unit_name, seen.leader_title) == ("1", "市水务局", "水务局副局长")
    for asker in (BAISHUI_HEAD, BAISHUI_COORDINATOR, RIVERS_HEAD):
        assert (await town.ask(ListTasks(), asker)).items == ()
        with pytest.raises(RefusedRequest, match="not-found"):
            await town.ask(GetTask(TaskId(FOUND["dredging"])), asker)


async def test_who_sees_what_is_the_same_where_units_are_few_and_where_they_are_many(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few are named in the query, for an index to find them; many are looked up in the table of units; of all it is not asked."""
    askers = (COORDINATOR, SECRETARY, WATER_HEAD, WATER_CLERK, AUDITOR, BAISHUI_HEAD, BAISHUI_COORDINATOR, RIVERS_HEAD)

    async def seen() -> list[list[str]]:
        return [
            [item.unit for item in (await town.ask(question, asker)).items]
            for question in (
                ListTasks(),
                ListTasks(below=WATER),
                ListUnits(),
                ListUnits(below=WATER),
                ListUnits(below=UnitId("unknown")),
                ListProjects(),
            )
            for asker in askers
        ]

    where_few = await seen()
    monkeypatch.setattr(Reading, "_few", lambda *_: None)
    assert await seen() == where_few
    monkeypatch.setattr(Directory, "are_above_all", lambda *_: False)
    assert await seen() == where_few
    assert any(where_few)


async def test_a_name_is_not_told_to_those_who_see_none_of_the_persons_units(town: Town) -> None:
    leader = IssueTask(
        task=TaskId(""),
        plan=PlanId(FOUND["plan"]),
        number="2",
        title=PublicText("汛前检查"),
        leader=CITY_POST,
        unit=WATER,
        requirement=PublicText("检查全部堤防"),
        standard=PublicText("不留死角"),
        due=date(2026, 4, 30),
    )
    FOUND["check"] = await town.made(leader, COORDINATOR)

    assert (await town.ask(GetTask(TaskId(FOUND["dredging"])), WATER_HEAD)).leader_name == "韩 溪"
    seen = await town.ask(GetTask(TaskId(FOUND["check"])), WATER_HEAD)
    assert (seen.leader_person, seen.leader_name) == ("齐岳", "（无权查看）")
    assert (await town.ask(GetTask(TaskId(FOUND["check"])), AUDITOR)).leader_name == "（姓名未登记）"


async def test_a_task_at_nothing_is_green_on_the_day_of_its_issue_and_yellow_from_the_next_working_day(
    town: Town,
) -> None:
    seen = await task_of(town, "dredging")
    assert (seen.light, seen.yellow_from, seen.percent, seen.status) == (
        "green",
        date(2026, 1, 6),
        Decimal(0),
        "running",
    )
    await town.advance(2026, 1, 6)
    assert (await task_of(town, "dredging")).light == "yellow"


async def test_progress_makes_it_green_again_and_a_correction_counts(town: Town) -> None:
    await report(town, "dredging", "60", WATER_CLERK)
    assert (await task_of(town, "dredging")).light == "green"

    wrong = CorrectProgress(
        TaskId(FOUND["dredging"]), 1, Decimal("0.5"), PublicText("仅完成测量"), PublicText("上次误填累计数")
    )
    await town.do(wrong, WATER_CLERK)
    seen = await task_of(town, "dredging")
    assert (seen.percent, seen.light, seen.reports) == (Decimal("0.5"), "yellow", 1)


async def test_a_split_task_moves_by_the_exact_weighted_sum_of_its_parts(town: Town) -> None:
    def part(number: str, title: str, unit: object, leader: object, weight: str) -> GivenPart:
        return GivenPart(
            number=number,
            title=PublicText(title),
            leader=leader,  # type: ignore[arg-type]
            unit=unit,  # type: ignore[arg-type]
            requirement=PublicText("按设计施工"),
            standard=PublicText("通过验收"),
            due=date(2026, 5, 20),
            weight=Decimal(weight),
        )

    parts = (part("1-1", "清淤", RIVERS, RIVERS_POST, "33.33"), part("1-2", "护坡", SOURCES, SOURCES_POST, "66.67"))
    await town.do(SplitTask(TaskId(FOUND["dredging"]), "internal", parts), WATER_HEAD)
    listed = await town.ask(ListTasks(parent=TaskId(FOUND["dredging"])), COORDINATOR)
    assert [(task.number, task.direction, task.weight) for task in listed.items] == [
        ("1-1", "internal", Decimal("33.33")),
        ("1-2", "internal", Decimal("66.67")),
    ]
    FOUND["part 1"], FOUND["part 2"] = (task.task for task in listed.items)

    await report(town, "part 1", "12.34")
    whole = await task_of(town, "dredging")
    assert (whole.percent, whole.parts, whole.split_direction) == (Decimal("4.112922"), 2, "internal")


async def test_a_whole_is_yellow_once_its_parts_together_are_behind_the_elapsed_working_days(town: Town) -> None:
    # 12.34 % of the first part make 4.112922 % of the whole: less than 4 of its 88 working days, more than 3.
    await town.advance(2026, 1, 8)
    assert (await task_of(town, "dredging")).light == "green"
    await town.advance(2026, 1, 9)
    assert (await task_of(town, "dredging")).light == "yellow"
    yellow = await town.ask(ListTasks(light="yellow"), COORDINATOR)
    assert FOUND["dredging"] in {task.task for task in yellow.items}


async def test_on_every_day_the_light_of_a_whole_is_what_its_percentage_alone_would_show(town: Town) -> None:
    """Reckoned in the query for a whole, and as a date for a task without parts: two ways, one light."""
    reading = await town.reading(COORDINATOR)
    whole = await task_of(town, "dredging")
    turns_yellow = yellow_from(whole.issued_on, whole.due, whole.percent, reading.refs.calendar)
    for number in range((whole.due - whole.issued_on).days + 5):
        day = whole.issued_on + timedelta(days=number)
        then = replace(reading, moment=moment(day.year, day.month, day.day, 12))
        (shown,) = (await tasks_by_id(then, [whole.task])).values()
        assert (day, shown.light) == (day, light(day, turns_yellow, whole.due))


async def test_a_holiday_notice_moves_the_days_left_of_tasks_that_run(town: Town) -> None:
    before = await task_of(town, "check")
    notice = IssueHolidayNotice(2026, (date(2026, 4, 28), date(2026, 4, 29)), (), PublicText("国办发明电〔2026〕示例"))
    await town.do(notice, ADMIN)
    after = await task_of(town, "check")
    # The notice replaces what was provisional: two days off more at the end of April, none fixed on 1 January.
    assert after.working_days_left is not None
    assert before.working_days_left is not None
    assert after.working_days_left == before.working_days_left - 2


async def test_signing_names_the_version_read_and_who_had_signed_is_answered_by_date(town: Town) -> None:
    text = await town.ask(GetSignableTask(TaskId(FOUND["dredging"])), WATER_DEPUTY)
    endorsed = EndorseTask(
        TaskId(FOUND["dredging"]), text.version, PersonalText("分工合理，按期完成"), PublicText("责任制实施办法第八条")
    )
    await town.do(endorsed, WATER_DEPUTY)

    subject = f"task/{FOUND['dredging']}"
    (signed,) = (await town.ask(ListSignatures(subject=subject, on=town.today), COORDINATOR)).items
    assert (signed.kind, signed.version, signed.hash, signed.name) == ("endorsement", text.version, text.hash, "韩 溪")
    assert signed.opinion == "分工合理，按期完成"
    assert (await town.ask(ListSignatures(subject=subject, on=date(2026, 1, 8)), COORDINATOR)).items == ()
    (told,) = (await town.ask(ListSignatures(subject=subject), WATER_CLERK)).items
    assert told.opinion == "（无权查看）"


async def test_a_letter_binds_once_both_sides_have_signed(town: Town) -> None:
    drawn = DrawUpLetter(
        letter=LetterId(""),
        plan=PlanId(FOUND["plan"]),
        year=2026,
        giver=CITY,
        unit=WATER,
        title=PublicText("2026年党风廉政建设责任书"),
        text=PublicText("一岗双责，逐级落实。"),
    )
    letter = LetterId(await town.made(drawn, COORDINATOR))
    await town.do(SignLetter(letter, 1, PublicText("责任制实施办法第十条")), SECRETARY)
    assert (await town.ask(GetLetter(letter), WATER_HEAD)).status == "half-signed"
    await town.do(SignLetter(letter, 1, PublicText("责任制实施办法第十条")), WATER_HEAD)

    seen = await town.ask(GetLetter(letter), WATER_HEAD)
    assert (seen.status, seen.giver_signed_on, seen.taker_signed_on) == ("binding", town.today, town.today)
    signed = await town.ask(ListSignatures(subject=f"letter/{letter}"), COORDINATOR)
    assert {one.kind for one in signed.items} == {"letter-giver", "letter-taker"}


async def test_a_task_falls_overdue_by_itself_on_the_day_after_its_last_and_only_once(town: Town) -> None:
    await town.advance(2026, 4, 30)
    assert (await task_of(town, "check")).times_overdue == 0
    await town.advance(2026, 5, 1)
    seen = await task_of(town, "check")
    assert (seen.light, seen.times_overdue, seen.days_overdue) == ("red", 1, 1)

    await town.advance(2026, 5, 11)
    seen = await task_of(town, "check")
    assert (seen.times_overdue, seen.days_overdue) == (1, 11)
    facts = await town.running.log.stream(f"task/{FOUND['check']}")
    (fell,) = [fact for fact in facts if fact.type == "task-fell-overdue"]
    assert (fell.occurred, fell.actor.subject, fell.event.leader_person) == (
        date(2026, 5, 1),
        "system/ledger",
        "齐岳",
    )


async def test_the_days_overdue_are_fixed_by_the_claim_that_was_accepted(town: Town) -> None:
    await town.do(ClaimCompletion(TaskId(FOUND["check"]), PublicText("检查完毕"), (PHOTO,)), WATER_CLERK)
    await town.advance(2026, 5, 15)
    waiting = await task_of(town, "check")
    assert (waiting.status, waiting.light, waiting.days_overdue) == ("claimed", "red", 11)

    await town.do(AcceptCompletion(TaskId(FOUND["check"]), PublicText("同意销号")), COORDINATOR)
    done = await task_of(town, "check")
    assert (done.status, done.light, done.days_overdue, done.percent) == ("accepted", None, 11, Decimal(100))


async def test_a_whole_is_accepted_after_its_parts(town: Town) -> None:
    await report(town, "part 1", "100")
    for name, by in (("part 1", RIVERS_HEAD), ("part 2", WATER_HEAD)):
        await town.do(ClaimCompletion(TaskId(FOUND[name]), PublicText("已验收")), by)
        await town.do(AcceptCompletion(TaskId(FOUND[name])), COORDINATOR)
        expected = Decimal("33.33") if name == "part 1" else Decimal(100)
        assert (await task_of(town, "dredging")).percent == expected
    await town.do(ClaimCompletion(TaskId(FOUND["dredging"]), PublicText("全部完成")), WATER_HEAD)
    await town.do(AcceptCompletion(TaskId(FOUND["dredging"])), COORDINATOR)

    figures = (await town.ask(GetPlan(PlanId(FOUND["plan"])), COORDINATOR)).figures
    assert (figures.tasks, figures.accepted, figures.accepted_late, figures.parts) == (2, 2, 1, 2)
    assert figures.accepted_percent == Decimal("100.00")


async def test_coverage_shows_the_units_that_no_duty_reaches(town: Town) -> None:
    matrix = await town.ask(GetCoverage(PlanId(FOUND["plan"]), level="city", kind="department"), COORDINATOR)
    assert [(unit.unit, unit.duties) for unit in matrix.units] == [(OFFICE, 0), (WATER, 2), (FINANCE, 1)]
    # The dredging and its two parts in sections of 市水务局, with 市财政局 co-operating; the check alone.
    assert [(duty.number, duty.cells) for duty in matrix.duties] == [("1", (0, 3, 1)), ("2", (0, 1, 0))]
    assert matrix.empty_cells == 3


async def test_a_finding_is_rectified_and_its_narrative_read_by_those_it_concerns(town: Town) -> None:
    inspection = OpenInspection(
        inspection=InspectionId(""),
        unit=OFFICE,
        title=PublicText("汛前专项检查"),
        kind="special",
        targets=(WATER,),
        team=(INSPECTOR.subject,),  # type: ignore[arg-type]
        basis=PublicText("云督〔2026〕1号"),
        window_from=date(2026, 5, 1),
        window_to=date(2026, 5, 31),
    )
    opened = InspectionId(await town.made(inspection, INSPECTOR))
    finding = RecordFinding(
        finding=FindingId(""),
        inspection=opened,
        unit=WATER,
        category=PublicText("履职不力"),
        severity="ordinary",
        narrative=PersonalText("韩溪未到现场，台账后补"),
        task=TaskId(FOUND["check"]),
        person="韩溪",  # type: ignore[arg-type]
    )
    FOUND["finding"] = await town.made(finding, INSPECTOR)
    found = FindingId(FOUND["finding"])

    seen = await town.ask(GetFinding(found), WATER_HEAD)
    assert (seen.narrative, seen.person_name, seen.status) == ("韩溪未到现场，台账后补", "韩 溪", "found")
    clerk = await town.ask(GetFinding(found), WATER_CLERK)
    assert (clerk.narrative, clerk.person, clerk.person_name) == ("（无权查看）", None, None)
    with pytest.raises(RefusedRequest, match="not-found"):
        await town.ask(GetFinding(found), BAISHUI_HEAD)

    await town.do(OrderRectification(found, PublicText("重新检查并建档"), date(2026, 5, 20)), INSPECTOR)
    await town.advance(2026, 5, 22)
    assert (await town.ask(GetFinding(found), WATER_HEAD)).days_late == 2
    await town.do(ReportRectification(found, PublicText("已重新检查"), (PHOTO,)), WATER_CLERK)
    await town.advance(2026, 5, 29)
    await town.do(VerifyRectification(found), SECOND_INSPECTOR)
    await town.do(StrikeOffFinding(found), INSPECTOR)
    (listed,) = (await town.ask(ListFindings(unit=WATER), COORDINATOR)).items
    assert (listed.status, listed.days_late, listed.struck_off_on) == ("struck-off", 2, date(2026, 5, 29))


async def test_an_inspection_is_seen_by_the_units_inspected(town: Town) -> None:
    (seen,) = (await town.ask(ListInspections(target=WATER), WATER_HEAD)).items
    assert (seen.title, seen.target_names, seen.status) == ("汛前专项检查", ("市水务局",), "open")
    assert (await town.ask(ListInspections(), FINANCE_HEAD)).items == ()
    assert (await town.ask(ListInspections(), BAISHUI_HEAD)).items == ()


async def test_the_trail_of_a_task_tells_who_changed_what_in_chinese(town: Town) -> None:
    trail = await town.ask(GetTaskTrail(TaskId(FOUND["dredging"])), AUDITOR)
    assert [change.label for change in trail.changes] == [
        "下达任务",
        "填报进度",
        "更正进度",
        "分解任务",
        "申请办结",
        "审核办结",
    ]
    correction = trail.changes[2]
    assert (correction.person, correction.post_title, correction.reason) == (
        "闻笔",
        "水务局填报员",
        "上次误填累计数",
    )
    assert ("完成进度", "60", "0.5") in {(d.label, d.before, d.after) for d in correction.differences}
    accepted = trail.changes[-1]
    assert next((d.label, d.before, d.after) for d in accepted.differences) == ("状态", "已申请办结", "已了结")


async def test_a_trail_is_for_those_who_answer_for_the_task_or_look_after_it(town: Town) -> None:
    assert (await town.ask(GetTaskTrail(TaskId(FOUND["dredging"])), WATER_HEAD)).changes
    with pytest.raises(RefusedRequest, match="not-allowed"):
        await town.ask(GetTaskTrail(TaskId(FOUND["dredging"])), WATER_CLERK)
    with pytest.raises(RefusedRequest, match="not-found"):
        await town.ask(GetTaskTrail(TaskId(FOUND["dredging"])), BAISHUI_HEAD)


async def test_what_was_written_about_people_stands_nowhere_in_clear(town: Town) -> None:
    log = town.running.log
    for secret in ("韩溪未到现场", "分工合理", "江 澜"):
        rows = [row async for row in log.rows() if row.data is not None and secret.encode() in row.data]
        assert rows == []


@pytest.mark.parametrize("batch", BATCH_SIZES)
async def test_folding_the_log_again_gives_the_same_views(town: Town, batch: int | None) -> None:
    log = town.running.log
    assert await town.running.runner.reached(log.head, timeout=5)
    assert await replay(SERVICE, log, batch) == await dump(log, *all_views(SERVICE))


async def test_a_name_whose_key_is_destroyed_is_told_as_deleted(town: Town) -> None:
    await town.running.keys.erase("person/韩溪")
    assert (await task_of(town, "dredging")).leader_name == "（已删除）"
