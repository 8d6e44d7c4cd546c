"""终止委托."""

from datetime import date

import pytest

from services.ledger.rules.end_delegation import EndDelegation
from shared.directory import DelegationEnded, DelegationGiven, DelegationId, PostAbolished, PostVacated
from shared.domain import Actor, PersonId
from tests.ledger.city import ADMIN, COORDINATOR, WATER_HEAD, WATER_POST, YUNLING, ledger

HEAD, DEPUTY = PersonId("江澜"), PersonId("韩溪")
GIVEN = DelegationGiven(DelegationId("d1"), WATER_POST, HEAD, DEPUTY, date(2026, 3, 1), date(2026, 4, 30))
COMMAND = EndDelegation(WATER_POST, DelegationId("d1"))


@pytest.mark.parametrize("by", [WATER_HEAD, ADMIN])
def test_it_ends_at_once_on_the_word_of_the_giver_or_an_administrator(by: Actor) -> None:
    ledger.given(*YUNLING, GIVEN).when(COMMAND, by=by).then(
        DelegationEnded(DelegationId("d1"), WATER_POST, date(2026, 3, 15))
    )


def test_the_coordinator_does_not_end_the_delegation_of_another() -> None:
    ledger.given(*YUNLING, GIVEN).when(COMMAND, by=COORDINATOR).then_refused("not-your-post")


def test_the_taker_does_not_end_it_on_behalf_of_the_giver() -> None:
    on_behalf = Actor("韩溪", WATER_POST, on_behalf=HEAD)
    ledger.given(*YUNLING, GIVEN).when(COMMAND, by=on_behalf).then_refused("not-your-post")


def test_an_unknown_delegation_is_refused() -> None:
    ledger.given(*YUNLING).when(COMMAND, by=WATER_HEAD).then_refused("delegation-unknown")


def test_what_is_over_does_not_end_again() -> None:
    ended = DelegationEnded(DelegationId("d1"), WATER_POST, date(2026, 3, 10))
    ledger.given(*YUNLING, GIVEN, ended).when(COMMAND, by=WATER_HEAD).then_refused(
        "delegation-over", day=date(2026, 3, 10)
    )


def test_an_abolished_post_has_no_delegations() -> None:
    gone = (PostVacated(WATER_POST, HEAD, date(2026, 3, 1)), PostAbolished(WATER_POST, date(2026, 3, 1)))
    ledger.given(*YUNLING, GIVEN, *gone).when(COMMAND, by=WATER_HEAD).then_refused("post-abolished")
