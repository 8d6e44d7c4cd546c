"""The effect ends on its date."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.end_effect import EndEffect
from shared.domain import moment
from tests.complaints.city import DECISION, DECISION_SERVED, JIANG, SYSTEM, WATER, complaints


def test_on_the_day_after_the_last() -> None:
    complaints.given(*DECISION_SERVED).when(EndEffect(DECISION), by=SYSTEM, at=moment(2026, 9, 3)).then(
        e.AccountabilityEnded(DECISION, JIANG, WATER, date(2026, 9, 2))
    )


def test_not_before() -> None:
    complaints.given(*DECISION_SERVED).when(EndEffect(DECISION), by=SYSTEM).then_refused("effect-not-over")
