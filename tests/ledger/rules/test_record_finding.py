"""登记问题: an inspection found something at a unit."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.ledger.events import FindingDescribed, InspectionClosed, InspectionFound, TaskId
from services.ledger.rules.record_finding import RecordFinding
from shared.domain import Actor, PersonalText, PersonId, PostId, PublicText
from tests.ledger.city import DREDGING, FINANCE, INSPECTOR, OFFICE, RIVERS, WATER, WATER_HEAD, issued
from tests.ledger.course import FINDING, INSPECTION, OPENED, SECOND_INSPECTOR, WORKING, and_then
from tests.support.spec import TODAY, on

NARRATIVE = PersonalText("韩溪未到现场，台账后补")
RECORD = RecordFinding(
    finding=FINDING,
    inspection=INSPECTION,
    unit=WATER,
    category=PublicText("履职不力"),
    severity="ordinary",
    narrative=NARRATIVE,
    task=DREDGING,
    person=PersonId("韩溪"),
)
FOUND = InspectionFound(
    finding=FINDING,
    inspection=INSPECTION,
    inspecting_unit=OFFICE,
    unit=WATER,
    category=PublicText("履职不力"),
    severity="ordinary",
    bottom_line=None,
    task=DREDGING,
    person=PersonId("韩溪"),
    evidence=(),
    found_on=TODAY.today,
    by=INSPECTOR,
)
GIVEN = and_then(OPENED)


def test_the_published_fact_carries_no_word_of_what_was_found() -> None:
    GIVEN.when(RECORD, by=INSPECTOR).then(FOUND, FindingDescribed(FINDING, NARRATIVE))


def test_a_finding_of_an_earlier_day_keeps_that_day() -> None:
    day = date(2026, 3, 2)
    GIVEN.when(replace(RECORD, found_on=day), by=INSPECTOR).then(
        on(day, replace(FOUND, found_on=day)), on(day, FindingDescribed(FINDING, NARRATIVE))
    )


def test_only_members_of_the_team_record_findings() -> None:
    stranger = Actor("周正", PostId("惩防办主任"))
    GIVEN.when(RECORD, by=stranger).then_refused("not-in-team")
    GIVEN.when(RECORD, by=SECOND_INSPECTOR).then_types(InspectionFound, FindingDescribed)


def test_nobody_records_a_finding_about_themselves_or_their_own_unit() -> None:
    GIVEN.when(replace(RECORD, person=PersonId("严明")), by=INSPECTOR).then_refused("finding-about-oneself")
    transferred = and_then(replace(OPENED, team=(PersonId("江澜"),)))
    transferred.when(RECORD, by=WATER_HEAD).then_refused("own-unit-decided")


def test_the_unit_is_inspected_here_or_lies_below_one_that_is() -> None:
    GIVEN.when(replace(RECORD, unit=FINANCE, task=None), by=INSPECTOR).then_refused(
        "unit-not-inspected", unit="市财政局"
    )
    GIVEN.when(replace(RECORD, unit=RIVERS, task=None), by=INSPECTOR).then_types(InspectionFound, FindingDescribed)


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2026, 4, 1)])
def test_it_was_found_while_the_inspection_ran(day: date) -> None:
    GIVEN.when(replace(RECORD, found_on=day), by=INSPECTOR).then_refused("outside-window", day=day)


def test_nothing_is_found_in_the_future() -> None:
    GIVEN.when(replace(RECORD, found_on=date(2026, 3, 17)), by=INSPECTOR).then_refused("date-in-future")


def test_nothing_is_found_in_an_inspection_that_is_closed_or_unknown() -> None:
    closed = InspectionClosed(INSPECTION, OFFICE, date(2026, 3, 13), INSPECTOR)
    and_then(OPENED, closed).when(RECORD, by=INSPECTOR).then_refused("inspection-closed")
    WORKING.when(RECORD, by=INSPECTOR).then_refused("inspection-unknown")


def test_a_task_named_is_the_units_own_or_one_in_which_it_co_operates() -> None:
    GIVEN.when(replace(RECORD, task=TaskId("子虚")), by=INSPECTOR).then_refused("task-unknown")
    budget = issued(TaskId("预算公开"), number="2", unit=FINANCE, co_units=())
    given = and_then(OPENED, *budget)
    given.when(replace(RECORD, task=TaskId("预算公开")), by=INSPECTOR).then_refused("task-of-other-unit")
    shared = issued(TaskId("预算公开"), number="2", unit=FINANCE, co_units=(WATER,))
    named = replace(RECORD, task=TaskId("预算公开"))
    and_then(OPENED, *shared).when(named, by=INSPECTOR).then_types(InspectionFound, FindingDescribed)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"category": PublicText("")}, "text-missing"),
        ({"narrative": PersonalText(" ")}, "text-missing"),
        ({"bottom_line": "A 1"}, "bottom-line-invalid"),
    ],
)
def test_what_was_found_is_said_in_words(change: dict[str, Any], code: str) -> None:
    GIVEN.when(replace(RECORD, **change), by=INSPECTOR).then_refused(code)
