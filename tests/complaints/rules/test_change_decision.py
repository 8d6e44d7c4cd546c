"""A decision reads otherwise, as if it always had."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.change_decision import ChangeDecision
from tests.complaints.city import (
    DECISION,
    DECISION_APPEALED,
    FACTS_ON,
    JIANG,
    MARCH_2,
    MEMBER,
    PAPER,
    TODAY,
    WATER,
    complaints,
)

CHANGE = ChangeDecision(DECISION, ("DX-03",), "main-leadership", "circular", PAPER, date(2026, 9, 2))


def test_the_new_reading_stands_complete() -> None:
    complaints.given(*DECISION_APPEALED).when(CHANGE, by=MEMBER).then(
        e.AccountabilityChanged(
            DECISION,
            JIANG,
            WATER,
            "chief",
            ("DX-03",),
            "main-leadership",
            "circular",
            FACTS_ON,
            MARCH_2,
            TODAY,
            date(2026, 9, 2),
            PAPER,
            MEMBER,
        )
    )


def test_the_same_again_is_no_change() -> None:
    same = ChangeDecision(DECISION, ("DX-03",), "main-leadership", "admonition", PAPER, date(2026, 9, 2))
    complaints.given(*DECISION_APPEALED).when(same, by=MEMBER).then_refused("nothing-changed")
