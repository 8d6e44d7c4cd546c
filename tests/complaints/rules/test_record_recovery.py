"""Money that was recovered."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.record_recovery import RecordRecovery
from tests.complaints.city import CASE, CASE_RUNNING, DISCIPLINE, HANDLER, TODAY, complaints


def test_an_amount_is_recorded_in_fen() -> None:
    complaints.given(*CASE_RUNNING).when(RecordRecovery(CASE, 12_345_600, TODAY), by=HANDLER).then(
        e.AmountRecovered(CASE, DISCIPLINE, 12_345_600, TODAY, HANDLER)
    )


def test_nothing_is_no_amount() -> None:
    complaints.given(*CASE_RUNNING).when(RecordRecovery(CASE, 0, TODAY), by=HANDLER).then_refused("amount-not-positive")
