"""Nobody is held accountable, perhaps on an exempting ground."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.decline_accountability import DeclineAccountability
from tests.complaints.city import CHAIR, DECISION, DECISION_HEARD, PAPER, TODAY, WATER, complaints


def test_an_exempting_ground_of_the_catalogue_is_named() -> None:
    complaints.given(*DECISION_HEARD).when(DeclineAccountability(DECISION, PAPER, "reform-trial"), by=CHAIR).then(
        e.NotHeldAccountable(DECISION, WATER, "reform-trial", PAPER, TODAY, CHAIR)
    )


def test_no_other_ground_exempts() -> None:
    complaints.given(*DECISION_HEARD).when(DeclineAccountability(DECISION, PAPER, "friendship"), by=CHAIR).then_refused(
        "exemption-unknown", code="friendship"
    )
