"""A substantiated case is closed only after its second inquiry."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.close_case import CloseCase
from tests.complaints.city import CASE, CASE_CONCLUDED, CHAIR, DISCIPLINE, PAPER, SUPERVISOR, TODAY, complaints


def test_not_while_the_inquiry_is_open() -> None:
    complaints.given(*CASE_CONCLUDED).when(CloseCase(CASE), by=SUPERVISOR).then_refused("inquiry-not-concluded")


def test_after_it_is_concluded() -> None:
    over = e.LeadershipInquiryConcluded(CASE, DISCIPLINE, (), PAPER, TODAY, CHAIR)
    complaints.given(*CASE_CONCLUDED, over).when(CloseCase(CASE), by=SUPERVISOR).then(
        e.CaseClosed(CASE, DISCIPLINE, TODAY, SUPERVISOR)
    )
