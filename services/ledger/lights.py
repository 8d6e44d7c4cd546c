"""The light of a task (任务亮灯): green, yellow or red, reckoned as dates so that nothing has to be counted day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, Literal

from shared.calendar import WorkCalendar

Light = Literal["green", "yellow", "red"]

YELLOW_WORKING_DAYS_LEFT: Final = 3
"""A task turns yellow when this many working days are left: due on 2026-05-21, on 05-18."""


def yellow_from(issued: date, due: date, percent: Decimal, calendar: WorkCalendar) -> date:
    """The first date on which the light of a task that stands at `percent` is yellow, were it never reported on again.

    It is the earlier of two dates, and not before `issued`:

    - the first at whose end no more than `YELLOW_WORKING_DAYS_LEFT` working days are left until and including `due`,
      whatever the percentage;
    - the first at whose end `percent` is below the elapsed share of the working days. Those of the task are the
      working days after `issued` up to and including `due`; elapsed on a date are those after `issued` up to and
      including that date; the share is elapsed / all of them · 100, compared exactly. A task that stands at 0 is
      therefore yellow from the first working day after it was issued. A task without any working day has no share.

    Higher percentages, later due dates and later dates of issue never give an earlier date. With a provisional year in
    between the date is provisional too. ValueError unless `percent` lies from 0 to 100.
    """
    if not 0 <= percent <= 100:
        raise ValueError(f"a percentage of {percent}")
    by_days_left = calendar.first_day_with_left(due, YELLOW_WORKING_DAYS_LEFT).date
    working_days = calendar.working_days_between(issued, due)
    if working_days <= 0 or percent == 100:
        return max(issued, by_days_left)
    covered_working_days = int(percent * working_days // 100)
    by_share = calendar.add_working_days(issued, covered_working_days + 1).date
    return max(issued, min(by_days_left, by_share))


def light(today: date, yellow_from: date, due: date) -> Light:
    """The light on a date: red from the day after `due`, yellow from `yellow_from`, green before.

    For tasks that are running; one that is finished, cancelled or suspended has no light.
    """
    if today > due:
        return "red"
    return "yellow" if today >= yellow_from else "green"
