"""Somebody is taken off a case."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.take_handler_off import TakeHandlerOff
from tests.complaints.city import CASE, CASE_RUNNING, DISCIPLINE, FANG, GAO, SUPERVISOR, complaints


def test_a_handler_is_taken_off() -> None:
    complaints.given(*CASE_RUNNING).when(TakeHandlerOff(CASE, FANG), by=SUPERVISOR).then(
        e.HandlerTakenOff(CASE, DISCIPLINE, FANG, False)
    )


def test_only_who_works_on_it() -> None:
    complaints.given(*CASE_RUNNING).when(TakeHandlerOff(CASE, GAO), by=SUPERVISOR).then_refused("not-a-handler")
