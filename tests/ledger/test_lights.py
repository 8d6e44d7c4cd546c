"""When a task turns yellow and red."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.lights import light, yellow_from
from shared.calendar import WorkCalendar, read_notices

CALENDAR = WorkCalendar(read_notices((Path(__file__).parents[2] / "services/ledger/holidays.yaml").read_text("utf-8")))
BUDGET = settings(max_examples=100, derandomize=True, deadline=None)

DAYS = st.dates(date(2025, 9, 1), date(2027, 2, 28))
LENGTHS = st.integers(-5, 150)
PERCENTS = st.decimals(0, 100, places=2)


def counted_day_by_day(issued: date, due: date, percent: Decimal) -> date:
    """The definition in the words of the rule, without any closed form."""

    def working_days(after: date, until: date) -> int:
        return sum(CALENDAR.is_working_day(after + timedelta(days=n + 1)) for n in range((until - after).days))

    day = issued
    while True:
        total, elapsed = working_days(issued, due), working_days(issued, day)
        if total and elapsed <= total and Fraction(percent) < Fraction(100 * elapsed, total):
            return day
        if day >= due or working_days(day, due) <= 3:
            return day
        day += timedelta(days=1)


def test_a_task_due_on_21_may_2026_turns_yellow_on_18_may_however_far_it_is() -> None:
    assert yellow_from(date(2026, 4, 1), date(2026, 5, 21), Decimal(100), CALENDAR) == date(2026, 5, 18)


def test_the_days_left_are_working_days_so_that_a_holiday_brings_yellow_forward() -> None:
    # 10月1日 to 7日 are off; left after 9月30日 are 10月8日, 9日 and the worked Saturday 10月10日.
    assert yellow_from(date(2026, 7, 1), date(2026, 10, 10), Decimal(100), CALENDAR) == date(2026, 9, 30)


def test_a_task_on_which_nothing_is_done_is_yellow_from_the_first_working_day_after_issue() -> None:
    assert yellow_from(date(2026, 2, 13), date(2026, 12, 31), Decimal(0), CALENDAR) == date(2026, 2, 14)
    assert yellow_from(date(2026, 2, 14), date(2026, 12, 31), Decimal(0), CALENDAR) == date(2026, 2, 24)


def test_a_task_exactly_at_its_elapsed_share_is_still_green_that_day() -> None:
    # From 1月4日 to 1月16日 there are ten working days; five of them have gone by at the end of 1月9日.
    issued, due = date(2026, 1, 4), date(2026, 1, 16)
    assert CALENDAR.working_days_between(issued, due) == 10
    assert yellow_from(issued, due, Decimal(50), CALENDAR) == date(2026, 1, 12)
    assert yellow_from(issued, due, Decimal("49.99"), CALENDAR) == date(2026, 1, 9)


@pytest.mark.parametrize(
    ("issued", "due"),
    [
        pytest.param(date(2026, 5, 20), date(2026, 5, 21), id="issued when few days were left"),
        pytest.param(date(2026, 5, 21), date(2026, 5, 21), id="due on the day of issue"),
        pytest.param(date(2026, 5, 16), date(2026, 5, 17), id="no working day in between"),
        pytest.param(date(2026, 6, 30), date(2026, 5, 21), id="entered after it was due"),
    ],
)
def test_a_task_with_hardly_any_time_is_yellow_from_the_day_of_issue(issued: date, due: date) -> None:
    assert yellow_from(issued, due, Decimal(0), CALENDAR) == issued
    assert yellow_from(issued, due, Decimal(100), CALENDAR) == issued


@pytest.mark.parametrize("percent", ["-0.01", "100.01"])
def test_a_percentage_outside_0_to_100_is_refused(percent: str) -> None:
    with pytest.raises(ValueError, match="a percentage of"):
        yellow_from(date(2026, 1, 4), date(2026, 5, 21), Decimal(percent), CALENDAR)


def test_a_task_is_red_from_the_day_after_it_was_due_even_on_a_day_off() -> None:
    yellow, due = date(2026, 5, 19), date(2026, 5, 22)
    lights = {day: light(date(2026, 5, day), yellow, due) for day in (18, 19, 22, 23)}
    assert lights == {18: "green", 19: "yellow", 22: "yellow", 23: "red"}


def test_a_task_that_is_overdue_when_it_is_entered_is_red_and_never_yellow() -> None:
    issued, due = date(2026, 6, 30), date(2026, 5, 21)
    assert light(issued, yellow_from(issued, due, Decimal(0), CALENDAR), due) == "red"


@BUDGET
@given(DAYS, LENGTHS, PERCENTS)
def test_the_date_is_the_one_found_by_counting_day_by_day(issued: date, length: int, percent: Decimal) -> None:
    due = issued + timedelta(days=length)
    assert yellow_from(issued, due, percent, CALENDAR) == counted_day_by_day(issued, due, percent)


@BUDGET
@given(DAYS, LENGTHS, PERCENTS, PERCENTS)
def test_a_higher_percentage_never_brings_yellow_earlier(issued: date, length: int, a: Decimal, b: Decimal) -> None:
    due = issued + timedelta(days=length)
    assert yellow_from(issued, due, min(a, b), CALENDAR) <= yellow_from(issued, due, max(a, b), CALENDAR)


@BUDGET
@given(DAYS, LENGTHS, st.integers(0, 60), PERCENTS)
def test_an_extension_never_brings_yellow_earlier(issued: date, length: int, longer: int, percent: Decimal) -> None:
    due = issued + timedelta(days=length)
    later = due + timedelta(days=longer)
    assert yellow_from(issued, due, percent, CALENDAR) <= yellow_from(issued, later, percent, CALENDAR)


@BUDGET
@given(DAYS, LENGTHS, st.integers(0, 60), PERCENTS)
def test_a_later_issue_never_brings_yellow_earlier(issued: date, length: int, later: int, percent: Decimal) -> None:
    due = issued + timedelta(days=length)
    reissued = issued + timedelta(days=later)
    assert yellow_from(issued, due, percent, CALENDAR) <= yellow_from(reissued, due, percent, CALENDAR)


@BUDGET
@given(DAYS, LENGTHS, PERCENTS)
def test_the_light_only_goes_from_green_to_yellow_to_red(issued: date, length: int, percent: Decimal) -> None:
    due = issued + timedelta(days=length)
    yellow = yellow_from(issued, due, percent, CALENDAR)
    order = ["green", "yellow", "red"]
    shown = [order.index(light(issued + timedelta(days=n), yellow, due)) for n in range(max(length, 0) + 3)]
    assert shown == sorted(shown)
