"""Working days, by the notices for 2023 to 2026 and, for 2027, without one."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calendar import Due, HolidayNotice, WorkCalendar, read_notices

NOTICES = read_notices((Path(__file__).parents[2] / "services/ledger/holidays.yaml").read_text("utf-8"))
CALENDAR = WorkCalendar(NOTICES)
BUDGET = settings(max_examples=100, derandomize=True, deadline=None)

DAYS = st.dates(date(2022, 12, 1), date(2028, 1, 31))


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        pytest.param(date(2026, 2, 9), 5, date(2026, 2, 14), id="ends on a Saturday worked for 春节"),
        pytest.param(date(2026, 2, 9), 15, date(2026, 3, 6), id="over 春节"),
        pytest.param(date(2026, 4, 28), 15, date(2026, 5, 21), id="over 劳动节"),
        pytest.param(date(2026, 9, 21), 15, date(2026, 10, 19), id="over 中秋节 and 国庆节"),
        pytest.param(date(2026, 10, 1), 1, date(2026, 10, 8), id="from a day off"),
        pytest.param(date(2025, 12, 31), 1, date(2026, 1, 4), id="into the new year"),
        pytest.param(date(2026, 5, 21), 0, date(2026, 5, 21), id="none at all"),
    ],
)
def test_a_period_in_working_days_does_not_count_the_day_it_starts(start: date, n: int, due: date) -> None:
    assert CALENDAR.add_working_days(start, n) == Due(due, provisional=False)


def test_a_period_in_calendar_days_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert CALENDAR.add_calendar_days(date(2026, 8, 2), 60) == Due(date(2026, 10, 8), provisional=False)


def test_a_period_in_calendar_days_without_rolling_ends_on_the_holiday() -> None:
    assert CALENDAR.add_calendar_days(date(2026, 8, 2), 60, roll=False) == Due(date(2026, 10, 1), provisional=False)


def test_a_month_after_31_january_is_the_last_of_february_a_working_saturday() -> None:
    assert CALENDAR.add_months(date(2026, 1, 31), 1) == Due(date(2026, 2, 28), provisional=False)


@pytest.mark.parametrize(
    ("start", "n", "roll", "due"),
    [
        (date(2026, 4, 1), 1, True, date(2026, 5, 6)),
        (date(2026, 4, 1), 1, False, date(2026, 5, 1)),
        (date(2024, 2, 29), 12, False, date(2025, 2, 28)),
        (date(2025, 12, 31), 2, False, date(2026, 2, 28)),
        (date(2025, 11, 30), 1, False, date(2025, 12, 30)),
    ],
)
def test_a_period_in_months_ends_on_the_same_day_of_the_month(start: date, n: int, roll: bool, due: date) -> None:
    assert CALENDAR.add_months(start, n, roll=roll) == Due(due, provisional=False)


def test_2026_has_248_working_days() -> None:
    assert CALENDAR.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_six_weekend_days_of_2026_are_worked() -> None:
    worked = [
        d for d in every_day(date(2026, 1, 1), date(2026, 12, 31)) if d.weekday() > 4 and CALENDAR.is_working_day(d)
    ]
    assert worked == [date(2026, *day) for day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]]


def test_every_day_from_2023_to_2026_agrees_with_an_independent_calendar() -> None:
    days = every_day(date(2023, 1, 1), date(2026, 12, 31))
    assert [d for d in days if CALENDAR.is_working_day(d) != chinese_calendar.is_workday(d)] == []


def test_the_notices_name_their_source() -> None:
    assert {notice.year: notice.citation for notice in NOTICES} == {
        2023: "国务院办公厅关于2023年部分节假日安排的通知（国办发明电〔2022〕16号）",
        2024: "国务院办公厅关于2024年部分节假日安排的通知（国办发明电〔2023〕7号）",
        2025: "国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
        2026: "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
    }


def test_before_the_notice_for_2027_only_weekends_and_holidays_of_fixed_date_are_off() -> None:
    assert CALENDAR.is_provisional(date(2027, 2, 6))
    off = [
        d for d in every_day(date(2027, 1, 1), date(2027, 12, 31)) if d.weekday() < 5 and not CALENDAR.is_working_day(d)
    ]
    assert off == [date(2027, 1, 1), date(2027, 10, 1)]  # 5月1日、2日 and 10月2日、3日 are weekend days in 2027
    assert not CALENDAR.is_working_day(date(2027, 1, 2))


def test_2_may_is_a_holiday_of_fixed_date_only_since_2025() -> None:
    unknown = WorkCalendar()
    assert unknown.is_working_day(date(2024, 5, 2))
    assert not unknown.is_working_day(date(2025, 5, 2))


@pytest.mark.parametrize(
    "due",
    [
        CALENDAR.add_working_days(date(2026, 12, 31), 1),
        CALENDAR.add_working_days(date(2026, 12, 28), 5),
        CALENDAR.add_calendar_days(date(2026, 12, 28), 5),
        CALENDAR.add_calendar_days(date(2026, 12, 28), 8),
        CALENDAR.add_months(date(2026, 12, 28), 1),
    ],
)
def test_a_limit_that_reaches_into_a_year_without_notice_is_provisional(due: Due) -> None:
    assert due.provisional
    assert due.date.year == 2027


def test_a_limit_in_calendar_days_that_does_not_roll_is_certain_even_in_a_year_without_notice() -> None:
    assert CALENDAR.add_calendar_days(date(2026, 12, 28), 5, roll=False) == Due(date(2027, 1, 2), provisional=False)


def test_a_notice_that_arrives_replaces_what_was_guessed_and_leaves_the_old_calendar_as_it_was() -> None:
    notice = HolidayNotice(
        2027, frozenset(date(2027, 1, day) for day in (1, 3, 4, 5)), frozenset({date(2027, 1, 2)}), "假设的2027年通知"
    )
    told = CALENDAR.with_notice(notice)
    assert CALENDAR.add_working_days(date(2026, 12, 31), 2) == Due(date(2027, 1, 5), provisional=True)
    assert told.add_working_days(date(2026, 12, 31), 2) == Due(date(2027, 1, 6), provisional=False)
    assert told.is_working_day(date(2027, 1, 2))
    assert not told.is_working_day(date(2027, 1, 4))
    assert told.notice_for(2027) == notice
    assert CALENDAR.notice_for(2027) is None


def test_a_corrected_notice_replaces_the_one_of_the_same_year() -> None:
    longer = HolidayNotice(2026, frozenset({date(2026, 12, 1)}), frozenset(), "假设的更正通知")
    corrected = CALENDAR.with_notice(longer)
    assert not corrected.is_working_day(date(2026, 12, 1))
    assert corrected.is_working_day(date(2026, 10, 1))


def test_a_notice_can_rearrange_the_december_before() -> None:
    new_year = HolidayNotice(
        2019, frozenset({date(2018, 12, 31), date(2019, 1, 1)}), frozenset({date(2018, 12, 29)}), "元旦"
    )
    calendar = WorkCalendar((HolidayNotice(2018, frozenset(), frozenset(), "2018"), new_year))
    assert calendar.is_working_day(date(2018, 12, 29))
    assert not calendar.is_working_day(date(2018, 12, 31))


def test_calendars_of_the_same_notices_are_equal_in_whatever_order_these_came() -> None:
    assert WorkCalendar(NOTICES) == WorkCalendar(NOTICES[::-1])
    assert hash(WorkCalendar(NOTICES)) == hash(WorkCalendar(NOTICES[::-1]))


def test_two_notices_for_one_year_are_refused() -> None:
    with pytest.raises(ValueError, match="two holiday notices for 2026"):
        WorkCalendar((*NOTICES, NOTICES[-1]))


@pytest.mark.parametrize(
    ("off", "working", "why"),
    [
        ({date(2026, 1, 3)}, {date(2026, 1, 3)}, "2026-01-03 is both off and a working day"),
        (set(), {date(2026, 1, 5)}, "2026-01-05 is no Saturday or Sunday"),
        ({date(2027, 1, 1)}, set(), "2027-01-01 is not of that year"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(off: set[date], working: set[date], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        HolidayNotice(2026, frozenset(off), frozenset(working), "国办发明电〔2025〕7号")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{}", "expected a list of years"),
        ("- {year: 2026}", "entry 1: expected exactly year, citation and holidays"),
        ("- {year: 2026, citation: 通知, holidays: {元旦: {off: 2026-01-01}}}", "2026, 元旦: expected rest"),
        ("- {year: 2026, citation: 通知, holidays: {元旦: {rest: 2026-1-1}}}", "2026, 元旦: '2026-1-1' is no date"),
        ("- {year: 2026, citation: 通知, holidays: {元旦: {rest: 2026-01-03/2026-01-01}}}", "ends before it begins"),
        (
            "- {year: 2026, citation: 通知, holidays: {元旦: {rest: 2026-01-01, work: 2026-01-04}}}",
            "元旦: expected a list",
        ),
        (
            "- {year: 2026, citation: 甲, holidays: {}}\n- {year: 2026, citation: 乙, holidays: {}}",
            "a year is given twice",
        ),
    ],
)
def test_notices_that_cannot_be_read_are_refused_with_their_place(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_notices(text)


def test_negative_periods_and_periods_past_the_year_9999_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 working days"):
        CALENDAR.add_working_days(date(2026, 1, 4), -1)
    with pytest.raises(ValueError, match="-1 days"):
        CALENDAR.add_calendar_days(date(2026, 1, 4), -1)
    with pytest.raises(ValueError, match="-1 months"):
        CALENDAR.add_months(date(2026, 1, 4), -1)
    with pytest.raises(OverflowError):
        CALENDAR.add_working_days(date(2026, 1, 4), 10**9)
    with pytest.raises(OverflowError):
        CALENDAR.add_working_days(date(9999, 12, 30), 9)
    with pytest.raises(OverflowError):
        CALENDAR.add_months(date(2026, 1, 4), 10**6)


@BUDGET
@given(DAYS, DAYS)
def test_working_days_between_two_dates_are_those_counted_one_by_one(a: date, b: date) -> None:
    start, end = min(a, b), max(a, b)
    counted = sum(CALENDAR.is_working_day(day) for day in every_day(start, end)[1:])
    assert CALENDAR.working_days_between(start, end) == counted
    assert CALENDAR.working_days_between(end, start) == -counted


@BUDGET
@given(DAYS, st.integers(1, 700))
def test_a_period_of_n_working_days_ends_on_a_working_day_and_holds_n_of_them(start: date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n)
    assert CALENDAR.is_working_day(due.date)
    assert CALENDAR.working_days_between(start, due.date) == n
    years = {day.year for day in every_day(start, due.date)[1:]}
    assert due.provisional == any(CALENDAR.is_provisional(date(year, 1, 1)) for year in years)


@BUDGET
@given(DAYS, st.integers(0, 700))
def test_the_first_day_with_n_left_is_the_earliest_with_no_more_than_n(due: date, n: int) -> None:
    day = CALENDAR.first_day_with_left(due, n).date
    assert CALENDAR.working_days_between(day, due) <= n < CALENDAR.working_days_between(day - timedelta(days=1), due)


@BUDGET
@given(DAYS, st.integers(0, 400))
def test_a_period_that_rolls_never_ends_on_a_day_off_nor_skips_a_working_day(start: date, n: int) -> None:
    exact, rolled = start + timedelta(days=n), CALENDAR.add_calendar_days(start, n).date
    assert CALENDAR.is_working_day(rolled)
    assert not any(CALENDAR.is_working_day(day) for day in every_day(exact, rolled)[:-1])
