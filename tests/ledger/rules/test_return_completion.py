"""退回办结申请: a claimed task does not meet its standard."""

from dataclasses import replace

from services.ledger.events import CompletionReturned
from services.ledger.rules.return_completion import ReturnCompletion
from shared.domain import PublicText
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, WATER, WATER_DEPUTY
from tests.ledger.course import WORKING, and_then, claimed, reported

RETURN = ReturnCompletion(DREDGING, PublicText("河床高程未达设计标准"))
CLAIMED = and_then(reported("90"), claimed())


def test_a_claim_is_returned_with_a_reason() -> None:
    CLAIMED.when(RETURN, by=COORDINATOR).then(
        CompletionReturned(DREDGING, WATER, PLAN, PublicText("河床高程未达设计标准"), COORDINATOR)
    )


def test_the_task_goes_on_as_it_was() -> None:
    before = and_then(reported("90")).situations()[f"task/{DREDGING}"]
    assert CLAIMED.when(RETURN, by=COORDINATOR).after().situations()[f"task/{DREDGING}"] == before


def test_a_return_has_a_reason() -> None:
    CLAIMED.when(replace(RETURN, reason=PublicText(" ")), by=COORDINATOR).then_refused("reason-missing")


def test_neither_the_claimant_nor_the_unit_returns_a_claim() -> None:
    and_then(claimed(by=COORDINATOR)).when(RETURN, by=COORDINATOR).then_refused("own-claim")
    CLAIMED.when(RETURN, by=WATER_DEPUTY).then_refused("own-unit-decided")


def test_only_a_claim_is_returned() -> None:
    WORKING.when(RETURN, by=COORDINATOR).then_refused("task-not-claimed")
