"""免职."""

from datetime import date

from services.ledger.rules.vacate_post import VacatePost
from shared.directory import PostAbolished, PostVacated
from shared.domain import PersonId
from tests.ledger.city import (
    ADMIN_POST,
    BAISHUI_COORDINATOR,
    COORDINATOR,
    FINANCE_POST,
    FOUNDED,
    VACANT_POST,
    YUNLING,
    ledger,
)

DAY = date(2026, 3, 31)


def test_the_present_holder_leaves_after_the_day_named() -> None:
    ledger.given(*YUNLING).when(VacatePost(FINANCE_POST, DAY), by=COORDINATOR).then(
        PostVacated(FINANCE_POST, PersonId("钱谷"), DAY)
    )


def test_nobody_leaves_a_vacant_post() -> None:
    ledger.given(*YUNLING).when(VacatePost(VACANT_POST, DAY), by=COORDINATOR).then_refused("post-not-held")


def test_nobody_leaves_before_they_came() -> None:
    command = VacatePost(FINANCE_POST, date(2019, 12, 31))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("date-before-tenure", since=FOUNDED)


def test_an_abolished_post_has_no_holder() -> None:
    gone = PostAbolished(VACANT_POST, DAY)
    ledger.given(*YUNLING, gone).when(VacatePost(VACANT_POST, DAY), by=COORDINATOR).then_refused("post-abolished")


def test_a_coordinator_does_not_dismiss_the_administrator() -> None:
    command = VacatePost(ADMIN_POST, DAY)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("role-not-yours-to-give")


def test_a_county_dismisses_nobody_of_the_city() -> None:
    command = VacatePost(FINANCE_POST, DAY)
    ledger.given(*YUNLING).when(command, by=BAISHUI_COORDINATOR).then_refused("out-of-reach", unit="市财政局")
