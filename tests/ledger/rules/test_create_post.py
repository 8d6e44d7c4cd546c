"""设立岗位."""

from dataclasses import replace
from datetime import date

from services.ledger.events import ChiefPostGivenUp, ChiefPostTaken
from services.ledger.rules.create_post import CreatePost
from shared.directory import PostAbolished, PostCreated, PostVacated, UnitDissolved
from shared.domain import PersonId, PostId, PublicText, UnitId
from tests.ledger.city import (
    ADMIN,
    BAISHUI,
    BAISHUI_COORDINATOR,
    CITY,
    COORDINATOR,
    FINANCE,
    FOUNDED,
    OFFICE,
    RIVERS,
    RIVERS_POST,
    WATER,
    YUNLING,
    ledger,
    unit,
)

DAY = date(2026, 3, 1)
DEPUTY = CreatePost(PostId("财政局副局长"), FINANCE, PublicText("副局长"), ("unit-head",), DAY)

SEWAGE = UnitId("排水科")
SEWAGE_CHIEF = CreatePost(PostId("排水科长"), SEWAGE, PublicText("科长"), ("unit-head",), DAY, leads=True)


def test_a_post_reaches_over_its_own_unit_when_nothing_else_is_said() -> None:
    ledger.given(*YUNLING).when(DEPUTY, by=COORDINATOR).then(
        PostCreated(DEPUTY.post, FINANCE, PublicText("副局长"), ("unit-head",), False, FINANCE, DAY)
    )


def test_a_role_named_twice_is_given_once() -> None:
    doubled = replace(DEPUTY, roles=("unit-head", "unit-clerk", "unit-head"))
    ledger.given(*YUNLING).when(doubled, by=COORDINATOR).then(
        PostCreated(DEPUTY.post, FINANCE, PublicText("副局长"), ("unit-head", "unit-clerk"), False, FINANCE, DAY)
    )


def test_an_office_of_the_city_may_reach_over_the_city() -> None:
    inspector = CreatePost(PostId("督查科长"), OFFICE, PublicText("督查科长"), ("inspector",), DAY, over=CITY)
    ledger.given(*YUNLING).when(inspector, by=COORDINATOR).then(
        PostCreated(PostId("督查科长"), OFFICE, PublicText("督查科长"), ("inspector",), False, CITY, DAY)
    )


def test_a_county_does_not_create_a_post_over_the_city() -> None:
    command = CreatePost(PostId("县督查"), BAISHUI, PublicText("督查"), ("inspector",), DAY, over=CITY)
    ledger.given(*YUNLING).when(command, by=BAISHUI_COORDINATOR).then_refused("out-of-reach", unit="云岭市委")


def test_a_post_does_not_reach_over_a_unit_beside_its_own() -> None:
    command = replace(DEPUTY, over=WATER)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("post-over-elsewhere", over="市水务局")


def test_only_an_administrator_makes_administrators() -> None:
    command = replace(DEPUTY, roles=("administrator",))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("role-not-yours-to-give", role="administrator")
    ledger.given(*YUNLING).when(command, by=ADMIN).then_types(PostCreated)


def test_a_unit_has_one_chief_post() -> None:
    command = replace(DEPUTY, leads=True)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("unit-has-chief-post", unit="市财政局")


def test_the_chief_post_of_a_unit_without_one_is_taken_with_it() -> None:
    sewage = unit(SEWAGE, "section", "city", WATER, 3)
    ledger.given(*YUNLING, *sewage).when(SEWAGE_CHIEF, by=COORDINATOR).then(
        PostCreated(SEWAGE_CHIEF.post, SEWAGE, PublicText("科长"), ("unit-head",), True, SEWAGE, DAY),
        ChiefPostTaken(SEWAGE, SEWAGE_CHIEF.post),
    )


def test_a_chief_post_from_before_it_was_recorded_as_taken_counts() -> None:
    old = PostCreated(PostId("老科长"), SEWAGE, PublicText("科长"), ("unit-head",), True, SEWAGE, FOUNDED)
    ledger.given(*YUNLING, *unit(SEWAGE, "section", "city", WATER, 3), old).when(
        SEWAGE_CHIEF, by=COORDINATOR
    ).then_refused("unit-has-chief-post", unit="排水科")


def test_a_unit_whose_chief_post_was_abolished_gets_another() -> None:
    gone = (
        PostVacated(RIVERS_POST, PersonId("石河"), DAY),
        PostAbolished(RIVERS_POST, DAY),
        ChiefPostGivenUp(RIVERS, RIVERS_POST),
    )
    ledger.given(*YUNLING, *gone).when(replace(SEWAGE_CHIEF, unit=RIVERS), by=COORDINATOR).then_types(
        PostCreated, ChiefPostTaken
    )


def test_a_post_has_a_role() -> None:
    ledger.given(*YUNLING).when(replace(DEPUTY, roles=()), by=COORDINATOR).then_refused("roles-missing")


def test_a_post_has_a_title() -> None:
    untitled = replace(DEPUTY, title=PublicText(""))
    ledger.given(*YUNLING).when(untitled, by=COORDINATOR).then_refused("text-missing", field_zh="岗位名称")


def test_a_post_is_in_a_unit_that_exists() -> None:
    nowhere = replace(DEPUTY, unit=UnitId("无此单位"))
    ledger.given(*YUNLING).when(nowhere, by=COORDINATOR).then_refused("unit-unknown")


def test_a_dissolved_unit_gets_no_posts() -> None:
    gone = UnitDissolved(FINANCE, CITY, date(2026, 1, 31))
    ledger.given(*YUNLING, gone).when(DEPUTY, by=COORDINATOR).then_refused("unit-dissolved")
