"""移交: a running task goes to another responsible unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.ledger.events import TaskHandedOver, TaskId
from services.ledger.rules.ask_extension import AskExtension
from services.ledger.rules.hand_over_task import HandOverTask
from services.ledger.rules.sign_claim import SignClaim
from shared.domain import PostId, PublicText, UnitId
from tests.ledger.city import (
    ADOPTED,
    BAISHUI_COORDINATOR,
    BAISHUI_WATER,
    CITY_POST,
    COORDINATOR,
    COORDINATOR_POST,
    DEPUTY_POST,
    DREDGING,
    FINANCE,
    FINANCE_HEAD,
    FINANCE_POST,
    OFFICE,
    RIVERS,
    RIVERS_POST,
    SOURCES,
    SOURCES_POST,
    WATER,
    WATER_HEAD,
    YUNLING,
    issued,
    ledger,
    post,
)
from tests.ledger.course import (
    CANCELLED,
    DECISION,
    FIRST,
    SPLIT,
    SUSPENDED,
    WORKING,
    and_then,
    asked,
    claimed,
    fell_overdue,
    reported,
)
from tests.ledger.rules.test_decline_task import HANDED_OVER, SIGNED
from tests.support.spec import Given

REASON = PublicText("河道管理已划归市河湖管理中心")
HAND_OVER = HandOverTask(DREDGING, FINANCE, FINANCE_POST, REASON, DECISION)


def test_a_task_goes_on_elsewhere_as_its_next_version() -> None:
    WORKING.when(HAND_OVER, by=COORDINATOR).then(HANDED_OVER)


def test_it_needs_a_reason_and_somebodys_decision() -> None:
    WORKING.when(replace(HAND_OVER, reason=PublicText("")), by=COORDINATOR).then_refused("reason-missing")
    WORKING.when(replace(HAND_OVER, decision=PublicText("")), by=COORDINATOR).then_refused(
        "text-missing", field_zh="决定依据"
    )


def test_the_other_unit_exists_is_another_and_within_reach() -> None:
    WORKING.when(replace(HAND_OVER, to=UnitId("无此单位")), by=COORDINATOR).then_refused("unit-unknown")
    WORKING.when(replace(HAND_OVER, to=WATER), by=COORDINATOR).then_refused("handed-to-itself", unit="市水务局")
    county = ledger.given(*YUNLING, *ADOPTED, *issued(unit=BAISHUI_WATER))
    county.when(HAND_OVER, by=BAISHUI_COORDINATOR).then_refused("out-of-reach", unit="市财政局")


def test_nobody_hands_over_the_task_of_their_own_unit() -> None:
    own = ledger.given(*YUNLING, *ADOPTED, *issued(unit=OFFICE, leader=COORDINATOR_POST, person="周正"))
    own.when(HAND_OVER, by=COORDINATOR).then_refused("own-unit-decided")


def test_a_leader_of_the_other_unit_or_above_it_answers() -> None:
    WORKING.when(replace(HAND_OVER, leader=DEPUTY_POST), by=COORDINATOR).then_refused("leader-elsewhere")
    WORKING.when(replace(HAND_OVER, leader=CITY_POST), by=COORDINATOR).then_types(TaskHandedOver)
    vacant = post(PostId("财政局总会计师"), FINANCE, ("unit-head",), holder=None)
    and_then(*vacant).when(replace(HAND_OVER, leader=PostId("财政局总会计师")), by=COORDINATOR).then_refused(
        "leader-post-vacant"
    )


def test_whoever_co_operated_and_gets_it_no_longer_co_operates() -> None:
    joint = ledger.given(*YUNLING, *ADOPTED, *issued(co_units=(FINANCE, OFFICE)))
    joint.when(HAND_OVER, by=COORDINATOR).then(replace(HANDED_OVER, co_units=(OFFICE,)))
    joint.when(replace(HAND_OVER, co_units=(FINANCE,)), by=COORDINATOR).then_refused("co-unit-is-lead")


def test_what_is_overdue_is_handed_over_with_another_time_limit() -> None:
    late = ledger.given(*YUNLING, *ADOPTED, *issued(due=date(2026, 3, 13)), fell_overdue(date(2026, 3, 13)))
    late.when(HAND_OVER, by=COORDINATOR).then_refused("handed-over-overdue", due=date(2026, 3, 13))
    late.when(replace(HAND_OVER, due=date(2026, 6, 30)), by=COORDINATOR).then(
        replace(HANDED_OVER, due=date(2026, 6, 30))
    )


def test_the_new_time_limit_is_within_the_plan() -> None:
    WORKING.when(replace(HAND_OVER, due=date(2029, 1, 31)), by=COORDINATOR).then_refused("task-outlasts-plan")


def test_a_part_goes_where_its_whole_could_have_been_divided_to() -> None:
    divided, part = and_then(*SPLIT), replace(HAND_OVER, task=FIRST)
    divided.when(part, by=COORDINATOR).then_refused("split-part-not-a-section", unit="市财政局")
    divided.when(replace(part, to=SOURCES, leader=SOURCES_POST), by=COORDINATOR).then_types(TaskHandedOver)


def test_a_part_does_not_go_back_to_a_whole_further_up() -> None:
    top, middle = issued(unit=FINANCE, leader=FINANCE_POST, person="钱谷"), TaskId("河道部分")
    whole = issued(middle, number="1-1", parent=DREDGING, direction="lateral", lineage=(FINANCE,))
    part = issued(
        FIRST,
        number="1-1-1",
        unit=RIVERS,
        leader=RIVERS_POST,
        person="石河",
        parent=middle,
        direction="internal",
        lineage=(FINANCE, WATER),
    )
    given: Given = ledger.given(*YUNLING, *ADOPTED, *top, *whole, *part)
    given.when(replace(HAND_OVER, task=FIRST), by=COORDINATOR).then_refused("split-cycle", unit="市财政局")


def test_a_divided_task_is_handed_over_part_by_part() -> None:
    and_then(*SPLIT).when(HAND_OVER, by=COORDINATOR).then_refused("task-divided")


def test_only_what_is_worked_on_is_handed_over() -> None:
    and_then(claimed()).when(HAND_OVER, by=COORDINATOR).then_refused("task-claimed")
    and_then(SUSPENDED).when(HAND_OVER, by=COORDINATOR).then_refused("task-suspended")
    and_then(CANCELLED).when(HAND_OVER, by=COORDINATOR).then_refused("task-ended", how="cancelled")


def test_signature_and_request_lapse_and_the_progress_stays() -> None:
    handed = and_then(SIGNED, reported("40"), asked(), HANDED_OVER)
    task = handed.situations()[f"task/{DREDGING}"]
    assert (task.unit, task.course.claim_signed, task.course.asked, task.course.percent) == (FINANCE, None, None, 40)
    sign = SignClaim(DREDGING, 2, PublicText("责任制规定"))
    handed.when(sign, by=WATER_HEAD).then_refused("not-responsible-unit")
    assert handed.when(sign, by=FINANCE_HEAD).decision[0].unit == FINANCE
    again = AskExtension(DREDGING, date(2027, 6, 30), PublicText("接手不久"))
    assert handed.when(again, by=FINANCE_HEAD).decision[0].extension == 2
