"""退回整改: a finding is not put right."""

from dataclasses import replace
from datetime import date

from services.ledger.events import RectificationReturned
from services.ledger.rules.return_rectification import ReturnRectification
from shared.domain import PublicText
from tests.ledger.city import INSPECTOR, WATER, WATER_HEAD
from tests.ledger.course import FINDING, INSPECTION, ORDERED, SECOND_INSPECTOR, VERIFIED, and_then, rectified

RETURN = ReturnRectification(FINDING, PublicText("仍缺现场照片"), date(2026, 3, 25))


def test_a_report_is_returned_with_a_reason_and_another_time_limit() -> None:
    and_then(*rectified()).when(RETURN, by=INSPECTOR).then(
        RectificationReturned(
            FINDING, INSPECTION, WATER, "ordinary", PublicText("仍缺现场照片"), date(2026, 3, 25), INSPECTOR
        )
    )


def test_returns_are_counted() -> None:
    after = and_then(*rectified()).when(RETURN, by=INSPECTOR).after().situations()[f"finding/{FINDING}"]
    assert (after.returned, after.due) == (1, date(2026, 3, 25))


def test_a_return_has_a_reason_and_a_time_limit_that_lies_ahead() -> None:
    given = and_then(*rectified())
    given.when(replace(RETURN, reason=PublicText("")), by=INSPECTOR).then_refused("reason-missing")
    given.when(replace(RETURN, due=date(2026, 3, 15)), by=INSPECTOR).then_refused("rectification-due-passed")


def test_neither_the_reporter_nor_the_unit_returns_it() -> None:
    and_then(*rectified(by=INSPECTOR)).when(RETURN, by=INSPECTOR).then_refused("own-report-returned")
    and_then(*rectified()).when(RETURN, by=WATER_HEAD).then_refused("own-unit-decided")


def test_only_a_report_is_returned() -> None:
    and_then(*ORDERED).when(RETURN, by=INSPECTOR).then_refused("rectification-not-reported")
    and_then(*VERIFIED).when(RETURN, by=SECOND_INSPECTOR).then_refused("finding-verified")
