"""A report is accepted once."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.accept_petition import AcceptPetition
from tests.complaints.city import ACCEPTED_PETITION, CLERK, DISCIPLINE, REGISTERED_PETITION, REPORT, TODAY, complaints


def test_it_is_accepted() -> None:
    complaints.given(*REGISTERED_PETITION).when(AcceptPetition(REPORT), by=CLERK).then(
        e.PetitionAccepted(REPORT, DISCIPLINE, "accusation", TODAY, CLERK)
    )


def test_once() -> None:
    complaints.given(*ACCEPTED_PETITION).when(AcceptPetition(REPORT), by=CLERK).then_refused("petition-accepted")
