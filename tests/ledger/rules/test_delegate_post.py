"""委托代行."""

from dataclasses import replace
from datetime import date

from services.ledger.rules.delegate_post import DelegatePost
from shared.directory import DelegationGiven, DelegationId, PostAbolished
from shared.domain import Actor, PersonId
from tests.ledger.city import (
    COORDINATOR,
    VACANT_POST,
    WATER_DEPUTY,
    WATER_HEAD,
    WATER_POST,
    YUNLING,
    ledger,
)

HEAD, DEPUTY = PersonId("江澜"), PersonId("韩溪")
FROM, TO = date(2026, 4, 1), date(2026, 4, 30)
COMMAND = DelegatePost(DelegationId("d1"), WATER_POST, DEPUTY, FROM, TO)


def test_the_holder_lets_the_deputy_act_for_a_month() -> None:
    ledger.given(*YUNLING).when(COMMAND, by=WATER_HEAD).then(
        DelegationGiven(DelegationId("d1"), WATER_POST, HEAD, DEPUTY, FROM, TO)
    )


def test_nobody_delegates_the_post_of_another() -> None:
    ledger.given(*YUNLING).when(COMMAND, by=COORDINATOR).then_refused("not-your-post")


def test_a_delegation_is_not_passed_on() -> None:
    on_behalf = Actor("韩溪", WATER_POST, on_behalf=HEAD)
    ledger.given(*YUNLING).when(replace(COMMAND, taker=PersonId("闻笔")), by=on_behalf).then_refused("not-your-post")


def test_a_vacant_post_is_not_delegated() -> None:
    ledger.given(*YUNLING).when(replace(COMMAND, post=VACANT_POST), by=WATER_DEPUTY).then_refused("not-your-post")


def test_the_taker_is_a_registered_person() -> None:
    command = replace(COMMAND, taker=PersonId("查无此人"))
    ledger.given(*YUNLING).when(command, by=WATER_HEAD).then_refused("person-unknown")


def test_nobody_delegates_to_themselves() -> None:
    ledger.given(*YUNLING).when(replace(COMMAND, taker=HEAD), by=WATER_HEAD).then_refused("delegation-to-oneself")


def test_a_delegation_does_not_end_before_it_begins() -> None:
    command = replace(COMMAND, valid_to=date(2026, 3, 31))
    ledger.given(*YUNLING).when(command, by=WATER_HEAD).then_refused("delegation-dates-reversed")


def test_nothing_is_delegated_for_the_past() -> None:
    command = replace(COMMAND, valid_from=date(2026, 3, 15))
    ledger.given(*YUNLING).when(command, by=WATER_HEAD).then_refused("delegation-in-past")


def test_two_delegations_to_one_person_do_not_overlap() -> None:
    earlier = DelegationGiven(DelegationId("d0"), WATER_POST, HEAD, DEPUTY, date(2026, 3, 20), date(2026, 4, 5))
    ledger.given(*YUNLING, earlier).when(COMMAND, by=WATER_HEAD).then_refused("delegation-overlaps")


def test_an_abolished_post_is_not_delegated() -> None:
    gone = PostAbolished(VACANT_POST, date(2026, 2, 1))
    command = replace(COMMAND, post=VACANT_POST)
    ledger.given(*YUNLING, gone).when(command, by=WATER_HEAD).then_refused("post-abolished")
