"""The reporter is told, by who handles the report."""

from __future__ import annotations

from dataclasses import replace

from services.complaints import events as e
from services.complaints.rules.tell_reporter import TellReporter
from services.intake.events import ReporterWrote
from shared.domain import PersonalText
from tests.complaints.city import (
    ACCEPTED_PETITION,
    DISCIPLINE,
    HANDLER,
    REGISTERED_PETITION,
    REPORT,
    SECOND,
    SUPERVISOR,
    TODAY,
    complaints,
    of_class,
)

TELL = TellReporter(REPORT, "acceptance", PersonalText("已受理"))


def test_what_is_told_is_sealed() -> None:
    complaints.given(*ACCEPTED_PETITION).when(TELL, by=HANDLER).then(
        e.ReporterTold(REPORT, DISCIPLINE, "acceptance", PersonalText("已受理"), TODAY, HANDLER)
    )


def test_another_handler_tells_nothing() -> None:
    complaints.given(*ACCEPTED_PETITION).when(TELL, by=SECOND).then_refused("not-yours-to-handle")


def test_a_review_answers_what_was_asked() -> None:
    review = replace(TELL, of="review")
    complaints.given(*of_class("redress")).when(review, by=HANDLER).then_refused("no-review-asked")
    asked = ReporterWrote(REPORT, 1, "review-request", TODAY)
    complaints.given(*of_class("redress"), asked).when(review, by=HANDLER).then_types(e.ReporterTold)


def test_there_is_no_answer_before_acceptance() -> None:
    answer = replace(TELL, of="answer")
    complaints.given(*REGISTERED_PETITION).when(answer, by=SUPERVISOR).then_refused("petition-not-accepted-yet")
