"""下达任务: the four essentials (四到位)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.ledger.events import PlanClosed, PlanId, ProjectId, ProjectRegistered, TaskId, TaskIssued, TaskNumberTaken
from services.ledger.rules.issue_task import IssueTask
from shared.directory import UnitDissolved
from shared.domain import PersonId, PostId, PublicText, UnitId
from tests.ledger.city import (
    ADOPTED,
    BAISHUI,
    BAISHUI_COORDINATOR,
    BAISHUI_POST,
    CITY,
    CITY_POST,
    COORDINATOR,
    DEPUTY_POST,
    DRAFTED,
    FINANCE,
    FINANCE_POST,
    PLAN,
    RIVERS,
    VACANT_POST,
    WATER,
    YUNLING,
    issued,
    ledger,
)
from tests.support.spec import TODAY, on

TASK = IssueTask(
    task=TaskId("t12"),
    plan=PLAN,
    number="12",
    title=PublicText("建成水库安全监测系统"),
    leader=DEPUTY_POST,
    unit=WATER,
    requirement=PublicText("覆盖全市17座水库"),
    standard=PublicText("数据接入市级平台并通过验收"),
    due=date(2026, 6, 30),
    co_units=(FINANCE, BAISHUI),
    weight=Decimal("2.5"),
)
ISSUED = TaskIssued(
    task=TaskId("t12"),
    plan=PLAN,
    project=None,
    number="12",
    title=PublicText("建成水库安全监测系统"),
    unit=WATER,
    co_units=(FINANCE, BAISHUI),
    leader_post=DEPUTY_POST,
    leader_person=PersonId("韩溪"),
    requirement=PublicText("覆盖全市17座水库"),
    standard=PublicText("数据接入市级平台并通过验收"),
    due=date(2026, 6, 30),
    issued_on=TODAY.today,
    weight=Decimal("2.5"),
    parent=None,
    direction=None,
    lineage=(),
)
NUMBERED = TaskNumberTaken(PLAN, "12", TaskId("t12"))
GIVEN = ledger.given(*YUNLING, *ADOPTED)


def test_a_task_with_all_four_essentials_is_issued_to_the_leader_who_holds_the_post() -> None:
    GIVEN.when(TASK, by=COORDINATOR).then(ISSUED, NUMBERED)


def test_what_was_issued_on_paper_earlier_happened_on_that_day() -> None:
    day = date(2026, 1, 12)
    GIVEN.when(replace(TASK, issued_on=day), by=COORDINATOR).then(
        on(day, replace(ISSUED, issued_on=day)), on(day, NUMBERED)
    )


@pytest.mark.parametrize(
    ("missing", "zh"),
    [
        ({"leader": None}, "分管领导"),
        ({"unit": None}, "责任部门"),
        ({"requirement": PublicText("　")}, "任务要求"),
        ({"standard": None}, "落实标准"),
        ({"due": None}, "工作时限"),
        ({"leader": None, "standard": None, "due": None}, "分管领导、落实标准、工作时限"),
        (
            {"leader": None, "unit": None, "requirement": None, "standard": None, "due": None},
            "分管领导、责任部门、任务要求、落实标准、工作时限",
        ),
    ],
)
def test_every_essential_that_is_missing_is_named(missing: dict[str, Any], zh: str) -> None:
    GIVEN.when(replace(TASK, **missing), by=COORDINATOR).then_refused("essentials-missing", missing_zh=zh)


def test_a_leader_of_the_unit_above_may_answer_for_a_section() -> None:
    GIVEN.when(replace(TASK, unit=RIVERS, co_units=()), by=COORDINATOR).then_types(TaskIssued, TaskNumberTaken)
    GIVEN.when(replace(TASK, leader=CITY_POST), by=COORDINATOR).then_types(TaskIssued, TaskNumberTaken)


def test_a_leader_of_another_department_does_not_answer_for_it() -> None:
    GIVEN.when(replace(TASK, leader=FINANCE_POST), by=COORDINATOR).then_refused("leader-elsewhere")


def test_somebody_holds_the_leaders_post_on_the_day_of_issue() -> None:
    GIVEN.when(replace(TASK, leader=VACANT_POST), by=COORDINATOR).then_refused("leader-post-vacant", day=TODAY.today)
    long_ago = replace(TASK, issued_on=date(2019, 12, 31))
    GIVEN.when(long_ago, by=COORDINATOR).then_refused("leader-post-vacant", day=date(2019, 12, 31))


def test_the_leaders_post_exists() -> None:
    GIVEN.when(replace(TASK, leader=PostId("无此岗位")), by=COORDINATOR).then_refused("post-unknown")


def test_a_plan_that_nobody_knows_has_no_tasks() -> None:
    GIVEN.when(replace(TASK, plan=PlanId("p99")), by=COORDINATOR).then_refused("plan-unknown")


def test_a_draft_binds_nobody() -> None:
    ledger.given(*YUNLING, *DRAFTED).when(TASK, by=COORDINATOR).then_refused("plan-not-adopted")


def test_a_closed_plan_gets_no_more_tasks() -> None:
    closed = PlanClosed(PLAN, CITY, date(2026, 3, 1), PublicText("规划期满"))
    ledger.given(*YUNLING, *ADOPTED, closed).when(TASK, by=COORDINATOR).then_refused("plan-closed")


def test_a_county_issues_no_task_under_the_citys_plan() -> None:
    command = replace(TASK, unit=BAISHUI, leader=BAISHUI_POST, co_units=())
    GIVEN.when(command, by=BAISHUI_COORDINATOR).then_refused("out-of-reach", unit="云岭市委")


def test_a_number_is_given_once_in_a_plan() -> None:
    ledger.given(*YUNLING, *ADOPTED, *issued(number="12")).when(TASK, by=COORDINATOR).then_refused(
        "task-number-taken", number="12"
    )


def test_a_number_has_no_slashes() -> None:
    GIVEN.when(replace(TASK, number="12/1"), by=COORDINATOR).then_refused("number-invalid")


def test_a_task_has_a_title() -> None:
    GIVEN.when(replace(TASK, title=PublicText("")), by=COORDINATOR).then_refused("text-missing", field_zh="任务")


def test_a_task_belongs_to_a_project_of_its_own_plan() -> None:
    project = ProjectRegistered(
        ProjectId("g7"), PlanId("p25"), "7", PublicText("廉政风险防控"), WATER, "common", "department", ()
    )
    command = replace(TASK, project=ProjectId("g7"))
    ledger.given(*YUNLING, *ADOPTED, project).when(command, by=COORDINATOR).then_refused("project-of-other-plan")
    ledger.given(*YUNLING, *ADOPTED, replace(project, plan=PLAN)).when(command, by=COORDINATOR).then(
        replace(ISSUED, project=ProjectId("g7")), NUMBERED
    )


def test_an_unknown_project_is_refused() -> None:
    GIVEN.when(replace(TASK, project=ProjectId("g9")), by=COORDINATOR).then_refused("project-unknown")


def test_a_task_is_not_due_before_it_is_issued() -> None:
    GIVEN.when(replace(TASK, due=date(2026, 3, 15)), by=COORDINATOR).then_refused("due-before-issue")


def test_a_task_does_not_outlast_its_plan() -> None:
    GIVEN.when(replace(TASK, due=date(2029, 1, 1)), by=COORDINATOR).then_refused("task-outlasts-plan", to_year=2028)


def test_a_task_is_not_issued_in_advance() -> None:
    GIVEN.when(replace(TASK, issued_on=date(2026, 3, 17)), by=COORDINATOR).then_refused("date-in-future")


@pytest.mark.parametrize("weight", ["0", "-1", "100.01", "NaN", "Infinity", "0.0000001"])
def test_a_weight_is_above_0_and_up_to_100(weight: str) -> None:
    GIVEN.when(replace(TASK, weight=Decimal(weight)), by=COORDINATOR).then_refused("weight-invalid")


def test_a_unit_does_not_co_operate_with_itself() -> None:
    GIVEN.when(replace(TASK, co_units=(FINANCE, WATER)), by=COORDINATOR).then_refused("co-unit-is-lead")


def test_a_unit_co_operates_once() -> None:
    GIVEN.when(replace(TASK, co_units=(FINANCE, FINANCE)), by=COORDINATOR).then_refused("co-unit-twice")


def test_units_that_nobody_knows_or_that_ended_get_no_tasks() -> None:
    GIVEN.when(replace(TASK, co_units=(UnitId("无此单位"),)), by=COORDINATOR).then_refused("unit-unknown")
    gone = UnitDissolved(WATER, CITY, date(2026, 1, 31))
    ledger.given(*YUNLING, *ADOPTED, gone).when(TASK, by=COORDINATOR).then_refused("unit-dissolved", name="市水务局")
