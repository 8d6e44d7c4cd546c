"""调整任务."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.ledger.events import CompletionClaimed, Part, TaskAmended, TaskCancelled, TaskId, TaskSplit, TaskSuspended
from services.ledger.rules.amend_task import AmendTask
from shared.directory import PostFilled, PostVacated
from shared.domain import PersonId, PostId, PublicText, UnitId
from tests.ledger.city import (
    ADOPTED,
    COORDINATOR,
    DEPUTY_POST,
    DREDGING,
    FINANCE,
    FINANCE_POST,
    PLAN,
    RIVERS,
    RIVERS_POST,
    SOURCES,
    SOURCES_POST,
    VACANT_POST,
    WATER,
    WATER_CLERK,
    WATER_POST,
    YUNLING,
    issued,
    ledger,
)

REASON = PublicText("汛期提前")
AMENDED = TaskAmended(
    task=DREDGING,
    unit=WATER,
    plan=PLAN,
    revision=2,
    title=PublicText("完成清水河河道清淤"),
    co_units=(),
    leader_post=DEPUTY_POST,
    leader_person=PersonId("韩溪"),
    requirement=PublicText("清淤12公里"),
    standard=PublicText("河床高程达到设计标准并通过验收"),
    due=date(2026, 12, 31),
    weight=None,
    reason=REASON,
)
NORTH, SOUTH = TaskId("北段"), TaskId("南段")
SPLIT: tuple[Any, ...] = (
    *issued(),
    TaskSplit(
        DREDGING,
        WATER,
        PLAN,
        2,
        "internal",
        (
            Part(NORTH, "1-1", PublicText("北段"), RIVERS, False, Decimal(60), date(2026, 9, 30)),
            Part(SOUTH, "1-2", PublicText("南段"), SOURCES, False, Decimal(40), date(2026, 10, 31)),
        ),
    ),
    *issued(
        NORTH,
        number="1-1",
        title="北段",
        unit=RIVERS,
        leader=RIVERS_POST,
        person="石河",
        due=date(2026, 9, 30),
        weight=Decimal(60),
        parent=DREDGING,
        direction="internal",
        lineage=(WATER,),
    ),
    *issued(
        SOUTH,
        number="1-2",
        title="南段",
        unit=SOURCES,
        leader=SOURCES_POST,
        person="泉清",
        due=date(2026, 10, 31),
        weight=Decimal(40),
        parent=DREDGING,
        direction="internal",
        lineage=(WATER,),
    ),
)
GIVEN = ledger.given(*YUNLING, *ADOPTED, *issued())


def test_what_is_not_named_stays_and_the_version_counts_on() -> None:
    GIVEN.when(AmendTask(DREDGING, REASON, due=date(2026, 5, 31)), by=COORDINATOR).then(
        replace(AMENDED, due=date(2026, 5, 31))
    )


def test_leader_texts_co_units_and_weight_change_together() -> None:
    command = AmendTask(
        DREDGING,
        REASON,
        title=PublicText("清水河清淤"),
        leader=WATER_POST,
        requirement=PublicText("清淤15公里"),
        standard=PublicText("第三方验收"),
        co_units=(FINANCE,),
        weight=Decimal(3),
    )
    GIVEN.when(command, by=COORDINATOR).then(
        replace(
            AMENDED,
            title=PublicText("清水河清淤"),
            leader_post=WATER_POST,
            leader_person=PersonId("江澜"),
            requirement=PublicText("清淤15公里"),
            standard=PublicText("第三方验收"),
            co_units=(FINANCE,),
            weight=Decimal(3),
        )
    )


def test_a_new_holder_of_the_post_becomes_accountable_when_the_leader_is_named_anew() -> None:
    changed = (
        PostVacated(DEPUTY_POST, PersonId("韩溪"), date(2026, 2, 28)),
        PostFilled(DEPUTY_POST, PersonId("石河"), date(2026, 3, 1)),
    )
    command = AmendTask(DREDGING, PublicText("分管领导调整"), leader=DEPUTY_POST)
    ledger.given(*YUNLING, *ADOPTED, *issued(), *changed).when(command, by=COORDINATOR).then(
        replace(AMENDED, leader_person=PersonId("石河"), reason=PublicText("分管领导调整"))
    )


def test_an_amendment_has_a_reason() -> None:
    GIVEN.when(AmendTask(DREDGING, PublicText(""), due=date(2026, 5, 31)), by=COORDINATOR).then_refused(
        "reason-missing"
    )


def test_an_amendment_changes_something() -> None:
    GIVEN.when(AmendTask(DREDGING, REASON, due=date(2026, 12, 31)), by=COORDINATOR).then_refused("nothing-changed")


def test_no_essential_is_taken_away() -> None:
    command = AmendTask(DREDGING, REASON, standard=PublicText(" "))
    GIVEN.when(command, by=COORDINATOR).then_refused("essentials-missing", missing_zh="落实标准")


def test_the_title_is_not_taken_away() -> None:
    GIVEN.when(AmendTask(DREDGING, REASON, title=PublicText("")), by=COORDINATOR).then_refused("text-missing")


def test_the_leader_is_of_the_unit_or_above_it_and_in_office() -> None:
    GIVEN.when(AmendTask(DREDGING, REASON, leader=FINANCE_POST), by=COORDINATOR).then_refused("leader-elsewhere")
    GIVEN.when(AmendTask(DREDGING, REASON, leader=VACANT_POST), by=COORDINATOR).then_refused("leader-post-vacant")
    GIVEN.when(AmendTask(DREDGING, REASON, leader=PostId("无此岗位")), by=COORDINATOR).then_refused("post-unknown")


def test_a_time_limit_lies_between_the_issue_and_the_end_of_the_plan() -> None:
    GIVEN.when(AmendTask(DREDGING, REASON, due=date(2026, 1, 11)), by=COORDINATOR).then_refused("due-before-issue")
    GIVEN.when(AmendTask(DREDGING, REASON, due=date(2029, 1, 1)), by=COORDINATOR).then_refused("task-outlasts-plan")


def test_a_part_does_not_come_to_outlast_its_whole() -> None:
    command = AmendTask(NORTH, REASON, due=date(2027, 1, 1))
    ledger.given(*YUNLING, *ADOPTED, *SPLIT).when(command, by=COORDINATOR).then_refused(
        "split-part-outlasts-task", limit=date(2026, 12, 31)
    )


def test_a_whole_does_not_come_to_end_before_its_parts() -> None:
    command = AmendTask(DREDGING, REASON, due=date(2026, 10, 1))
    ledger.given(*YUNLING, *ADOPTED, *SPLIT).when(command, by=COORDINATOR).then_refused(
        "task-ends-before-part", part="南段", part_due=date(2026, 10, 31)
    )


def test_the_weight_of_a_part_is_the_splits() -> None:
    command = AmendTask(NORTH, REASON, weight=Decimal(70))
    ledger.given(*YUNLING, *ADOPTED, *SPLIT).when(command, by=COORDINATOR).then_refused("part-weight-fixed")


def test_a_weight_is_above_0_and_up_to_100() -> None:
    GIVEN.when(AmendTask(DREDGING, REASON, weight=Decimal(0)), by=COORDINATOR).then_refused("weight-invalid")


def test_co_operating_units_are_others_known_and_named_once() -> None:
    GIVEN.when(AmendTask(DREDGING, REASON, co_units=(WATER,)), by=COORDINATOR).then_refused("co-unit-is-lead")
    GIVEN.when(AmendTask(DREDGING, REASON, co_units=(FINANCE, FINANCE)), by=COORDINATOR).then_refused("co-unit-twice")
    GIVEN.when(AmendTask(DREDGING, REASON, co_units=(UnitId("无"),)), by=COORDINATOR).then_refused("unit-unknown")


def test_while_a_claim_waits_nothing_changes() -> None:
    claimed = CompletionClaimed(DREDGING, WATER, PLAN, PublicText("已完成"), (), date(2026, 3, 10), WATER_CLERK)
    command = AmendTask(DREDGING, REASON, due=date(2026, 5, 31))
    ledger.given(*YUNLING, *ADOPTED, *issued(), claimed).when(command, by=COORDINATOR).then_refused("task-claimed")


def test_a_suspended_task_is_not_amended() -> None:
    rests = TaskSuspended(
        DREDGING, WATER, PLAN, date(2026, 3, 1), PublicText("资金未到位"), PublicText("市长办公会"), COORDINATOR
    )
    command = AmendTask(DREDGING, REASON, due=date(2026, 5, 31))
    ledger.given(*YUNLING, *ADOPTED, *issued(), rests).when(command, by=COORDINATOR).then_refused("task-suspended")


def test_an_ended_task_is_not_amended() -> None:
    over = TaskCancelled(
        DREDGING, WATER, PLAN, date(2026, 3, 1), PublicText("河道改线"), PublicText("市长办公会"), COORDINATOR
    )
    command = AmendTask(DREDGING, REASON, due=date(2026, 5, 31))
    ledger.given(*YUNLING, *ADOPTED, *issued(), over).when(command, by=COORDINATOR).then_refused(
        "task-ended", how="cancelled"
    )
