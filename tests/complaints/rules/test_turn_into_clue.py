"""An accusation is taken up as a clue."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.turn_into_clue import TurnIntoClue
from tests.complaints.city import ACCEPTED_PETITION, DISCIPLINE, REPORT, SUPERVISOR, TODAY, complaints, of_class

TURN = TurnIntoClue(REPORT)
TURNED = e.PetitionTurnedIntoClue(REPORT, DISCIPLINE, TODAY, SUPERVISOR)


def test_it_is_taken_up_once() -> None:
    complaints.given(*ACCEPTED_PETITION).when(TURN, by=SUPERVISOR).then(TURNED)
    complaints.given(*ACCEPTED_PETITION, TURNED).when(TURN, by=SUPERVISOR).then_refused("petition-turned-already")


def test_only_an_accusation() -> None:
    complaints.given(*of_class("redress")).when(TURN, by=SUPERVISOR).then_refused("clue-not-for-class")
