"""A case is filed from a verified clue, by somebody who did not verify it."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.file_case import FileCase
from tests.complaints.city import (
    CASE,
    CHAIR,
    CLUE,
    CLUE_VERIFIED,
    DISCIPLINE,
    FACTS_ON,
    HANDLER,
    JIANG,
    OPENED,
    PAPER,
    TODAY,
    WATER,
    WATER_DEPUTY,
    YUNLING,
    complaints,
)

FILE = FileCase(CASE, CLUE, DISCIPLINE, FACTS_ON, PAPER)


def test_a_case_is_filed_and_the_clue_is_closed_with_it() -> None:
    complaints.given(*CLUE_VERIFIED).when(FILE, by=CHAIR).then(
        e.CaseFiled(CASE, CLUE, DISCIPLINE, WATER, (JIANG,), None, FACTS_ON, PAPER, TODAY, CHAIR),
        e.ClueBecameCase(CLUE, DISCIPLINE, CASE),
    )


def test_a_clue_that_is_not_there_is_refused() -> None:
    complaints.given(*YUNLING).when(FILE, by=CHAIR).then_refused("clue-unknown")


def test_not_before_the_verification_is_reported() -> None:
    complaints.given(*YUNLING, OPENED).when(FILE, by=CHAIR).then_refused("clue-not-verified")


def test_not_by_who_verified_it() -> None:
    complaints.given(*CLUE_VERIFIED).when(FILE, by=HANDLER).then_refused("investigator-decides")


def test_nobody_of_the_unit_files_it() -> None:
    complaints.given(*CLUE_VERIFIED).when(FILE, by=WATER_DEPUTY).then_refused("recused")
