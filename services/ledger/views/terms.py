"""Which limits, periods and rates are valid on a date, and on what paper?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class ListTerms:
    """限额、期限与标准。What is valid on `on`, by default today; everybody may know."""

    on: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """一项限额、期限或标准。`value` is a number of `unit` or a word; `reference` the article it comes from."""

    term: str
    value: str
    unit: str
    valid_from: date
    reference: str


@dataclass(frozen=True, slots=True)
class Terms:
    """某日有效的限额、期限与标准。In the order of their names, without those that begin later."""

    on: date
    terms: tuple[Term, ...]


async def list_terms(reading: Reading, params: ListTerms) -> Terms:
    on = params.on or reading.moment.today
    known = reading.refs.terms
    begun = [name for name, values in sorted(known.values.items()) if any(value.valid_from <= on for value in values)]
    valid = [known.on(name, on) for name in begun]
    return Terms(on, tuple(Term(one.term, one.value, one.unit, one.valid_from, one.reference) for one in valid))
