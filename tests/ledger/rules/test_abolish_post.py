"""撤销岗位."""

from datetime import date

from services.ledger.events import ChiefPostGivenUp
from services.ledger.rules.abolish_post import AbolishPost
from shared.directory import PostAbolished, PostVacated
from shared.domain import PersonId
from tests.ledger.city import (
    ADMIN_POST,
    BAISHUI_COORDINATOR,
    COORDINATOR,
    FINANCE,
    FINANCE_POST,
    FOUNDED,
    VACANT_POST,
    WATER_POST,
    YUNLING,
    ledger,
)

DAY = date(2026, 3, 15)


def test_a_vacant_post_ends() -> None:
    ledger.given(*YUNLING).when(AbolishPost(VACANT_POST, DAY), by=COORDINATOR).then(PostAbolished(VACANT_POST, DAY))


def test_a_unit_gives_its_chief_post_up_with_it() -> None:
    left = PostVacated(FINANCE_POST, PersonId("钱谷"), DAY)
    ledger.given(*YUNLING, left).when(AbolishPost(FINANCE_POST, DAY), by=COORDINATOR).then(
        PostAbolished(FINANCE_POST, DAY), ChiefPostGivenUp(FINANCE, FINANCE_POST)
    )


def test_a_post_that_is_held_does_not_end() -> None:
    ledger.given(*YUNLING).when(AbolishPost(WATER_POST, DAY), by=COORDINATOR).then_refused("post-held", day=DAY)


def test_a_post_does_not_end_before_its_last_holder_left() -> None:
    left = PostVacated(FINANCE_POST, PersonId("钱谷"), date(2026, 3, 31))
    ledger.given(*YUNLING, left).when(AbolishPost(FINANCE_POST, DAY), by=COORDINATOR).then_refused("post-held")


def test_a_post_does_not_end_before_it_began() -> None:
    command = AbolishPost(VACANT_POST, date(2019, 1, 1))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("date-before-post", since=FOUNDED)


def test_a_post_ends_once() -> None:
    gone = PostAbolished(VACANT_POST, DAY)
    ledger.given(*YUNLING, gone).when(AbolishPost(VACANT_POST, DAY), by=COORDINATOR).then_refused("post-abolished")


def test_a_post_beyond_ones_reach_is_left_alone() -> None:
    command = AbolishPost(VACANT_POST, DAY)
    ledger.given(*YUNLING).when(command, by=BAISHUI_COORDINATOR).then_refused("out-of-reach", unit="市水务局")


def test_a_coordinator_does_not_abolish_the_administrator() -> None:
    command = AbolishPost(ADMIN_POST, DAY)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("role-not-yours-to-give", role="administrator")
