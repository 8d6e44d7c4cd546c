"""修订规划."""

from datetime import date

from services.ledger.events import PlanAmended, PlanClosed
from services.ledger.rules.amend_plan import AmendPlan
from shared.domain import PublicText
from tests.ledger.city import ADOPTED, CITY, COORDINATOR, DRAFTED, PLAN, YUNLING, ledger

TITLE = PublicText("云岭市2026年惩防体系建设任务分工方案")
REASON = PublicText("市委常委会议定延长一年")


def test_what_is_not_named_stays_and_the_version_counts_on() -> None:
    command = AmendPlan(PLAN, REASON, to_year=2029)
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then(
        PlanAmended(PLAN, CITY, 2, TITLE, 2026, 2029, None, REASON)
    )


def test_a_draft_is_amended_too() -> None:
    command = AmendPlan(PLAN, PublicText("会签意见"), title=PublicText("方案（修改稿）"))
    ledger.given(*YUNLING, *DRAFTED).when(command, by=COORDINATOR).then(
        PlanAmended(PLAN, CITY, 2, PublicText("方案（修改稿）"), 2026, 2028, None, PublicText("会签意见"))
    )


def test_an_amendment_has_a_reason() -> None:
    command = AmendPlan(PLAN, PublicText(" "), to_year=2029)
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("reason-missing")


def test_an_amendment_changes_something() -> None:
    ledger.given(*YUNLING, *ADOPTED).when(AmendPlan(PLAN, REASON, to_year=2028), by=COORDINATOR).then_refused(
        "nothing-changed"
    )


def test_a_plan_keeps_a_title() -> None:
    command = AmendPlan(PLAN, REASON, title=PublicText(""))
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("text-missing")


def test_a_plan_does_not_come_to_end_before_it_begins() -> None:
    command = AmendPlan(PLAN, REASON, to_year=2025)
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("plan-years-reversed")


def test_the_years_stay_years_one_can_plan_for() -> None:
    command = AmendPlan(PLAN, REASON, from_year=0)
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("plan-years-invalid")


def test_a_closed_plan_is_not_amended() -> None:
    closed = PlanClosed(PLAN, CITY, date(2026, 3, 1), PublicText("并入新规划"))
    command = AmendPlan(PLAN, REASON, to_year=2029)
    ledger.given(*YUNLING, *ADOPTED, closed).when(command, by=COORDINATOR).then_refused("plan-closed")
