"""Service begins the effect, and the month for an appeal."""

from __future__ import annotations

from datetime import date

from services.complaints.rules.serve_decision import ServeDecision
from tests.complaints.city import (
    DECISION,
    DECISION_HEARD,
    DECISION_SERVED,
    DECISION_TAKEN,
    MARCH_2,
    SERVED,
    SUPERVISOR,
    complaints,
)
from tests.support.spec import on


def test_the_month_for_an_appeal_runs_from_service() -> None:
    complaints.given(*DECISION_TAKEN).when(ServeDecision(DECISION, MARCH_2), by=SUPERVISOR).then(on(MARCH_2, SERVED))


def test_not_before_it_is_decided() -> None:
    complaints.given(*DECISION_HEARD).when(ServeDecision(DECISION, MARCH_2), by=SUPERVISOR).then_refused(
        "decision-not-taken"
    )
    complaints.given(*DECISION_TAKEN).when(ServeDecision(DECISION, date(2026, 3, 1)), by=SUPERVISOR).then_refused(
        "served-before-decided"
    )


def test_once() -> None:
    complaints.given(*DECISION_SERVED).when(ServeDecision(DECISION, MARCH_2), by=SUPERVISOR).then_refused(
        "decision-served"
    )
