"""起草规划."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.events import PlanCodeTaken, PlanDrafted, PlanId
from services.ledger.rules.draft_plan import DraftPlan
from shared.directory import UnitDissolved
from shared.domain import PublicText, UnitId
from tests.ledger.city import CITY, COORDINATOR, DRAFTED, FINANCE, YUNLING, ledger

DRAFT = DraftPlan(
    PlanId("p27"), "YL-2027", CITY, PublicText("云岭市2027年任务分工方案"), 2027, 2027, PublicText("中办发〔2023〕1号")
)


def test_a_plan_takes_its_code() -> None:
    ledger.given(*YUNLING).when(DRAFT, by=COORDINATOR).then(
        PlanDrafted(
            PlanId("p27"),
            "YL-2027",
            CITY,
            PublicText("云岭市2027年任务分工方案"),
            2027,
            2027,
            PublicText("中办发〔2023〕1号"),
        ),
        PlanCodeTaken("YL-2027", PlanId("p27")),
    )


def test_a_plan_code_is_given_out_once() -> None:
    command = replace(DRAFT, code="YL-2026")
    ledger.given(*YUNLING, *DRAFTED).when(command, by=COORDINATOR).then_refused("plan-code-taken", code="YL-2026")


def test_a_plan_does_not_end_before_it_begins() -> None:
    command = replace(DRAFT, from_year=2028)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("plan-years-reversed")


@pytest.mark.parametrize("year", [1948, 2200, 10**12])
def test_the_years_of_a_plan_are_years_one_can_plan_for(year: int) -> None:
    command = replace(DRAFT, from_year=year, to_year=year)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("plan-years-invalid")


def test_a_plan_has_a_title() -> None:
    command = replace(DRAFT, title=PublicText(""))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("text-missing", field_zh="规划名称")


def test_a_plan_code_has_no_blanks() -> None:
    command = replace(DRAFT, code="YL 2027")
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("number-invalid")


def test_a_plan_is_a_living_units() -> None:
    gone = UnitDissolved(FINANCE, CITY, date(2026, 1, 31))
    ledger.given(*YUNLING, gone).when(replace(DRAFT, unit=FINANCE), by=COORDINATOR).then_refused("unit-dissolved")
    ledger.given(*YUNLING).when(replace(DRAFT, unit=UnitId("无此单位")), by=COORDINATOR).then_refused("unit-unknown")
