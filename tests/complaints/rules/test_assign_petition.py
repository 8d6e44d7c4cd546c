"""Who handles a report: nobody of the unit that it is about."""

from __future__ import annotations

from services.complaints.rules.assign_petition import AssignPetition
from tests.complaints.city import FANG, GIVEN_TO, QIAN, REGISTERED_PETITION, REPORT, SHEN, SUPERVISOR, complaints


def test_somebody_is_assigned() -> None:
    complaints.given(*REGISTERED_PETITION).when(AssignPetition(REPORT, FANG), by=SUPERVISOR).then(GIVEN_TO)


def test_nobody_whom_it_concerns() -> None:
    complaints.given(*REGISTERED_PETITION).when(AssignPetition(REPORT, SHEN), by=SUPERVISOR).then_refused(
        "handler-concerned"
    )


def test_nobody_who_handles_nothing_for_the_body() -> None:
    complaints.given(*REGISTERED_PETITION).when(AssignPetition(REPORT, QIAN), by=SUPERVISOR).then_refused(
        "handler-without-post"
    )
