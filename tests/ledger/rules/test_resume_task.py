"""恢复任务: a suspended task goes on."""

from dataclasses import replace
from datetime import date

from services.ledger.events import TaskResumed
from services.ledger.rules.resume_task import ResumeTask
from shared.domain import PublicText, moment
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, WATER
from tests.ledger.course import CANCELLED, DECISION, SUSPENDED, WORKING, and_then
from tests.support.spec import TODAY

RESUME = ResumeTask(DREDGING, PublicText("上游施工结束"), DECISION)
RESUMED = TaskResumed(
    task=DREDGING,
    unit=WATER,
    plan=PLAN,
    revision=1,
    resumed_on=TODAY.today,
    due=date(2026, 12, 31),
    reason=PublicText("上游施工结束"),
    decision=DECISION,
    by=COORDINATOR,
)


def test_a_suspended_task_goes_on_with_its_time_limit() -> None:
    and_then(SUSPENDED).when(RESUME, by=COORDINATOR).then(RESUMED)


def test_another_time_limit_makes_another_version_to_sign() -> None:
    later = replace(RESUME, due=date(2027, 3, 31))
    outcome = and_then(SUSPENDED).when(later, by=COORDINATOR)
    outcome.then(replace(RESUMED, due=date(2027, 3, 31), revision=2))


def test_the_time_limit_is_not_brought_forward_and_stays_within_the_plan() -> None:
    earlier = replace(RESUME, due=date(2026, 12, 30))
    and_then(SUSPENDED).when(earlier, by=COORDINATOR).then_refused("resume-due-earlier", was_due=date(2026, 12, 31))
    beyond = replace(RESUME, due=date(2029, 1, 1))
    and_then(SUSPENDED).when(beyond, by=COORDINATOR).then_refused("task-outlasts-plan")


def test_a_time_limit_that_passed_meanwhile_has_to_be_named_anew() -> None:
    outcome = and_then(SUSPENDED).when(RESUME, by=COORDINATOR, at=moment(2027, 1, 4))
    outcome.then_refused("resume-due-passed", due=date(2026, 12, 31))


def test_neither_the_reason_nor_the_decision_may_be_missing() -> None:
    given = and_then(SUSPENDED)
    given.when(replace(RESUME, reason=PublicText("")), by=COORDINATOR).then_refused("reason-missing")
    given.when(replace(RESUME, decision=PublicText("")), by=COORDINATOR).then_refused("text-missing")


def test_only_what_is_suspended_is_resumed() -> None:
    WORKING.when(RESUME, by=COORDINATOR).then_refused("task-not-suspended")
    and_then(CANCELLED).when(RESUME, by=COORDINATOR).then_refused("task-ended", how="cancelled")
