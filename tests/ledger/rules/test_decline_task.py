"""推辞: the responsible unit says that a task is not its to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.ledger.events import ClaimSigned, TaskDeclined, TaskHandedOver
from services.ledger.rules.decline_task import DeclineTask
from shared.domain import PersonId, PublicText
from tests.ledger.city import (
    COORDINATOR,
    DREDGING,
    FINANCE,
    FINANCE_HEAD,
    FINANCE_POST,
    PLAN,
    WATER,
    WATER_CLERK,
    WATER_DEPUTY,
    WATER_HEAD,
)
from tests.ledger.course import CANCELLED, DECISION, SPLIT, SUSPENDED, WORKING, and_then, claimed

REASON = PublicText("河道管理已划归市河湖管理中心")
DECLINE = DeclineTask(DREDGING, REASON)
TODAY = date(2026, 3, 16)
DECLINED = TaskDeclined(DREDGING, WATER, PLAN, 1, TODAY, REASON, WATER_HEAD)
SIGNED = ClaimSigned(DREDGING, WATER, PLAN, 1, "ab" * 32, PublicText("责任制规定"), TODAY, WATER_HEAD)
HANDED_OVER = TaskHandedOver(
    task=DREDGING,
    unit=WATER,
    to=FINANCE,
    plan=PLAN,
    revision=2,
    co_units=(),
    leader_post=FINANCE_POST,
    leader_person=PersonId("钱谷"),
    due=date(2026, 12, 31),
    handed_over_on=TODAY,
    reason=REASON,
    decision=DECISION,
    by=COORDINATOR,
)


def test_a_head_of_the_unit_declines_with_a_reason() -> None:
    WORKING.when(DECLINE, by=WATER_HEAD).then(DECLINED)
    WORKING.when(DECLINE, by=WATER_DEPUTY).then(replace(DECLINED, by=WATER_DEPUTY))


def test_a_reason_is_given() -> None:
    WORKING.when(DeclineTask(DREDGING, PublicText(" ")), by=WATER_HEAD).then_refused("reason-missing")


def test_another_unit_has_nothing_to_decline() -> None:
    WORKING.when(DECLINE, by=FINANCE_HEAD).then_refused("declined-by-others")


def test_the_unit_that_a_task_was_handed_to_declines_in_its_turn() -> None:
    handed = and_then(DECLINED, HANDED_OVER)
    handed.when(DECLINE, by=WATER_HEAD).then_refused("declined-by-others")
    handed.when(DECLINE, by=FINANCE_HEAD).then(TaskDeclined(DREDGING, FINANCE, PLAN, 2, TODAY, REASON, FINANCE_HEAD))


def test_what_was_signed_for_is_not_declined() -> None:
    and_then(SIGNED).when(DECLINE, by=WATER_HEAD).then_refused("task-taken-on")
    and_then(DECLINED, SIGNED).when(DECLINE, by=WATER_HEAD).then_refused("task-taken-on")


def test_a_task_is_declined_once() -> None:
    and_then(DECLINED).when(DECLINE, by=WATER_DEPUTY).then_refused("task-declined-already")


def test_whoever_divided_a_task_has_taken_it_on() -> None:
    and_then(*SPLIT).when(DECLINE, by=WATER_HEAD).then_refused("task-divided")


def test_what_is_not_worked_on_is_not_declined() -> None:
    and_then(claimed(WATER_CLERK)).when(DECLINE, by=WATER_HEAD).then_refused("task-claimed")
    and_then(SUSPENDED).when(DECLINE, by=WATER_HEAD).then_refused("task-suspended")
    and_then(CANCELLED).when(DECLINE, by=WATER_HEAD).then_refused("task-ended", how="cancelled")
