"""一案双查: what is established opens an inquiry into who had answered for it."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.conclude_case import ConcludeCase
from services.complaints.state import KnownSigners
from tests.complaints.city import (
    CASE,
    CASE_RUNNING,
    CHAIR,
    DISCIPLINE,
    FACTS_ON,
    FANG,
    HANDLER,
    PAPER,
    SIGNER,
    TODAY,
    WATER,
    complaints,
)

KNOWN = KnownSigners((SIGNER,), 90)


def test_a_substantiated_case_lists_everybody_who_had_signed() -> None:
    complaints.given(*CASE_RUNNING).when(ConcludeCase(CASE, True, True, PAPER), by=CHAIR, asked=KNOWN).then(
        e.CaseConcluded(CASE, DISCIPLINE, True, True, PAPER, TODAY, CHAIR),
        e.LeadershipInquiryOpened(CASE, DISCIPLINE, WATER, None, FACTS_ON, (SIGNER,), 90),
    )


def test_one_that_is_not_opens_none() -> None:
    complaints.given(*CASE_RUNNING).when(ConcludeCase(CASE, False, False, PAPER), by=CHAIR, asked=KNOWN).then(
        e.CaseConcluded(CASE, DISCIPLINE, False, False, PAPER, TODAY, CHAIR)
    )


def test_nobody_who_ever_investigated_concludes_it() -> None:
    off = e.HandlerTakenOff(CASE, DISCIPLINE, FANG, False)
    complaints.given(*CASE_RUNNING, off).when(
        ConcludeCase(CASE, True, False, PAPER), by=HANDLER, asked=KNOWN
    ).then_refused("investigator-decides")
