"""Whom a clue names has it no longer."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.name_in_clue import NameInClue
from shared.domain import PersonId
from tests.complaints.city import (
    CLUE,
    DISCIPLINE,
    FANG,
    HANDLER,
    HE,
    JIANG,
    OPENED,
    SECOND,
    SUPERVISOR,
    TODAY,
    YUNLING,
    complaints,
)


def test_further_persons_are_named() -> None:
    complaints.given(*YUNLING, OPENED).when(NameInClue(CLUE, (HE,)), by=HANDLER).then(
        e.ClueConcerns(CLUE, DISCIPLINE, (HE,), HANDLER)
    )


def test_a_clue_that_names_its_custodian_goes_back_to_the_supervisor() -> None:
    complaints.given(*YUNLING, OPENED).when(NameInClue(CLUE, (FANG,)), by=SUPERVISOR).then(
        e.ClueConcerns(CLUE, DISCIPLINE, (FANG,), SUPERVISOR),
        e.CustodyWithdrawn(CLUE, DISCIPLINE, FANG, PersonId("严谨"), TODAY),
    )


def test_who_is_named_already_changes_nothing() -> None:
    complaints.given(*YUNLING, OPENED).when(NameInClue(CLUE, (JIANG,)), by=HANDLER).then()


def test_nobody_else_names_people() -> None:
    complaints.given(*YUNLING, OPENED).when(NameInClue(CLUE, (HE,)), by=SECOND).then_refused("clue-custodian-not-you")
