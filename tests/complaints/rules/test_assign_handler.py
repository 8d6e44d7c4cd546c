"""Who works on a case: nobody whom it names; from a zone for a time only."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.assign_handler import AssignHandler
from shared.domain import PublicText
from tests.complaints.city import (
    CASE,
    CASE_RUNNING,
    CHAIR,
    CITY,
    DISCIPLINE,
    GAO,
    PAPER,
    QIAN,
    SHEN,
    SUPERVISOR,
    TODAY,
    complaints,
    post,
)


def test_somebody_is_assigned() -> None:
    complaints.given(*CASE_RUNNING).when(AssignHandler(CASE, GAO), by=SUPERVISOR).then(
        e.HandlerAssigned(CASE, DISCIPLINE, GAO, None, None, SUPERVISOR)
    )


def test_somebody_from_a_coordination_zone_has_access_until_a_day() -> None:
    zone, until = PublicText("第二协作区"), date(2026, 6, 30)
    complaints.given(*CASE_RUNNING).when(AssignHandler(CASE, GAO, zone, until), by=SUPERVISOR).then(
        e.HandlerAssigned(CASE, DISCIPLINE, GAO, zone, until, SUPERVISOR)
    )
    complaints.given(*CASE_RUNNING).when(AssignHandler(CASE, GAO, zone), by=SUPERVISOR).then_refused(
        "handler-zone-without-end"
    )
    complaints.given(*CASE_RUNNING).when(AssignHandler(CASE, GAO, zone, date(2026, 3, 1)), by=SUPERVISOR).then_refused(
        "handler-access-ended"
    )


def test_who_comes_from_another_body_needs_a_post_in_this_one() -> None:
    assigned = AssignHandler(CASE, QIAN, PublicText("第二协作区"), date(2026, 6, 30))
    complaints.given(*CASE_RUNNING).when(assigned, by=SUPERVISOR).then_refused("handler-without-post")
    lent = post("协作区抽调承办人", DISCIPLINE, ("case-handler",), "钱进", over=CITY)
    complaints.given(*CASE_RUNNING, *lent).when(assigned, by=SUPERVISOR).then(
        e.HandlerAssigned(CASE, DISCIPLINE, QIAN, assigned.zone, assigned.until, SUPERVISOR)
    )


def test_nobody_of_the_unit_it_is_about() -> None:
    complaints.given(*CASE_RUNNING).when(AssignHandler(CASE, SHEN), by=SUPERVISOR).then_refused("handler-concerned")


def test_nobody_is_assigned_to_a_closed_case() -> None:
    over = (*CASE_RUNNING, e.CaseConcluded(CASE, DISCIPLINE, False, False, PAPER, TODAY, CHAIR))
    closed = e.CaseClosed(CASE, DISCIPLINE, TODAY, SUPERVISOR)
    complaints.given(*over, closed).when(AssignHandler(CASE, GAO), by=SUPERVISOR).then_refused("case-closed")
