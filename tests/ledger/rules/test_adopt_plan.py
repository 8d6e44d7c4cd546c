"""印发规划."""

from datetime import date

from services.ledger.events import PlanAdopted, PlanAmended, PlanClosed
from services.ledger.rules.adopt_plan import AdoptPlan
from shared.domain import PublicText
from tests.ledger.city import ADOPTED, CITY, COORDINATOR, DRAFTED, PLAN, YUNLING, ledger
from tests.support.spec import TODAY, on

DOCUMENT = PublicText("云委发〔2026〕3号")


def test_a_draft_comes_into_force_today() -> None:
    ledger.given(*YUNLING, *DRAFTED).when(AdoptPlan(PLAN, DOCUMENT), by=COORDINATOR).then(
        PlanAdopted(PLAN, CITY, 1, DOCUMENT, TODAY.today)
    )


def test_what_was_adopted_on_paper_earlier_happened_on_that_day() -> None:
    command = AdoptPlan(PLAN, DOCUMENT, date(2026, 1, 9))
    ledger.given(*YUNLING, *DRAFTED).when(command, by=COORDINATOR).then(
        on(date(2026, 1, 9), PlanAdopted(PLAN, CITY, 1, DOCUMENT, date(2026, 1, 9)))
    )


def test_the_version_adopted_is_the_one_amended_last() -> None:
    amended = PlanAmended(PLAN, CITY, 2, PublicText("方案（修改稿）"), 2026, 2026, None, PublicText("会签意见"))
    ledger.given(*YUNLING, *DRAFTED, amended).when(AdoptPlan(PLAN, DOCUMENT), by=COORDINATOR).then(
        PlanAdopted(PLAN, CITY, 2, DOCUMENT, TODAY.today)
    )


def test_a_plan_is_adopted_once() -> None:
    ledger.given(*YUNLING, *ADOPTED).when(AdoptPlan(PLAN, DOCUMENT), by=COORDINATOR).then_refused(
        "plan-already-adopted"
    )


def test_a_closed_plan_is_not_adopted_again() -> None:
    closed = PlanClosed(PLAN, CITY, date(2026, 3, 1), PublicText("并入新规划"))
    ledger.given(*YUNLING, *ADOPTED, closed).when(AdoptPlan(PLAN, DOCUMENT), by=COORDINATOR).then_refused("plan-closed")


def test_a_plan_is_adopted_by_a_document() -> None:
    command = AdoptPlan(PLAN, PublicText(" "))
    ledger.given(*YUNLING, *DRAFTED).when(command, by=COORDINATOR).then_refused("text-missing", field_zh="印发文号")


def test_a_plan_is_not_adopted_in_advance() -> None:
    command = AdoptPlan(PLAN, DOCUMENT, date(2026, 3, 17))
    ledger.given(*YUNLING, *DRAFTED).when(command, by=COORDINATOR).then_refused("date-in-future")
