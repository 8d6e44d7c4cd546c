"""Another day overdue: counted in calendar days as of today, once a day for each time limit."""

from __future__ import annotations

from datetime import date

from services.assessment.events import OverdueDaysCounted
from services.assessment.rules.review_overdue import ReviewOverdue
from shared.domain import moment
from tests.assessment.city import SYSTEM, WATER, assessment

DUE = date(2026, 3, 1)
REVIEW = ReviewOverdue("task", "清淤", WATER, DUE)


def counted(as_of: date, days: int, due: date = DUE) -> OverdueDaysCounted:
    return OverdueDaysCounted("task", "清淤", WATER, due, as_of, days)


def test_the_days_from_the_limit_until_today_are_fixed() -> None:
    assessment.given().when(REVIEW, by=SYSTEM, at=moment(2026, 3, 13, 0)).then(counted(date(2026, 3, 13), 12))


def test_days_that_nobody_counted_during_an_outage_are_made_up_by_the_next_count() -> None:
    before = counted(date(2026, 3, 3), 2)

    assessment.given(before).when(REVIEW, by=SYSTEM, at=moment(2026, 3, 9)).then(counted(date(2026, 3, 9), 8))


def test_a_day_is_counted_once() -> None:
    before = counted(date(2026, 3, 3), 2)

    assessment.given(before).when(REVIEW, by=SYSTEM, at=moment(2026, 3, 3, 23)).then_refused("overdue-counted-today")


def test_what_is_due_today_is_not_overdue() -> None:
    assessment.given().when(REVIEW, by=SYSTEM, at=moment(2026, 3, 1, 23)).then_refused("not-overdue")


def test_another_limit_is_counted_anew() -> None:
    before = counted(date(2026, 3, 3), 8, due=date(2026, 2, 23))

    assessment.given(before).when(REVIEW, by=SYSTEM, at=moment(2026, 3, 3)).then(counted(date(2026, 3, 3), 2))
