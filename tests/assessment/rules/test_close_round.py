"""A round is closed: every unit's score and lines are fixed, with the position of the log they were reckoned from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from services.assessment.events import (
    RoundClosed,
    RoundOpened,
    SchemeAmended,
    UnitScored,
    UnitScoreExplained,
)
from services.assessment.rules.close_round import CloseRound
from services.assessment.schemes import Schemes
from services.assessment.state import Known, KnownUnit
from shared.domain import PublicText, moment
from shared.facts import Fact
from tests.assessment.city import ASSESSOR, BASIS, CITY, FINANCE, SCHEME, WATER, assessment, in_force, provisions
from tests.assessment.test_scoring import counted, fell_overdue, found, in_time

CLOSE = CloseRound(SCHEME, "mid-year")
OPENED = RoundOpened(SCHEME, "mid-year", CITY, date(2026, 1, 1), date(2026, 6, 30), ASSESSOR)
JULY = moment(2026, 7, 10, 9)
AMENDED = SchemeAmended(SCHEME, CITY, 2, provisions(line="85"), PublicText("提高合格线"))
KNOWN = Known(
    500,
    (
        KnownUnit(FINANCE, (in_time("预算公开", 40),)),
        KnownUnit(
            WATER,
            (
                fell_overdue("清淤", 41, date(2026, 6, 20)),
                counted("清淤", 60, date(2026, 7, 9), date(2026, 6, 20)),
                found("W1", 70, "serious", date(2026, 7, 1)),
            ),
        ),
    ),
    0,
)


def closing(*more: Any, known: Known = KNOWN) -> Any:
    return assessment.given(*in_force(), *more).when(CLOSE, by=ASSESSOR, at=JULY, asked=known)


def test_every_unit_is_scored_on_the_facts_of_the_period_known_at_the_closing_position() -> None:
    outcome = closing(OPENED)

    outcome.then_types(RoundClosed, UnitScored, UnitScoreExplained, UnitScored, UnitScoreExplained)
    assert outcome.event(RoundClosed) == RoundClosed(
        SCHEME, "mid-year", CITY, 1, date(2026, 1, 1), date(2026, 6, 30), 500, date(2026, 6, 30), 2, ASSESSOR
    )
    finance, water = (event for event in outcome.decision if isinstance(event, UnitScored))
    assert finance == UnitScored(SCHEME, "mid-year", FINANCE, 1, Decimal(100), Decimal(80), 500, 40, BASIS)
    # 10 days until 30 June at 0.5, and none of 1 July: 30 for the missed task, 5 for its days.
    assert water == UnitScored(SCHEME, "mid-year", WATER, 1, Decimal(65), Decimal(80), 500, 41, BASIS)


def test_the_lines_are_fixed_with_the_score() -> None:
    explained = [event for event in closing(OPENED).decision if isinstance(event, UnitScoreExplained)]

    assert sum(line.points for line in explained[1].lines) == 65
    assert {line.subject for line in explained[1].lines if line.lost} == {"task/清淤"}


def test_the_round_is_scored_by_the_version_in_force_when_it_is_closed() -> None:
    closed = closing(OPENED, AMENDED)

    assert closed.event(RoundClosed).scheme_version == 2
    assert closed.event(UnitScored).pass_line == 85


def test_a_round_is_closed_once() -> None:
    closed = closing(OPENED).event(RoundClosed)

    closing(OPENED, closed).then_refused("round-closed")


def test_a_round_is_not_closed_while_its_period_runs() -> None:
    assessment.given(*in_force(), OPENED).when(CLOSE, by=ASSESSOR, at=moment(2026, 6, 29), asked=KNOWN).then_refused(
        "round-period-runs", to=date(2026, 6, 30), today=date(2026, 6, 29)
    )


def test_a_round_does_not_stand_on_incomplete_standings() -> None:
    closing(OPENED, known=replace(KNOWN, incomplete=3)).then_refused("standing-incomplete", count=3)


def test_a_round_without_units_is_refused() -> None:
    closing(OPENED, known=Known(500, (), 0)).then_refused("round-without-units")


class SchemesBefore(Schemes):
    """What is known of the schemes a moment before an amendment has been taken in."""

    def apply(self, fact: Fact) -> None:
        if not isinstance(fact.event, SchemeAmended):
            super().apply(fact)


def test_a_round_waits_for_an_amendment_that_is_still_being_taken_in() -> None:
    behind = replace(assessment, own=SchemesBefore)
    behind.given(*in_force(), OPENED, AMENDED).when(CLOSE, by=ASSESSOR, at=JULY, asked=KNOWN).then_refused(
        "scheme-moved"
    )
