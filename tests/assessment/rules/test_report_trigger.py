"""A veto trigger is reported: one that the scheme lists, at a unit of its class; it has no effect yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.assessment.events import TriggerId, TriggerReported
from services.assessment.rules.report_trigger import ReportTrigger
from shared.domain import PersonalText
from tests.assessment.city import BAISHUI, INSPECTOR, SCHEME, WATER, YUNLING, assessment, drafted, in_force

TRIGGER = TriggerId("否决情形一")
NARRATIVE = PersonalText("局领导江某对一起案件隐瞒不报")
REPORT = ReportTrigger(TRIGGER, SCHEME, WATER, "Y01", date(2026, 3, 2), NARRATIVE)


def test_an_inspector_reports_what_happened() -> None:
    assessment.given(*in_force()).when(REPORT, by=INSPECTOR).then(
        TriggerReported(TRIGGER, SCHEME, WATER, "Y01", date(2026, 3, 2), NARRATIVE, INSPECTOR)
    )


def test_only_what_the_scheme_lists_is_a_trigger() -> None:
    assessment.given(*in_force()).when(replace(REPORT, code="Y99"), by=INSPECTOR).then_refused(
        "trigger-not-in-scheme", code="Y99"
    )


def test_the_unit_is_one_of_the_class() -> None:
    assessment.given(*in_force()).when(replace(REPORT, unit=BAISHUI), by=INSPECTOR).then_refused(
        "unit-not-under-scheme"
    )


def test_a_draft_has_no_triggers() -> None:
    assessment.given(*YUNLING, drafted()).when(REPORT, by=INSPECTOR).then_refused("scheme-not-in-force")


def test_it_happened_in_the_year_and_not_in_the_future() -> None:
    given = assessment.given(*in_force())

    for day in (date(2025, 12, 31), date(2026, 3, 17)):
        given.when(replace(REPORT, happened_on=day), by=INSPECTOR).then_refused("trigger-date-invalid", day=day)


def test_what_happened_is_told() -> None:
    assessment.given(*in_force()).when(replace(REPORT, narrative=PersonalText(" ")), by=INSPECTOR).then_refused(
        "text-missing", field="narrative"
    )
