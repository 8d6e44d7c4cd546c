"""Which of the four forms was applied."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.record_form import RecordForm
from tests.complaints.city import (
    CASE,
    CASE_CONCLUDED,
    CASE_RUNNING,
    DISCIPLINE,
    GAO,
    JIANG,
    PAPER,
    SUPERVISOR,
    complaints,
)


def test_a_form_is_recorded_with_its_basis() -> None:
    complaints.given(*CASE_CONCLUDED).when(RecordForm(CASE, JIANG, "second", PAPER), by=SUPERVISOR).then(
        e.FormRecorded(CASE, DISCIPLINE, JIANG, "second", PAPER, SUPERVISOR)
    )


def test_only_for_whom_the_case_concerns() -> None:
    complaints.given(*CASE_CONCLUDED).when(RecordForm(CASE, GAO, "first", PAPER), by=SUPERVISOR).then_refused(
        "person-not-concerned"
    )


def test_not_before_it_is_concluded() -> None:
    complaints.given(*CASE_RUNNING).when(RecordForm(CASE, JIANG, "first", PAPER), by=SUPERVISOR).then_refused(
        "case-not-concluded"
    )
