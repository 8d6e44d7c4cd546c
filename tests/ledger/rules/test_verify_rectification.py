"""核查整改: somebody who neither recorded nor reported it sees that a finding is put right."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.events import RectificationVerified
from services.ledger.rules.verify_rectification import VerifyRectification
from shared.domain import PersonId
from tests.ledger.city import INSPECTOR, WATER, WATER_HEAD
from tests.ledger.course import FINDING, INSPECTION, ORDERED, SECOND_INSPECTOR, VERIFIED, and_then, rectified
from tests.support.spec import TODAY

VERIFY = VerifyRectification(FINDING)


@pytest.mark.parametrize(
    ("reported_on", "days_late"), [(date(2026, 3, 13), 0), (date(2026, 3, 14), 1), (date(2026, 3, 16), 3)]
)
def test_the_days_late_are_counted_to_the_report(reported_on: date, days_late: int) -> None:
    and_then(*rectified(reported_on)).when(VERIFY, by=SECOND_INSPECTOR).then(
        RectificationVerified(
            FINDING,
            INSPECTION,
            WATER,
            "ordinary",
            date(2026, 3, 13),
            reported_on,
            TODAY.today,
            days_late,
            SECOND_INSPECTOR,
        )
    )


def test_whoever_recorded_the_finding_does_not_verify_it() -> None:
    and_then(*rectified()).when(VERIFY, by=INSPECTOR).then_refused("own-finding-verified")
    for_the_recorder = replace(SECOND_INSPECTOR, on_behalf=PersonId("严明"))
    and_then(*rectified()).when(VERIFY, by=for_the_recorder).then_refused("own-finding-verified")


def test_whoever_reported_the_rectification_does_not_verify_it() -> None:
    and_then(*rectified(by=SECOND_INSPECTOR)).when(VERIFY, by=SECOND_INSPECTOR).then_refused("own-finding-verified")


def test_nobody_verifies_for_their_own_unit_or_what_names_them() -> None:
    and_then(*rectified()).when(VERIFY, by=WATER_HEAD).then_refused("own-unit-decided")
    named = replace(SECOND_INSPECTOR, subject="韩溪")
    and_then(*rectified()).when(VERIFY, by=named).then_refused("finding-about-oneself")


def test_only_a_report_is_verified_and_only_once() -> None:
    and_then(*ORDERED).when(VERIFY, by=SECOND_INSPECTOR).then_refused("rectification-not-reported")
    and_then(*VERIFIED).when(VERIFY, by=SECOND_INSPECTOR).then_refused("finding-verified")
