"""A disposal is studied together and proposed."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.propose_disposal import ProposeDisposal
from tests.complaints.city import (
    CHAIR,
    CLUE,
    CLUE_VERIFIED,
    DISCIPLINE,
    HANDLER,
    OPENED,
    PAPER,
    STUDIED,
    TODAY,
    YUNLING,
    complaints,
)

PROPOSE = ProposeDisposal(CLUE, "preliminary-verification", PAPER)


def test_one_of_the_four_disposals_is_proposed_on_the_paper_of_the_study() -> None:
    complaints.given(*YUNLING, OPENED).when(PROPOSE, by=HANDLER).then(
        e.DisposalProposed(CLUE, DISCIPLINE, "preliminary-verification", PAPER, TODAY, HANDLER)
    )


def test_what_is_approved_stands() -> None:
    complaints.given(*CLUE_VERIFIED).when(PROPOSE, by=HANDLER).then_refused("clue-disposal-approved")


def test_a_clue_kept_pending_may_be_taken_up_again() -> None:
    kept = e.DisposalApproved(CLUE, DISCIPLINE, "kept-pending", PAPER, TODAY, CHAIR)
    complaints.given(*YUNLING, OPENED, STUDIED, kept).when(PROPOSE, by=HANDLER).then_types(e.DisposalProposed)
