"""责任书: the text that two units will sign."""

from dataclasses import replace
from datetime import date

from services.ledger.events import LetterDrawnUp, LetterId, PlanAdopted, PlanClosed, PlanDrafted, PlanId
from services.ledger.rules.draw_up_letter import DrawUpLetter
from shared.directory import UnitDissolved
from shared.domain import PublicText, UnitId
from tests.ledger.city import (
    ADOPTED,
    BAISHUI,
    CHENGGUAN,
    CITY,
    COORDINATOR,
    DRAFTED,
    FINANCE,
    PLAN,
    RIVERS,
    WATER,
    YUNLING,
    ledger,
)

TITLE, TEXT = PublicText("2026年党风廉政建设责任书"), PublicText("市水务局对本局党风廉政建设负主体责任……")
LETTER = DrawUpLetter(LetterId("l1"), PLAN, 2026, CITY, WATER, TITLE, TEXT)
GIVEN = ledger.given(*YUNLING, *ADOPTED)


def test_a_letter_goes_from_the_city_to_a_department() -> None:
    GIVEN.when(LETTER, by=COORDINATOR).then(LetterDrawnUp(LetterId("l1"), PLAN, 1, 2026, CITY, WATER, TITLE, TEXT))


def test_a_letter_goes_from_a_department_to_its_section() -> None:
    GIVEN.when(replace(LETTER, giver=WATER, unit=RIVERS), by=COORDINATOR).then_types(LetterDrawnUp)


def test_a_letter_does_not_go_sideways() -> None:
    GIVEN.when(replace(LETTER, giver=FINANCE), by=COORDINATOR).then_refused(
        "letter-not-downward", unit="市水务局", giver="市财政局"
    )


def test_a_letter_does_not_go_up() -> None:
    GIVEN.when(replace(LETTER, giver=WATER, unit=CITY), by=COORDINATOR).then_refused("letter-not-downward")


def test_a_plan_of_a_county_concerns_neither_the_city_nor_its_departments() -> None:
    county = PlanId("白水-2026")
    title = PublicText("白水县2026年任务分工方案")
    planned = (
        PlanDrafted(county, "BS-2026", BAISHUI, title, 2026, 2026, None),
        PlanAdopted(county, BAISHUI, 1, PublicText("白委发〔2026〕1号"), date(2026, 1, 9)),
    )
    given, refused = ledger.given(*YUNLING, *planned), "letter-party-outside-plan"
    letter = replace(LETTER, plan=county)
    given.when(letter, by=COORDINATOR).then_refused(refused, unit="云岭市委", plan=title)
    given.when(replace(letter, unit=BAISHUI), by=COORDINATOR).then_refused(refused, unit="云岭市委")
    given.when(replace(letter, giver=WATER, unit=RIVERS), by=COORDINATOR).then_refused(refused, unit="市水务局")
    given.when(replace(letter, giver=BAISHUI, unit=CHENGGUAN), by=COORDINATOR).then_types(LetterDrawnUp)


def test_a_letter_has_two_sides() -> None:
    GIVEN.when(replace(LETTER, giver=WATER), by=COORDINATOR).then_refused("letter-to-itself")


def test_a_letter_is_for_a_year_of_the_plan() -> None:
    GIVEN.when(replace(LETTER, year=2029), by=COORDINATOR).then_refused("letter-outside-plan", year=2029)


def test_a_letter_refers_to_a_plan_in_force() -> None:
    ledger.given(*YUNLING, *DRAFTED).when(LETTER, by=COORDINATOR).then_refused("plan-not-adopted")
    closed = PlanClosed(PLAN, CITY, date(2026, 3, 1), PublicText("规划期满"))
    ledger.given(*YUNLING, *ADOPTED, closed).when(LETTER, by=COORDINATOR).then_refused("plan-closed")
    GIVEN.when(replace(LETTER, plan=PlanId("p99")), by=COORDINATOR).then_refused("plan-unknown")


def test_a_letter_says_something() -> None:
    GIVEN.when(replace(LETTER, text=PublicText("")), by=COORDINATOR).then_refused("text-missing", field_zh="正文")
    GIVEN.when(replace(LETTER, title=PublicText("")), by=COORDINATOR).then_refused("text-missing", field_zh="标题")


def test_both_units_exist() -> None:
    GIVEN.when(replace(LETTER, giver=UnitId("无此单位")), by=COORDINATOR).then_refused("unit-unknown")
    gone = UnitDissolved(WATER, CITY, date(2026, 1, 31))
    ledger.given(*YUNLING, *ADOPTED, gone).when(LETTER, by=COORDINATOR).then_refused("unit-dissolved")
