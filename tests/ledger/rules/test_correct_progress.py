"""更正进度: a report was wrong."""

from dataclasses import replace
from decimal import Decimal

from services.ledger.events import ProgressCorrected
from services.ledger.rules.correct_progress import CorrectProgress
from shared.domain import PublicText
from tests.ledger.city import DREDGING, PLAN, WATER, WATER_CLERK
from tests.ledger.course import SUSPENDED, WORKING, and_then, claimed, reported

CORRECT = CorrectProgress(DREDGING, 1, Decimal("25"), PublicText("完成测量放样"), PublicText("误将计划数填为完成数"))
REPORTED = and_then(reported("40"), reported("50", report=2))


def test_a_correction_names_the_report_and_says_why() -> None:
    REPORTED.when(CORRECT, by=WATER_CLERK).then(
        ProgressCorrected(
            DREDGING,
            WATER,
            PLAN,
            1,
            Decimal("25"),
            PublicText("完成测量放样"),
            PublicText("误将计划数填为完成数"),
            WATER_CLERK,
        )
    )


def test_a_correction_of_the_latest_report_changes_how_far_the_task_is() -> None:
    after = REPORTED.when(replace(CORRECT, report=2), by=WATER_CLERK).after().situations()[f"task/{DREDGING}"]
    assert after.course.percent == Decimal("25")
    assert after.course.reports[0].percent == Decimal("40")


def test_a_correction_is_never_silent() -> None:
    REPORTED.when(replace(CORRECT, reason=PublicText("")), by=WATER_CLERK).then_refused("reason-missing")


def test_a_report_that_is_not_there_cannot_be_corrected() -> None:
    REPORTED.when(replace(CORRECT, report=3), by=WATER_CLERK).then_refused("report-unknown", report=3, count=2)
    WORKING.when(CORRECT, by=WATER_CLERK).then_refused("report-unknown", report=1, count=0)


def test_a_correction_that_changes_nothing_is_refused() -> None:
    REPORTED.when(replace(CORRECT, percent=Decimal("40")), by=WATER_CLERK).then_refused("nothing-changed")


def test_a_corrected_percentage_lies_from_0_to_100_and_says_what_was_done() -> None:
    REPORTED.when(replace(CORRECT, percent=Decimal("101")), by=WATER_CLERK).then_refused("percent-invalid")
    REPORTED.when(replace(CORRECT, done=PublicText("")), by=WATER_CLERK).then_refused("text-missing", field="done")


def test_nothing_is_corrected_while_a_claim_waits_or_the_task_rests() -> None:
    and_then(reported("40"), claimed()).when(CORRECT, by=WATER_CLERK).then_refused("task-claimed")
    and_then(reported("40"), SUSPENDED).when(CORRECT, by=WATER_CLERK).then_refused("task-suspended")
