"""A report goes to who has to handle it, never to whom it is about."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.forward_petition import ForwardPetition
from shared.domain import UnitId
from tests.complaints.city import (
    ACCEPTED_PETITION,
    CLERK,
    CONCLUDED_PETITION,
    DISCIPLINE,
    FINANCE,
    REGISTERED_PETITION,
    REPORT,
    RIVERS,
    TODAY,
    WATER,
    complaints,
)


def test_it_is_forwarded() -> None:
    complaints.given(*REGISTERED_PETITION).when(ForwardPetition(REPORT, FINANCE), by=CLERK).then(
        e.PetitionForwarded(REPORT, DISCIPLINE, FINANCE, TODAY, CLERK)
    )


def test_never_to_the_unit_complained_of_nor_one_below_it() -> None:
    for unit in (WATER, RIVERS):
        complaints.given(*REGISTERED_PETITION).when(ForwardPetition(REPORT, unit), by=CLERK).then_refused(
            "petition-about-oneself"
        )


def test_not_to_where_it_is_nor_nowhere_nor_once_it_is_accepted() -> None:
    complaints.given(*REGISTERED_PETITION).when(ForwardPetition(REPORT, DISCIPLINE), by=CLERK).then_refused(
        "petition-forwarded-to-itself"
    )
    complaints.given(*REGISTERED_PETITION).when(ForwardPetition(REPORT, UnitId("无")), by=CLERK).then_refused(
        "unit-unknown"
    )
    complaints.given(*ACCEPTED_PETITION).when(ForwardPetition(REPORT, FINANCE), by=CLERK).then_refused(
        "petition-accepted"
    )
    complaints.given(*CONCLUDED_PETITION).when(ForwardPetition(REPORT, FINANCE), by=CLERK).then_refused(
        "petition-ended"
    )
