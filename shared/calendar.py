"""Working days in China, and the three ways in which a limit runs: in working days, calendar days and months.

A year whose arrangement of days off (国务院办公厅关于……年部分节假日安排的通知) is not out yet still has a calendar: Monday to
Friday less the holidays whose date is fixed by law. What is reckoned with such a year is *provisional*, never an error.

The day on which a period starts is not counted (民法典第二百零一条第一款). Values only: no clock, no file.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

import yaml

SATURDAY: Final = 5
"""`date.weekday()` of the first day of the weekend."""

FIXED_HOLIDAYS: Final = (
    # 全国年节及纪念日放假办法第二条, as revised by 国务院令第795号 (10 November 2024): 元旦1月1日，劳动节5月1日、2日，国庆节10月1日至3日.
    (2025, ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))),
    # As revised by 国务院令第513号 (2007) and 第644号 (2013): 劳动节5月1日 alone. Used for every earlier year.
    (1, ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))),
)
"""First year of validity, then (month, day) of the holidays with a fixed date; latest first.

春节, 清明节, 端午节 and 中秋节 move, and the make-up day for a holiday on a weekend (第六条) is for the notice to set.
"""


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """The arrangement of one year's days off, as the State Council's general office announced it.

    `off_days` are the days off, weekend days among them; `working_weekends` the Saturdays and Sundays on which offices
    work. Days may also lie in the December before, since 元旦 can begin there. `citation` names the notice, such as
    国办发明电〔2025〕7号. ValueError when the days contradict each other or the year.
    """

    year: int
    off_days: frozenset[date]
    working_weekends: frozenset[date]
    citation: str

    def __post_init__(self) -> None:
        if both := self.off_days & self.working_weekends:
            raise ValueError(f"holiday notice {self.year}: {min(both)} is both off and a working day")
        if weekdays := [day for day in self.working_weekends if day.weekday() < SATURDAY]:
            raise ValueError(f"holiday notice {self.year}: {min(weekdays)} is no Saturday or Sunday")
        earliest, latest = date(self.year - 1, 12, 1), date(self.year, 12, 31)
        if strange := [day for day in self.off_days | self.working_weekends if not earliest <= day <= latest]:
            raise ValueError(f"holiday notice {self.year}: {min(strange)} is not of that year or the December before")


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period. Provisional when a holiday notice that is not out yet may still move it."""

    date: date
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are working days, by the holiday notices known so far: at most one for a year.

    Immutable; `with_notice` gives the next calendar. ValueError when two notices are of the same year.
    """

    notices: tuple[HolidayNotice, ...] = ()
    _working: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Cache: the ordinals of a year's working days, ascending. Derived from the notices alone."""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.notices, key=lambda notice: notice.year))
        for earlier, later in pairwise(ordered):
            if earlier.year == later.year:
                raise ValueError(f"two holiday notices for {later.year}")
        object.__setattr__(self, "notices", ordered)

    def with_notice(self, notice: HolidayNotice) -> WorkCalendar:
        """This calendar with one more notice, which replaces an earlier one of the same year."""
        return WorkCalendar((*(known for known in self.notices if known.year != notice.year), notice))

    def notice_for(self, year: int) -> HolidayNotice | None:
        """The notice that arranges `year`, if it is known."""
        return next((notice for notice in self.notices if notice.year == year), None)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on `day`; in a provisional year, as far as is known."""
        working = self._working_days_of(day.year)
        at = bisect_left(working, day.toordinal())
        return at < len(working) and working[at] == day.toordinal()

    def is_provisional(self, day: date) -> bool:
        """Whether the notice for the year of `day` is not known."""
        return self.notice_for(day.year) is None

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is the earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        whole_years = sum(len(self._working_days_of(year)) for year in range(start.year, end.year))
        return whole_years + self._working_days_until(end) - self._working_days_until(start)

    def add_working_days(self, start: date, n: int) -> Due:
        """The `n`-th working day after `start`, which is not counted itself and may be a day off.

        Zero working days after `start` is `start`. ValueError when `n` is negative, OverflowError past the year 9999.
        """
        if n < 0:
            raise ValueError(f"a period of {n} working days")
        if n == 0:
            return Due(start, provisional=False)
        if n > 366 * (10_000 - start.year):
            raise OverflowError(f"{n} working days after {start} is past the year 9999")
        year, index = start.year, self._working_days_until(start) + n - 1
        while index >= len(working := self._working_days_of(year)):
            index -= len(working)
            year += 1
        end = date.fromordinal(working[index])
        return Due(end, self._guesses((start + timedelta(days=1)).year, end.year))

    def add_calendar_days(self, start: date, n: int, roll: bool = True) -> Due:
        """The `n`-th day after `start`, which is not counted.

        With `roll`, a period that would end on a day off ends on the next working day (民法典第二百零三条第一款).
        ValueError when `n` is negative.
        """
        if n < 0:
            raise ValueError(f"a period of {n} days")
        return self._ending(start + timedelta(days=n), roll)

    def add_months(self, start: date, n: int, roll: bool = True) -> Due:
        """The day of the same number `n` months after `start`, or that month's last day if it has no such day.

        Source: 民法典第二百零二条. `roll` as in `add_calendar_days`. ValueError when `n` is negative.
        """
        if n < 0:
            raise ValueError(f"a period of {n} months")
        years, month = divmod(start.month - 1 + n, 12)
        year = start.year + years
        if year > date.max.year:
            raise OverflowError(f"{n} months after {start} is past the year 9999")
        return self._ending(date(year, month + 1, min(start.day, last_day_of_month(year, month + 1).day)), roll)

    def first_day_with_left(self, due: date, n: int) -> Due:
        """The first date at whose end no more than `n` working days are left until and including `due`.

        It is a working day itself. ValueError when `n` is negative.
        """
        if n < 0:
            raise ValueError(f"{n} working days left")
        year, index = due.year, self._working_days_until(due) - n - 1
        while index < 0:
            year -= 1
            index += len(self._working_days_of(year))
        day = date.fromordinal(self._working_days_of(year)[index])
        return Due(day, self._guesses(day.year, due.year))

    def _guesses(self, first: int, last: int) -> bool:
        """Whether the notice of any year from `first` to `last` is missing."""
        return any(self.notice_for(year) is None for year in range(first, last + 1))

    def _ending(self, end: date, roll: bool) -> Due:
        if not roll:
            return Due(end, provisional=False)
        if self.is_working_day(end):
            return Due(end, self.is_provisional(end))
        rolled = self.add_working_days(end, 1)
        return Due(rolled.date, rolled.provisional or self.is_provisional(end))

    def _working_days_until(self, day: date) -> int:
        """How many working days of its year there are up to and including `day`."""
        return bisect_right(self._working_days_of(day.year), day.toordinal())

    def _working_days_of(self, year: int) -> tuple[int, ...]:
        if not date.min.year <= year <= date.max.year:
            raise OverflowError(f"a period that reaches into the year {year}")
        known = self._working.get(year)
        if known is None:
            known = self._working[year] = tuple(self._reckon(year))
        return known

    def _reckon(self, year: int) -> Iterator[int]:
        off: frozenset[date] = fixed_holidays(year) if self.notice_for(year) is None else frozenset()
        working: frozenset[date] = frozenset()
        # In the order of years: about the days of December, the later notice has the last word.
        for notice in self.notices:
            if notice.year in (year, year + 1):
                off = (off | notice.off_days) - notice.working_weekends
                working = (working | notice.working_weekends) - notice.off_days
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day in working or (day.weekday() < SATURDAY and day not in off):
                yield ordinal


def fixed_holidays(year: int) -> frozenset[date]:
    """The holidays of `year` whose date the law fixes: all that is known before the notice is out."""
    days = next(days for since, days in FIXED_HOLIDAYS if since <= year)
    return frozenset(date(year, month, day) for month, day in days)


def last_day_of_month(year: int, month: int) -> date:
    """The last day of a month from 1 to 12."""
    return date(year, month, monthrange(year, month)[1])


def read_notices(text: str) -> tuple[HolidayNotice, ...]:
    """The notices of a YAML text: a list of `year`, `citation` and `holidays`, ascending by year.

    `holidays` gives, under the name of each, `rest` (one day or the interval `2026-02-15/2026-02-23`, both ends off) and
    `work` (a list of weekend days on which offices work; may be absent). ValueError with the place of what is wrong.
    """
    entries = yaml.safe_load(text)
    if not isinstance(entries, list):
        raise ValueError("holiday notices: expected a list of years")
    notices = [_read_notice(entry, f"entry {number}") for number, entry in enumerate(entries, 1)]
    if len({notice.year for notice in notices}) < len(notices):
        raise ValueError("holiday notices: a year is given twice")
    return tuple(sorted(notices, key=lambda notice: notice.year))


def _read_notice(entry: Any, where: str) -> HolidayNotice:
    match entry:
        case {"year": int(year), "citation": str(citation), "holidays": dict(holidays), **others} if not others:
            pass
        case _:
            raise ValueError(f"holiday notices, {where}: expected exactly year, citation and holidays")
    off: set[date] = set()
    working: set[date] = set()
    for name, days in holidays.items():
        place = f"holiday notices, {year}, {name}"
        match days:
            case {"rest": span, **others} if others.keys() <= {"work"}:
                off |= _read_span(span, place)
                working |= {_read_day(day, place) for day in _read_list(others.get("work", []), place)}
            case _:
                raise ValueError(f"{place}: expected rest and perhaps work")
    return HolidayNotice(year, frozenset(off), frozenset(working), citation)


def _read_list(value: Any, place: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise ValueError(f"{place}: expected a list of working weekend days")


def _read_span(value: Any, place: str) -> set[date]:
    """One day, or both ends and all days between."""
    first, _, last = value.partition("/") if isinstance(value, str) else (value, "", "")
    begin = _read_day(first, place)
    end = _read_day(last, place) if last else begin
    if end < begin:
        raise ValueError(f"{place}: {value} ends before it begins")
    return {begin + timedelta(days=number) for number in range((end - begin).days + 1)}


def _read_day(value: Any, place: str) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{place}: {value!r} is no date like 2026-01-01") from None
