"""上报整改: the unit says that it put a finding right."""

from dataclasses import replace
from datetime import date

from services.ledger.events import FindingStruckOff, RectificationReported, RectificationReturned
from services.ledger.rules.report_rectification import ReportRectification
from shared.domain import PublicText
from tests.ledger.city import INSPECTOR, WATER, WATER_CLERK
from tests.ledger.course import FINDING, FOUND, INSPECTION, ORDERED, PHOTO, VERIFIED, and_then, rectified
from tests.support.spec import TODAY

REPORT = ReportRectification(FINDING, PublicText("已重新检查"), (PHOTO,))
REPORTED = RectificationReported(
    FINDING,
    INSPECTION,
    WATER,
    "ordinary",
    PublicText("已重新检查"),
    (PHOTO,),
    TODAY.today,
    date(2026, 3, 13),
    WATER_CLERK,
)


def test_a_unit_reports_what_it_did_also_after_the_time_limit() -> None:
    and_then(*ORDERED).when(REPORT, by=WATER_CLERK).then(REPORTED)


def test_after_a_return_it_reports_again_under_the_new_time_limit() -> None:
    returned = RectificationReturned(
        FINDING, INSPECTION, WATER, "ordinary", PublicText("仍缺照片"), date(2026, 3, 20), INSPECTOR
    )
    outcome = and_then(*rectified(), returned).when(REPORT, by=WATER_CLERK)
    outcome.then(replace(REPORTED, due=date(2026, 3, 20)))


def test_nothing_is_reported_before_it_is_ordered_or_while_a_report_waits() -> None:
    and_then(*FOUND).when(REPORT, by=WATER_CLERK).then_refused("rectification-not-ordered")
    and_then(*rectified()).when(REPORT, by=WATER_CLERK).then_refused("rectification-reported")


def test_or_after_it_is_verified() -> None:
    struck = FindingStruckOff(FINDING, INSPECTION, WATER, "ordinary", date(2026, 3, 16), INSPECTOR)
    and_then(*VERIFIED).when(REPORT, by=WATER_CLERK).then_refused("finding-verified")
    and_then(*VERIFIED, struck).when(REPORT, by=WATER_CLERK).then_refused("finding-struck-off")


def test_a_report_says_what_was_done() -> None:
    outcome = and_then(*ORDERED).when(replace(REPORT, done=PublicText("")), by=WATER_CLERK)
    outcome.then_refused("text-missing", field="done")
