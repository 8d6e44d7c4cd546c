"""推诿扯皮: a task that nobody wants goes from desk to desk, and the map counts it, for both sides to see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.ledger.events import PlanId, TaskId
from services.ledger.rules.adopt_plan import AdoptPlan
from services.ledger.rules.decline_task import DeclineTask
from services.ledger.rules.draft_plan import DraftPlan
from services.ledger.rules.hand_over_task import HandOverTask
from services.ledger.rules.issue_task import IssueTask
from services.ledger.rules.report_progress import ReportProgress
from services.ledger.rules.sign_claim import SignClaim
from services.ledger.views.handovers import Handover, ListHandovers
from services.ledger.views.tasks import GetTask
from services.ledger.views.trails import GetTaskTrail
from shared.domain import PublicText, UnitId
from shared.refusals import RefusedRequest
from tests.ledger.city import (
    BAISHUI_HEAD,
    CITY,
    COORDINATOR,
    DEPUTY_POST,
    FINANCE,
    FINANCE_HEAD,
    FINANCE_POST,
    WATER,
    WATER_CLERK,
    WATER_HEAD,
    WATER_POST,
)
from tests.ledger.town import Town

DECISION = PublicText("市委常委会会议纪要〔2026〕3号")
BASIS = PublicText("《云岭市党风廉政建设责任制实施办法》第九条")


Counts = dict[tuple[UnitId, UnitId | None], int]


def counts(cells: tuple[Handover, ...]) -> Counts:
    return {(cell.unit, cell.to): cell.count for cell in cells}


async def test_a_task_that_is_declined_and_passed_on_is_counted_between_its_units(town: Town) -> None:
    draft = DraftPlan(PlanId(""), "YL-2026", CITY, PublicText("2026年方案"), 2026, 2026)
    plan = PlanId(await town.made(draft, COORDINATOR))
    await town.do(AdoptPlan(plan, PublicText("云委发〔2026〕1号")), COORDINATOR)

    async def issue(number: str, due: date) -> TaskId:
        made = IssueTask(
            task=TaskId(""),
            plan=plan,
            number=number,
            title=PublicText(f"补植河岸林木第{number}段"),
            leader=DEPUTY_POST,
            unit=WATER,
            requirement=PublicText("补植柳树3000株"),
            standard=PublicText("成活率不低于95%"),
            due=due,
        )
        return TaskId(await town.made(made, COORDINATOR))

    first, second = await issue("1", date(2026, 1, 30)), await issue("2", date(2026, 11, 30))
    not_ours = PublicText("绿化经费在财政局")
    await town.do(DeclineTask(first, not_ours), WATER_HEAD)
    await town.do(DeclineTask(second, not_ours), WATER_HEAD)
    report = ReportProgress(first, Decimal(20), PublicText("已备苗"), date(2026, 1, 5), date(2026, 1, 5))
    await town.do(report, WATER_CLERK)
    for task in (first, second):
        await town.do(HandOverTask(task, FINANCE, FINANCE_POST, not_ours, DECISION), COORDINATOR)
    await town.do(DeclineTask(second, PublicText("无林业职责")), FINANCE_HEAD)
    back = HandOverTask(second, WATER, WATER_POST, PublicText("经费已下达"), DECISION, due=date(2026, 12, 31))
    await town.do(back, COORDINATOR)

    passed: Counts = {(WATER, FINANCE): 2, (FINANCE, WATER): 1}
    by_water: Counts = {(WATER, None): 2}
    by_finance: Counts = {(FINANCE, None): 1}
    for asker, seen in (
        (COORDINATOR, passed | by_water | by_finance),
        (WATER_HEAD, passed | by_water),
        (FINANCE_HEAD, passed | by_finance),
    ):
        assert counts((await town.ask(ListHandovers(plan=plan), asker)).items) == seen
    assert (await town.ask(ListHandovers(), BAISHUI_HEAD)).items == ()

    (cell,) = (c for c in (await town.ask(ListHandovers(unit=FINANCE), COORDINATOR)).items if c.to == FINANCE)
    assert (cell.unit_name, cell.to_name) == ("市水务局", "市财政局")
    assert [(t.number, t.reason, t.decision) for t in cell.tasks] == [
        ("1", not_ours, DECISION),
        ("2", not_ours, DECISION),
    ]
    (one,) = (await town.ask(ListHandovers(limit=1), COORDINATOR)).items
    following = await town.ask(ListHandovers(limit=1), COORDINATOR)
    assert following.next is not None
    assert (await town.ask(ListHandovers(limit=10, after=following.next), COORDINATOR)).items[0] != one


async def test_the_task_is_the_other_units_with_its_progress_and_falls_overdue_there(town: Town) -> None:
    (cell,) = (c for c in (await town.ask(ListHandovers(), COORDINATOR)).items if (c.unit, c.to) == (WATER, FINANCE))
    first = cell.tasks[0].task
    shown = await town.ask(GetTask(first), FINANCE_HEAD)
    assert (shown.unit, shown.leader_post, shown.percent, shown.revision) == (FINANCE, FINANCE_POST, Decimal(20), 2)
    with pytest.raises(RefusedRequest, match="not-found"):
        await town.ask(GetTask(first), WATER_HEAD)
    await town.do(SignClaim(first, 2, BASIS), FINANCE_HEAD)

    await town.advance(2026, 2, 2)

    changes = (await town.ask(GetTaskTrail(first), COORDINATOR)).changes
    assert [change.label for change in changes] == [
        "下达任务",
        "推辞任务",
        "填报进度",
        "移交任务",
        "签订认领书",
        "任务逾期",
    ]
    told = {(d.label, d.before, d.after) for d in changes[3].differences}
    assert ("责任部门", "市水务局", "市财政局") in told
    (fell,) = [f.event for f in await town.running.log.stream(f"task/{first}") if f.type == "task-fell-overdue"]
    assert fell.unit == FINANCE
