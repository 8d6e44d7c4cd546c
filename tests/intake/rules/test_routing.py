"""Which body receives a report, and what it may not keep."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.rules.routing import Routed, Upward, routed, upward
from shared.directory import Directory
from shared.domain import PersonId, PostId, UnitId
from tests.intake.county import COUNTY, DIRECTORY, LETTERS, SCHOOL, WATER, intake, post, unit

TODAY = date(2026, 3, 4)
CITY, CITY_LETTERS = UnitId("yunling"), UnitId("shixinfang")


def directory(*more: object) -> Directory:
    return intake.given(*DIRECTORY, *more).references().directory


def with_a_city() -> Directory:
    """The same county below a city whose letters office receives too."""
    _, *rest = DIRECTORY
    county = unit(COUNTY, "committee", CITY, 1)
    letters = (
        unit(CITY_LETTERS, "department", CITY, 1),
        *post(PostId("市信访"), CITY_LETTERS, ("intake-clerk",), PersonId("市何"), CITY),
    )
    return intake.given(unit(CITY, "committee", None, 1), county, *rest, *letters).references().directory


def test_the_bureau_complained_of_never_receives_it_though_it_has_a_clerk() -> None:
    assert routed(directory(), WATER, False, TODAY) == Routed(LETTERS, "no")
    assert routed(directory(), SCHOOL, True, TODAY) == Routed(LETTERS, "no")


@pytest.mark.parametrize(
    ("about", "about_chief", "where"),
    [(LETTERS, False, "must"), (LETTERS, True, "must"), (COUNTY, True, "must"), (COUNTY, False, "may")],
)
def test_about_the_body_itself_or_those_over_it_goes_up_where_there_is_nobody_above(
    about: UnitId, about_chief: bool, where: Upward
) -> None:
    found = routed(directory(), about, about_chief, TODAY)
    assert found == Routed(LETTERS, where)


def test_with_an_upper_body_here_it_goes_there_at_once() -> None:
    assert routed(with_a_city(), LETTERS, False, TODAY) == Routed(CITY_LETTERS, "no")
    assert routed(with_a_city(), COUNTY, True, TODAY) == Routed(CITY_LETTERS, "no")
    assert routed(with_a_city(), WATER, False, TODAY) == Routed(LETTERS, "no")
    assert routed(with_a_city(), CITY, True, TODAY) == Routed(CITY_LETTERS, "must")


def test_a_section_is_its_bureau_and_a_unit_of_the_county_is_not_the_county() -> None:
    section, clerk = UnitId("jiefangke"), PostId("县信访")
    there = directory(
        unit(section, "section", LETTERS, 1), *post(clerk, COUNTY, ("intake-clerk",), PersonId("县何"), COUNTY)
    )
    assert upward(there, LETTERS, section, False) == "must"
    assert upward(there, COUNTY, WATER, False) == "no"
    assert upward(there, COUNTY, COUNTY, False) == "must"


def test_where_nobody_receives_nobody_is_found() -> None:
    assert routed(intake.given(*DIRECTORY[:4]).references().directory, WATER, False, TODAY) is None


def test_what_a_clerk_writes_down_is_held_against_the_same_rule() -> None:
    assert upward(directory(), LETTERS, WATER, False) == "no"
    assert upward(directory(), LETTERS, COUNTY, True) == "must"
