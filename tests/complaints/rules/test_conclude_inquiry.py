"""The inquiry into the leadership ends with who should answer."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.conclude_inquiry import ConcludeInquiry
from tests.complaints.city import (
    CASE,
    CASE_CONCLUDED,
    CASE_RUNNING,
    CHAIR,
    DISCIPLINE,
    GAO,
    HE,
    PAPER,
    TODAY,
    complaints,
)


def test_those_who_should_answer_are_of_the_list() -> None:
    complaints.given(*CASE_CONCLUDED).when(ConcludeInquiry(CASE, (HE,), PAPER), by=CHAIR).then(
        e.LeadershipInquiryConcluded(CASE, DISCIPLINE, (HE,), PAPER, TODAY, CHAIR)
    )


def test_nobody_else_is() -> None:
    complaints.given(*CASE_CONCLUDED).when(ConcludeInquiry(CASE, (GAO,), PAPER), by=CHAIR).then_refused("not-a-signer")


def test_there_must_be_one() -> None:
    complaints.given(*CASE_RUNNING).when(ConcludeInquiry(CASE, (), PAPER), by=CHAIR).then_refused("inquiry-not-open")
