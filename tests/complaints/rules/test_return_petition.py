"""What is not ours is given back within five working days."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.return_petition import ReturnPetition
from shared.domain import PublicText, moment
from tests.complaints.city import CLERK, DISCIPLINE, FINANCE, REGISTERED_PETITION, REPORT, TODAY, complaints

FORWARDED = e.PetitionForwarded(REPORT, DISCIPLINE, FINANCE, date(2026, 3, 9), CLERK)
RETURN = ReturnPetition(REPORT, PublicText("不属于财政局职责"))


def test_it_goes_back_to_who_received_it() -> None:
    complaints.given(*REGISTERED_PETITION, FORWARDED).when(RETURN, by=CLERK).then(
        e.PetitionReturned(REPORT, FINANCE, DISCIPLINE, PublicText("不属于财政局职责"), TODAY, CLERK)
    )


def test_not_later_and_only_what_was_forwarded() -> None:
    complaints.given(*REGISTERED_PETITION, FORWARDED).when(RETURN, by=CLERK, at=moment(2026, 3, 17)).then_refused(
        "objection-too-late", until=date(2026, 3, 16)
    )
    complaints.given(*REGISTERED_PETITION).when(RETURN, by=CLERK).then_refused("petition-not-forwarded")
