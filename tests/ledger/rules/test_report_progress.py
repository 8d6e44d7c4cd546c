"""填报进度: how far a unit is with a task."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.ledger.events import Evidence, ProgressReported
from services.ledger.rules.report_progress import ReportProgress
from shared.domain import PublicText
from tests.ledger.city import DREDGING, PLAN, WATER, WATER_CLERK
from tests.ledger.course import CANCELLED, PHOTO, SPLIT, SUSPENDED, WORKING, and_then, claimed, reported

REPORT = ReportProgress(
    DREDGING, Decimal("33.33"), PublicText("清淤4公里"), date(2026, 3, 1), date(2026, 3, 15), (PHOTO,)
)


def test_a_unit_reports_how_far_it_is_and_what_it_did() -> None:
    WORKING.when(REPORT, by=WATER_CLERK).then(
        ProgressReported(
            task=DREDGING,
            unit=WATER,
            plan=PLAN,
            report=1,
            percent=Decimal("33.33"),
            done=PublicText("清淤4公里"),
            evidence=(PHOTO,),
            period_from=date(2026, 3, 1),
            period_to=date(2026, 3, 15),
            by=WATER_CLERK,
        )
    )


def test_reports_are_counted() -> None:
    report = and_then(reported("10")).when(REPORT, by=WATER_CLERK).event(ProgressReported)
    assert report.report == 2


@pytest.mark.parametrize("percent", ["0", "100", "0.01", "99.99"])
def test_a_percentage_lies_from_0_to_100(percent: str) -> None:
    WORKING.when(replace(REPORT, percent=Decimal(percent)), by=WATER_CLERK).then_types(ProgressReported)


@pytest.mark.parametrize("percent", ["-0.01", "100.01", "33.333"])
def test_a_percentage_outside_or_finer_than_hundredths_is_refused(percent: str) -> None:
    outcome = WORKING.when(replace(REPORT, percent=Decimal(percent)), by=WATER_CLERK)
    outcome.then_refused("percent-invalid", percent=Decimal(percent))


def test_progress_that_falls_has_to_be_corrected_in_the_open() -> None:
    outcome = and_then(reported("40")).when(REPORT, by=WATER_CLERK)
    outcome.then_refused("percent-fell", percent=Decimal("33.33"), last=Decimal("40"))


def test_the_same_percentage_again_is_a_report_too() -> None:
    and_then(reported("33.33")).when(REPORT, by=WATER_CLERK).then_types(ProgressReported)


def test_a_split_task_is_reported_on_by_its_parts() -> None:
    and_then(*SPLIT).when(REPORT, by=WATER_CLERK).then_refused("whole-reports-by-parts")


def test_a_report_says_what_was_done() -> None:
    outcome = WORKING.when(replace(REPORT, done=PublicText(" ")), by=WATER_CLERK)
    outcome.then_refused("text-missing", field="done")


def test_a_period_does_not_end_before_it_begins_or_after_today() -> None:
    reversed_ = replace(REPORT, period_to=date(2026, 2, 28))
    WORKING.when(reversed_, by=WATER_CLERK).then_refused("period-reversed")
    ahead = replace(REPORT, period_to=date(2026, 3, 17))
    WORKING.when(ahead, by=WATER_CLERK).then_refused("date-in-future", day=date(2026, 3, 17))


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (Evidence(PublicText("照片"), "AB" * 32, 1), "evidence-hash-invalid"),
        (Evidence(PublicText("照片"), "ab" * 31, 1), "evidence-hash-invalid"),
        (Evidence(PublicText("照片"), "ab" * 32, 0), "evidence-empty"),
        (Evidence(PublicText(""), "ab" * 32, 1), "text-missing"),
    ],
)
def test_evidence_has_a_title_a_hash_and_a_size(evidence: Evidence, code: str) -> None:
    WORKING.when(replace(REPORT, evidence=(evidence,)), by=WATER_CLERK).then_refused(code)


def test_the_same_file_is_not_evidence_twice() -> None:
    outcome = WORKING.when(replace(REPORT, evidence=(PHOTO, PHOTO)), by=WATER_CLERK)
    outcome.then_refused("evidence-twice", number=2)


def test_nothing_is_reported_on_a_task_that_is_claimed_suspended_or_ended() -> None:
    and_then(claimed()).when(REPORT, by=WATER_CLERK).then_refused("task-claimed")
    and_then(SUSPENDED).when(REPORT, by=WATER_CLERK).then_refused("task-suspended")
    and_then(CANCELLED).when(REPORT, by=WATER_CLERK).then_refused("task-ended", how="cancelled")
