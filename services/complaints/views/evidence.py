"""How many complaints of a class were substantiated against a unit, and not told of yet? What the half-year's count acts on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.complaints.events import ComplaintEvidenceCounted, ComplaintEvidenceWithheld, PetitionConcluded
from services.complaints.rules.count_evidence import CountEvidence
from services.complaints.state import Uncounted
from services.intake.events import Category
from shared.domain import UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Deadline, Key, View
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """`waiting` are the days on which those were concluded that nobody was told of; `period_to` the half-year's end at which
    they are counted, `acts_on` the day after it."""

    unit: UnitId
    category: Category
    waiting: tuple[date, ...]
    told: int
    period_to: date
    acts_on: date | None
    known_on: date


def half_year_end(day: date) -> date:
    """The last day of the half-year in which a day lies."""
    return date(day.year, 6, 30) if day.month <= 6 else date(day.year, 12, 31)


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    event = fact.event
    if isinstance(event, PetitionConcluded):
        return [(event.about_unit, event.category)] if event.substantiated and not fact.history else []
    return [(event.unit, event.category)]


def _evolve(row: EvidenceRow | None, fact: Fact, refs: References) -> EvidenceRow | None:
    match fact.event:
        case PetitionConcluded() as event:
            end = half_year_end(event.concluded_on)
            if row is None:
                return _waiting(
                    EvidenceRow(
                        event.about_unit, event.category, (event.concluded_on,), 0, end, None, event.concluded_on
                    )
                )
            if not row.waiting:
                row = replace(row, period_to=end, known_on=event.concluded_on)
            return _waiting(replace(row, waiting=(*row.waiting, event.concluded_on)))
        case ComplaintEvidenceCounted() as counted if row is not None:
            left = tuple(day for day in row.waiting if day > counted.period_to)
            after = half_year_end(counted.period_to + timedelta(days=1))
            return _waiting(replace(row, waiting=left, told=row.told + counted.count, period_to=after))
        case ComplaintEvidenceWithheld() as withheld if row is not None:
            return _waiting(replace(row, period_to=half_year_end(withheld.period_to + timedelta(days=1))))
    raise TypeError(fact.type)


def _waiting(row: EvidenceRow) -> EvidenceRow:
    return replace(row, acts_on=row.period_to + timedelta(days=1) if row.waiting else None)


EVIDENCE: View[EvidenceRow] = View(
    name="evidence",
    version=1,
    row=EvidenceRow,
    key=("unit", "category"),
    events=(PetitionConcluded, ComplaintEvidenceCounted, ComplaintEvidenceWithheld),
    route=_route,
    evolve=_evolve,
)


def _count(row: EvidenceRow) -> CountEvidence:
    return CountEvidence(row.unit, row.category, row.period_to)


COUNT_EVIDENCE: Deadline[EvidenceRow] = Deadline("count-evidence", EVIDENCE, _count)
"""On the day after each half-year."""


async def uncounted(reading: Reading, command: CountEvidence, counted: Any) -> Uncounted:
    """What waits up to the half-year's end."""
    row = await reading.one(EVIDENCE, command.unit, command.category)
    days = [day for day in (row.waiting if row is not None else ()) if day <= command.period_to]
    return Uncounted(len(days), min(days, default=command.period_to))
