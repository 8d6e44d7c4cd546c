"""A round is held under a scheme in force, once of each kind, over a period of its year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.assessment.events import RoundOpened
from services.assessment.rules.open_round import OpenRound
from shared.domain import UnitId
from tests.assessment.city import ASSESSOR, BAISHUI, CITY, SCHEME, YUNLING, assessment, drafted, in_force

OPEN = OpenRound(SCHEME, "mid-year", CITY, date(2026, 1, 1), date(2026, 6, 30))
OPENED = RoundOpened(SCHEME, "mid-year", CITY, date(2026, 1, 1), date(2026, 6, 30), ASSESSOR)


def test_the_assessor_opens_the_mid_year_round() -> None:
    assessment.given(*in_force()).when(OPEN, by=ASSESSOR).then(OPENED)


def test_each_kind_is_held_once() -> None:
    assessment.given(*in_force(), OPENED).when(OPEN, by=ASSESSOR).then_refused("round-held")
    assessment.given(*in_force(), OPENED).when(replace(OPEN, kind="year-end"), by=ASSESSOR).then_types(RoundOpened)


def test_a_draft_has_no_rounds() -> None:
    assessment.given(*YUNLING, drafted()).when(OPEN, by=ASSESSOR).then_refused("scheme-not-in-force")


def test_the_division_named_is_that_of_the_scheme() -> None:
    assessment.given(*in_force()).when(replace(OPEN, unit=UnitId(BAISHUI)), by=ASSESSOR).then_refused(
        "scheme-not-in-force"
    )


def test_the_period_lies_within_the_year_and_runs_forward() -> None:
    given = assessment.given(*in_force())

    given.when(replace(OPEN, period_from=date(2026, 7, 1)), by=ASSESSOR).then_refused("round-period-backwards")
    given.when(replace(OPEN, period_to=date(2027, 1, 1)), by=ASSESSOR).then_refused(
        "round-period-outside-year", year=2026
    )
