"""At the end of a half-year the substantiated complaints of a class against a unit are counted. The system alone does this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import Category, ComplaintEvidenceCounted, ComplaintEvidenceWithheld
from services.complaints.refusals import COUNTED_ALREADY, NOTHING_TO_COUNT
from services.complaints.state import CountedEvidence, Uncounted
from shared.domain import Decision, On, UnitId
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class CountEvidence:
    """`period_to` is the last day of the half-year."""

    unit: UnitId
    category: Category
    period_to: date


def decide(command: CountEvidence, counted: CountedEvidence | None, uncounted: Uncounted, terms: Terms) -> Decision:
    """Only a class and a count leave, and only from the minimum cell on; fewer wait for the next half-year's end."""
    if counted is not None:
        return COUNTED_ALREADY.of()
    if uncounted.count == 0:
        return NOTHING_TO_COUNT.of()
    minimum = terms.whole("minimum-cell", command.period_to)
    if uncounted.count < minimum:
        return [ComplaintEvidenceWithheld(command.unit, command.category, command.period_to, minimum)]
    told = ComplaintEvidenceCounted(
        command.unit, command.category, uncounted.since, command.period_to, uncounted.count, minimum
    )
    return [On(command.period_to, told)]
