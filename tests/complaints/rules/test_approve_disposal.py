"""A disposal is approved by somebody else."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.approve_disposal import ApproveDisposal
from tests.complaints.city import CHAIR, CLUE, DISCIPLINE, HANDLER, OPENED, PAPER, STUDIED, TODAY, YUNLING, complaints

APPROVE = ApproveDisposal(CLUE, PAPER)


def test_the_proposed_disposal_is_approved() -> None:
    complaints.given(*YUNLING, OPENED, STUDIED).when(APPROVE, by=CHAIR).then(
        e.DisposalApproved(CLUE, DISCIPLINE, "preliminary-verification", PAPER, TODAY, CHAIR)
    )


def test_nothing_is_approved_that_was_not_studied_together() -> None:
    complaints.given(*YUNLING, OPENED).when(APPROVE, by=CHAIR).then_refused("clue-disposal-not-studied")


def test_whoever_proposed_does_not_approve() -> None:
    complaints.given(*YUNLING, OPENED, STUDIED).when(APPROVE, by=HANDLER).then_refused("clue-disposal-by-proposer")
