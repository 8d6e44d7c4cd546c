"""Whom it concerns is heard first, or waives it."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.record_hearing import RecordHearing
from shared.domain import PersonalText
from tests.complaints.city import (
    DECISION,
    DECISION_HEARD,
    DECISION_PROPOSED,
    DECISION_TAKEN,
    SUPERVISOR,
    TODAY,
    WATER,
    complaints,
)


def test_what_they_say_is_sealed() -> None:
    said = PersonalText("本人已组织排查")
    complaints.given(*DECISION_PROPOSED).when(RecordHearing(DECISION, TODAY, said), by=SUPERVISOR).then(
        e.PersonHeard(DECISION, WATER, False, said, TODAY, SUPERVISOR)
    )


def test_a_waiver_says_nothing() -> None:
    complaints.given(*DECISION_PROPOSED).when(RecordHearing(DECISION, TODAY), by=SUPERVISOR).then(
        e.PersonHeard(DECISION, WATER, True, None, TODAY, SUPERVISOR)
    )


def test_once_and_before_the_decision() -> None:
    complaints.given(*DECISION_HEARD).when(RecordHearing(DECISION, TODAY), by=SUPERVISOR).then_refused(
        "person-heard-already"
    )
    complaints.given(*DECISION_TAKEN).when(RecordHearing(DECISION, TODAY), by=SUPERVISOR).then_refused("decision-taken")
