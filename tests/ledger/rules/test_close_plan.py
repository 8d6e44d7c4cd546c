"""结束规划."""

from datetime import date

from services.ledger.events import PlanClosed
from services.ledger.rules.close_plan import ClosePlan
from shared.domain import PublicText
from tests.ledger.city import ADOPTED, CITY, COORDINATOR, DRAFTED, PLAN, YUNLING, ledger
from tests.support.spec import TODAY

COMMAND = ClosePlan(PLAN, PublicText("规划期满"))
CLOSED = PlanClosed(PLAN, CITY, date(2026, 3, 1), PublicText("规划期满"))


def test_a_plan_in_force_is_closed_with_a_reason() -> None:
    ledger.given(*YUNLING, *ADOPTED).when(COMMAND, by=COORDINATOR).then(
        PlanClosed(PLAN, CITY, TODAY.today, PublicText("规划期满"))
    )


def test_without_a_reason_it_stays_open() -> None:
    command = ClosePlan(PLAN, PublicText(""))
    ledger.given(*YUNLING, *ADOPTED).when(command, by=COORDINATOR).then_refused("reason-missing")


def test_a_draft_is_not_closed() -> None:
    ledger.given(*YUNLING, *DRAFTED).when(COMMAND, by=COORDINATOR).then_refused("plan-not-adopted")


def test_a_plan_is_closed_once() -> None:
    ledger.given(*YUNLING, *ADOPTED, CLOSED).when(COMMAND, by=COORDINATOR).then_refused("plan-closed")
