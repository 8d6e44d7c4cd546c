"""Steps belong to the disposal that was approved, and come in their order."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.take_clue_step import TakeClueStep
from tests.complaints.city import CHAIR, CLUE, DISCIPLINE, HANDLER, MARCH_2, OPENED, PAPER, TODAY, YUNLING, complaints

TALKS = (*YUNLING, OPENED, e.DisposalApproved(CLUE, DISCIPLINE, "talk-or-letter", PAPER, MARCH_2, CHAIR))


def test_a_letter_is_sent() -> None:
    complaints.given(*TALKS).when(TakeClueStep(CLUE, "letter-sent", TODAY), by=HANDLER).then(
        e.ClueStepTaken(CLUE, DISCIPLINE, "letter-sent", TODAY, HANDLER)
    )


def test_an_answer_comes_after_the_letter() -> None:
    complaints.given(*TALKS).when(TakeClueStep(CLUE, "letter-answered", TODAY), by=HANDLER).then_refused(
        "clue-step-too-early"
    )


def test_a_verification_is_no_step_of_a_talk() -> None:
    complaints.given(*TALKS).when(TakeClueStep(CLUE, "verification-reported", TODAY), by=HANDLER).then_refused(
        "clue-step-not-of-disposal"
    )


def test_nothing_is_recorded_before_it_happens() -> None:
    tomorrow = date(2026, 3, 17)
    complaints.given(*TALKS).when(TakeClueStep(CLUE, "talk-held", tomorrow), by=HANDLER).then_refused(
        "date-in-future", day=tomorrow
    )
