"""From when a change may be valid, and when what is recorded today happened."""

from __future__ import annotations

from datetime import date

from services.ledger.refusals import DATE_BEFORE_LAST_CHANGE, DATE_IN_FUTURE
from shared.domain import Event, Moment, On, Refused


def change_date_refused(day: date, changed_on: date, moment: Moment) -> Refused | None:
    """A change of a unit is recorded once it is in force, and in the order in which changes came into force."""
    if day > moment.today:
        return DATE_IN_FUTURE.of(day=day, today=moment.today)
    return DATE_BEFORE_LAST_CHANGE.of(day=day, last=changed_on) if day < changed_on else None


def occurring(day: date, moment: Moment, *events: Event) -> tuple[Event | On, ...]:
    """The events, dated to the day on which they happened when that was before today."""
    return events if day >= moment.today else tuple(On(day, event) for event in events)
