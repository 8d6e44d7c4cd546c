"""Steps are recorded by those who work on the case, as long as they may."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.record_case_step import RecordCaseStep
from shared.domain import PublicText
from tests.complaints.city import (
    CASE,
    CASE_RUNNING,
    DISCIPLINE,
    GAO,
    HANDLER,
    MARCH_2,
    SECOND,
    SECRET,
    SUPERVISOR,
    TODAY,
    complaints,
)

STEP = RecordCaseStep(CASE, SECRET, TODAY)


def test_a_step_is_numbered_and_sealed() -> None:
    complaints.given(*CASE_RUNNING).when(STEP, by=HANDLER).then(
        e.CaseStepRecorded(CASE, DISCIPLINE, 1, SECRET, TODAY, HANDLER)
    )


def test_not_by_another_handler() -> None:
    complaints.given(*CASE_RUNNING).when(STEP, by=SECOND).then_refused("not-yours-to-handle")


def test_not_after_the_access_from_a_zone_has_ended() -> None:
    ended = e.HandlerAssigned(CASE, DISCIPLINE, GAO, PublicText("第二协作区"), MARCH_2, SUPERVISOR)
    complaints.given(*CASE_RUNNING, ended).when(STEP, by=SECOND).then_refused("not-yours-to-handle")
