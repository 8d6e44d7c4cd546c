"""A revoked decision counts as never made."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.revoke_decision import RevokeDecision
from tests.complaints.city import (
    DECISION,
    DECISION_APPEALED,
    DECISION_SERVED,
    DECISION_TAKEN,
    JIANG,
    MARCH_2,
    MEMBER,
    PAPER,
    TODAY,
    WATER,
    complaints,
)


def test_it_is_revoked_upon_an_appeal_or_as_a_correction() -> None:
    for given in (DECISION_APPEALED, DECISION_SERVED):
        complaints.given(*given).when(RevokeDecision(DECISION, PAPER), by=MEMBER).then(
            e.AccountabilityRevoked(DECISION, JIANG, WATER, MARCH_2, TODAY, PAPER, MEMBER)
        )


def test_what_is_not_in_effect_cannot_be_revoked() -> None:
    complaints.given(*DECISION_TAKEN).when(RevokeDecision(DECISION, PAPER), by=MEMBER).then_refused(
        "decision-not-served"
    )
