"""督查: an inspection of one or more units begins."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.events import ComprehensiveCheckCounted, InspectionId
from services.ledger.rules.open_inspection import OpenInspection
from shared.directory import UnitDissolved
from shared.domain import PersonId, PublicText, UnitId
from shared.facts import TermSet
from tests.ledger.city import BAISHUI, BAISHUI_HEAD, FINANCE, INSPECTOR, OFFICE, SOURCES, WATER
from tests.ledger.course import INSPECTION, OPENED, and_then

ONCE_A_YEAR = TermSet(
    "comprehensive-checks-per-year", "1", "checks", date(2018, 10, 9), PublicText("统筹规范督查检查考核")
)
OPEN = OpenInspection(
    inspection=INSPECTION,
    unit=OFFICE,
    title=PublicText("汛前专项检查"),
    kind="special",
    targets=(WATER,),
    team=(PersonId("严明"), PersonId("廉直")),
    basis=PublicText("云督〔2026〕1号"),
    window_from=date(2026, 3, 1),
    window_to=date(2026, 3, 31),
)
GIVEN = and_then(ONCE_A_YEAR)
CHECKED = ComprehensiveCheckCounted(WATER, 2026, InspectionId("年初检查"), 1, None)


def test_an_inspection_names_its_targets_team_basis_and_time() -> None:
    GIVEN.when(OPEN, by=INSPECTOR).then(OPENED)


def test_a_comprehensive_one_counts_for_each_target_in_the_year_it_begins() -> None:
    comprehensive = replace(OPEN, comprehensive=True, targets=(WATER, FINANCE))
    GIVEN.when(comprehensive, by=INSPECTOR).then(
        replace(OPENED, comprehensive=True, targets=(WATER, FINANCE)),
        ComprehensiveCheckCounted(WATER, 2026, INSPECTION, 1, None),
        ComprehensiveCheckCounted(FINANCE, 2026, INSPECTION, 1, None),
    )


def test_a_second_comprehensive_check_of_a_unit_in_a_year_is_refused() -> None:
    outcome = and_then(ONCE_A_YEAR, CHECKED).when(replace(OPEN, comprehensive=True), by=INSPECTOR)
    outcome.then_refused("comprehensive-check-again", unit="市水务局", year=2026, limit=1)


def test_unless_an_authorisation_is_recorded() -> None:
    authorised = replace(OPEN, comprehensive=True, authorisation=PublicText("省委办公厅批复"))
    and_then(ONCE_A_YEAR, CHECKED).when(authorised, by=INSPECTOR).then(
        replace(OPENED, comprehensive=True, authorisation=PublicText("省委办公厅批复")),
        ComprehensiveCheckCounted(WATER, 2026, INSPECTION, 1, PublicText("省委办公厅批复")),
    )


def test_another_year_another_unit_and_other_kinds_of_inspection_are_free() -> None:
    given = and_then(ONCE_A_YEAR, CHECKED)
    next_year = replace(OPEN, comprehensive=True, window_from=date(2027, 1, 4), window_to=date(2027, 1, 8))
    assert given.when(next_year, by=INSPECTOR).event(ComprehensiveCheckCounted).year == 2027
    given.when(replace(OPEN, comprehensive=True, targets=(FINANCE,)), by=INSPECTOR).event(ComprehensiveCheckCounted)
    given.when(OPEN, by=INSPECTOR).then(OPENED)


def test_the_number_a_year_is_a_term() -> None:
    twice = TermSet("comprehensive-checks-per-year", "2", "checks", date(2026, 1, 1), PublicText("试点"))
    outcome = and_then(ONCE_A_YEAR, twice, CHECKED).when(replace(OPEN, comprehensive=True), by=INSPECTOR)
    assert outcome.event(ComprehensiveCheckCounted).limit_per_year == 2


@pytest.mark.parametrize("member", ["江澜", "石河"])
def test_nobody_inspects_their_own_unit(member: str) -> None:
    outcome = GIVEN.when(replace(OPEN, team=(PersonId("严明"), PersonId(member))), by=INSPECTOR)
    outcome.then_refused("team-of-inspected-unit", person=member, unit="市水务局")


def test_nor_does_an_inspector_of_the_unit_open_an_inspection_of_it() -> None:
    own = replace(OPEN, targets=(OFFICE,), team=(PersonId("江澜"),))
    GIVEN.when(own, by=INSPECTOR).then_refused("own-unit-decided")


def test_a_member_of_the_team_holds_a_post() -> None:
    outcome = GIVEN.when(replace(OPEN, team=(PersonId("路人"),)), by=INSPECTOR)
    outcome.then_refused("team-member-without-post", person="路人")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"targets": ()}, "targets-missing"),
        ({"targets": (WATER, WATER)}, "target-twice"),
        ({"targets": (UnitId("市邮政局"),)}, "unit-unknown"),
        ({"team": ()}, "team-missing"),
        ({"team": (PersonId("严明"), PersonId("严明"))}, "team-member-twice"),
        ({"window_to": date(2026, 2, 28)}, "window-reversed"),
        ({"title": PublicText("")}, "text-missing"),
        ({"basis": PublicText("")}, "text-missing"),
    ],
)
def test_what_is_missing_doubled_or_reversed_is_refused(change: dict[str, object], code: str) -> None:
    GIVEN.when(replace(OPEN, **change), by=INSPECTOR).then_refused(code)  # type: ignore[arg-type]


def test_a_dissolved_unit_is_not_inspected() -> None:
    given = and_then(ONCE_A_YEAR, UnitDissolved(SOURCES, WATER, date(2026, 3, 1)))
    given.when(replace(OPEN, targets=(SOURCES,)), by=INSPECTOR).then_refused("unit-dissolved")


def test_only_units_within_reach_are_inspected() -> None:
    outside = replace(OPEN, unit=BAISHUI, targets=(WATER,))
    GIVEN.when(outside, by=BAISHUI_HEAD).then_refused("out-of-reach", unit="市水务局")
