"""Counting in working days, over a list of them that the ledger's calendar gave."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date


class WorkDays:
    """The working days of a stretch of time. Whatever would lie outside the stretch becomes its first or last one."""

    def __init__(self, days: Iterable[date]) -> None:
        self._days = sorted(days)
        if not self._days:
            raise ValueError("no working day at all")

    @property
    def first(self) -> date:
        return self._days[0]

    @property
    def last(self) -> date:
        return self._days[-1]

    def __contains__(self, day: object) -> bool:
        return day in self._days

    def _at(self, index: int) -> date:
        return self._days[min(max(index, 0), len(self._days) - 1)]

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` (at least 1) working days after a date."""
        return self._at(bisect_right(self._days, day) + count - 1)

    def before(self, day: date, count: int) -> date:
        """The working day that is `count` (at least 1) working days before a date."""
        return self._at(bisect_left(self._days, day) - count)

    def up_to(self, day: date) -> date:
        """The date itself if it is a working day, else the last one before it."""
        return self._at(bisect_right(self._days, day) - 1)

    def between(self, first: date, last: date) -> list[date]:
        """The working days from `first` to `last`, both included."""
        return self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]

    def month_ends(self, first: date, last: date) -> list[date]:
        """The last working day of each month, as far as it lies from `first` to `last`, both included."""
        ends = {(day.year, day.month): day for day in self._days}
        return [day for day in sorted(ends.values()) if first <= day <= last]
