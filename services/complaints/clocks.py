"""The clocks of the field: how long a step may take, by which rule, and when that ends. Pure.

A clock's limit is a dated term `clock/<code>` whose unit is one of `working days`, `calendar days` and `months`; so is the
rule that a period ending on a day off ends on the next working day. What is due in a year whose holiday notice is not out
is provisional, and reckoned anew when the notice comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.calendar import Due, WorkCalendar
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class Clock:
    """When a step must be done: the last day, by which limit, of which unit and from which source."""

    code: str
    started_on: date
    due: date
    provisional: bool
    limit: int
    unit: str
    citation: str


def started(code: str, on: date, terms: Terms, calendar: WorkCalendar, *, more_days: int = 0) -> Clock:
    """The clock of a step that starts on a day, which is not counted itself. `more_days` calendar days are added first.

    KeyError for a code that has no term; ValueError for a unit that nobody can reckon in.
    """
    term = terms.on(f"clock/{code}", on)
    limit = int(term.value)
    due = _due(on, limit, term.unit, more_days, terms.words("rest-day-roll", on) == "yes", calendar)
    return Clock(code, on, due.date, due.provisional, limit, term.unit, term.reference)


def _due(on: date, limit: int, unit: str, more_days: int, roll: bool, calendar: WorkCalendar) -> Due:
    match unit:
        case "working days":
            return calendar.add_working_days(on, limit)
        case "calendar days":
            return calendar.add_calendar_days(on, limit + more_days, roll)
        case "months":
            return calendar.add_months(on, limit, roll)
    raise ValueError(f"a clock in {unit}")
