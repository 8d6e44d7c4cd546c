"""任职."""

from datetime import date

from services.ledger.events import PersonRegistered
from services.ledger.rules.fill_post import FillPost
from shared.directory import PostAbolished, PostCreated, PostFilled, PostVacated
from shared.domain import PersonId, PostId, PublicText
from tests.ledger.city import (
    ADMIN,
    BAISHUI,
    BAISHUI_COORDINATOR,
    CITY,
    COORDINATOR,
    FINANCE_POST,
    FOUNDED,
    VACANT_POST,
    WATER_POST,
    YUNLING,
    ledger,
)

DAY = date(2026, 3, 1)
NEW = PersonId("纪新")
KNOWN = (*YUNLING, PersonRegistered(NEW))


def test_a_vacant_post_is_filled() -> None:
    ledger.given(*KNOWN).when(FillPost(VACANT_POST, NEW, DAY), by=COORDINATOR).then(PostFilled(VACANT_POST, NEW, DAY))


def test_a_post_is_filled_again_the_day_after_it_was_vacated() -> None:
    left = PostVacated(FINANCE_POST, PersonId("钱谷"), date(2026, 2, 28))
    ledger.given(*KNOWN, left).when(FillPost(FINANCE_POST, NEW, DAY), by=COORDINATOR).then(
        PostFilled(FINANCE_POST, NEW, DAY)
    )
    ledger.given(*KNOWN, left).when(FillPost(FINANCE_POST, NEW, date(2026, 2, 28)), by=COORDINATOR).then_refused(
        "post-held"
    )


def test_a_post_has_one_holder_at_a_time() -> None:
    ledger.given(*KNOWN).when(FillPost(WATER_POST, NEW, DAY), by=COORDINATOR).then_refused("post-held", day=DAY)


def test_a_person_is_registered_first() -> None:
    command = FillPost(VACANT_POST, PersonId("查无此人"), DAY)
    ledger.given(*KNOWN).when(command, by=COORDINATOR).then_refused("person-unknown")


def test_nobody_appoints_themselves() -> None:
    command = FillPost(VACANT_POST, PersonId("周正"), DAY)
    ledger.given(*KNOWN).when(command, by=COORDINATOR).then_refused("own-appointment")


def test_a_post_over_the_city_is_not_filled_by_a_county() -> None:
    over_city = PostCreated(PostId("驻县督查"), BAISHUI, PublicText("驻县督查"), ("inspector",), False, CITY, FOUNDED)
    command = FillPost(PostId("驻县督查"), NEW, DAY)
    ledger.given(*KNOWN, over_city).when(command, by=BAISHUI_COORDINATOR).then_refused("out-of-reach")


def test_only_an_administrator_appoints_an_auditor() -> None:
    auditor = PostCreated(PostId("审计"), CITY, PublicText("审计"), ("auditor",), False, CITY, FOUNDED)
    command = FillPost(PostId("审计"), NEW, DAY)
    ledger.given(*KNOWN, auditor).when(command, by=COORDINATOR).then_refused("role-not-yours-to-give", role="auditor")
    ledger.given(*KNOWN, auditor).when(command, by=ADMIN).then(PostFilled(PostId("审计"), NEW, DAY))


def test_a_tenure_does_not_begin_before_the_post() -> None:
    command = FillPost(VACANT_POST, NEW, date(2019, 6, 1))
    ledger.given(*KNOWN).when(command, by=COORDINATOR).then_refused("date-before-post", since=FOUNDED)


def test_an_abolished_post_is_not_filled() -> None:
    gone = PostAbolished(VACANT_POST, date(2026, 2, 1))
    command = FillPost(VACANT_POST, NEW, DAY)
    ledger.given(*KNOWN, gone).when(command, by=COORDINATOR).then_refused("post-abolished")
