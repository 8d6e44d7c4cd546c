"""An appeal is answered by others than those who decided."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.uphold_decision import UpholdDecision
from tests.complaints.city import (
    CHAIR,
    DECISION,
    DECISION_APPEALED,
    DECISION_SERVED,
    JIANG,
    MEMBER,
    PAPER,
    TODAY,
    WATER,
    complaints,
)


def test_it_stands() -> None:
    complaints.given(*DECISION_APPEALED).when(UpholdDecision(DECISION, PAPER), by=MEMBER).then(
        e.AccountabilityUpheld(DECISION, JIANG, WATER, TODAY, PAPER, MEMBER)
    )


def test_not_by_who_decided() -> None:
    complaints.given(*DECISION_APPEALED).when(UpholdDecision(DECISION, PAPER), by=CHAIR).then_refused(
        "appeal-by-decider"
    )


def test_there_must_be_an_appeal() -> None:
    complaints.given(*DECISION_SERVED).when(UpholdDecision(DECISION, PAPER), by=MEMBER).then_refused("not-appealed")
