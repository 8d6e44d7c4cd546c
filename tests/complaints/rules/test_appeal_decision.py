"""Whom it concerns appeals within a month, once."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.appeal_decision import AppealDecision
from shared.domain import PersonalText, moment
from tests.complaints.city import (
    DECISION,
    DECISION_APPEALED,
    DECISION_SERVED,
    DECISION_TAKEN,
    JIANG,
    RIVERS_HEAD,
    TODAY,
    WATER,
    WATER_HEAD,
    complaints,
)

APPEAL = AppealDecision(DECISION, PersonalText("处理过重"))


def test_the_person_appeals_and_a_month_runs_for_the_answer() -> None:
    complaints.given(*DECISION_SERVED).when(APPEAL, by=WATER_HEAD).then(
        e.AccountabilityAppealed(DECISION, JIANG, WATER, TODAY, date(2026, 4, 16), WATER_HEAD),
        e.AppealWritten(DECISION, PersonalText("处理过重")),
    )


def test_nobody_else_does() -> None:
    complaints.given(*DECISION_SERVED).when(APPEAL, by=RIVERS_HEAD).then_refused("appeal-not-yours")


def test_not_before_service_not_late_and_not_twice() -> None:
    complaints.given(*DECISION_TAKEN).when(APPEAL, by=WATER_HEAD).then_refused("decision-not-served")
    complaints.given(*DECISION_SERVED).when(APPEAL, by=WATER_HEAD, at=moment(2026, 4, 3)).then_refused(
        "appeal-too-late", until=date(2026, 4, 2)
    )
    complaints.given(*DECISION_APPEALED).when(APPEAL, by=WATER_HEAD).then_refused("appealed-already")
