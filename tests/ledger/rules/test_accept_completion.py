"""审核办结、销号: somebody other than the claimant finds that a task meets its standard."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.events import CompletionAccepted
from services.ledger.rules.accept_completion import AcceptCompletion
from shared.domain import Actor, PersonId, PostId, PublicText, moment
from tests.ledger.city import CITY, COORDINATOR, DREDGING, PLAN, SECRETARY, WATER, WATER_DEPUTY, WATER_HEAD
from tests.ledger.course import CANCELLED, SUSPENDED, WORKING, and_then, claimed
from tests.support.spec import TODAY, on

ACCEPT = AcceptCompletion(DREDGING, PublicText("同意销号"))
CLAIMED = and_then(claimed())
ACCEPTED = CompletionAccepted(
    task=DREDGING,
    unit=WATER,
    plan=PLAN,
    due=date(2026, 12, 31),
    claimed_on=date(2026, 3, 13),
    accepted_on=TODAY.today,
    days_overdue=0,
    opinion=PublicText("同意销号"),
    by=COORDINATOR,
)


def test_a_claimed_task_is_accepted_by_the_coordinator() -> None:
    CLAIMED.when(ACCEPT, by=COORDINATOR).then(ACCEPTED)


@pytest.mark.parametrize(
    ("claimed_on", "days"), [(date(2026, 12, 31), 0), (date(2027, 1, 1), 1), (date(2027, 1, 31), 31)]
)
def test_the_days_overdue_are_counted_to_the_claim_and_not_to_its_acceptance(claimed_on: date, days: int) -> None:
    given = and_then(claimed(on=claimed_on))
    accepted = given.when(ACCEPT, by=COORDINATOR, at=moment(2027, 3, 1, 9)).event(CompletionAccepted)
    assert (accepted.days_overdue, accepted.accepted_on) == (days, date(2027, 3, 1))


def test_the_claimant_does_not_accept() -> None:
    and_then(claimed(by=COORDINATOR)).when(ACCEPT, by=COORDINATOR).then_refused("own-claim")


def test_neither_does_whoever_acts_on_the_claimants_behalf_or_the_other_way_round() -> None:
    for_the_head = Actor("周正", COORDINATOR.post, on_behalf=PersonId("江澜"))
    CLAIMED.when(ACCEPT, by=for_the_head).then_refused("own-claim")
    by_the_coordinator = replace(WATER_HEAD, subject="周正", on_behalf=PersonId("江澜"))
    and_then(claimed(by=by_the_coordinator)).when(ACCEPT, by=COORDINATOR).then_refused("own-claim")


def test_nobody_accepts_what_their_own_unit_did() -> None:
    CLAIMED.when(ACCEPT, by=WATER_DEPUTY).then_refused("own-unit-decided")
    of_a_section = Actor("石河", PostId("河道科长"))
    CLAIMED.when(ACCEPT, by=of_a_section).then_refused("own-unit-decided")


def test_the_topmost_unit_has_nobody_to_step_aside_for() -> None:
    own = and_then()
    events = [replace(e, unit=CITY) if type(e).__name__ == "TaskIssued" else e for e in own.events]
    given = replace(own, events=(*events, replace(claimed(), unit=CITY)))
    given.when(ACCEPT, by=SECRETARY).then_types(CompletionAccepted)


def test_an_acceptance_decided_on_paper_keeps_its_day() -> None:
    day = date(2026, 3, 14)
    outcome = CLAIMED.when(replace(ACCEPT, accepted_on=day), by=COORDINATOR)
    outcome.then(on(day, replace(ACCEPTED, accepted_on=day)))


def test_an_acceptance_lies_neither_before_the_claim_nor_after_today() -> None:
    early = replace(ACCEPT, accepted_on=date(2026, 3, 12))
    CLAIMED.when(early, by=COORDINATOR).then_refused("accepted-before-claim", claimed=date(2026, 3, 13))
    late = replace(ACCEPT, accepted_on=date(2026, 3, 17))
    CLAIMED.when(late, by=COORDINATOR).then_refused("date-in-future", day=date(2026, 3, 17))


def test_only_what_is_claimed_is_accepted_and_only_once() -> None:
    WORKING.when(ACCEPT, by=COORDINATOR).then_refused("task-not-claimed")
    and_then(SUSPENDED).when(ACCEPT, by=COORDINATOR).then_refused("task-not-claimed")
    and_then(CANCELLED).when(ACCEPT, by=COORDINATOR).then_refused("task-ended", how="cancelled")
    CLAIMED.when(ACCEPT, by=COORDINATOR).after().when(ACCEPT, by=COORDINATOR).then_refused("task-ended", how="accepted")
