"""A scheme of assessment is drawn up for a year and a class of comparable units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.assessment.events import (
    Indicator,
    Provisions,
    SchemeDrafted,
    SchemeId,
    TriggerRule,
    UnitClass,
    VetoTiming,
)
from services.assessment.refusals import CLASS_EMPTY, OUT_OF_REACH, YEAR_OUT_OF_RANGE
from services.assessment.rules.provisions import fault
from services.assessment.rules.texts import text_missing
from services.assessment.state import Scheme
from shared.directory import Directory
from shared.domain import Decision, PublicText, UnitId
from shared.references import Terms

PASS_LINE = "pass-line"  # noqa: S105 — the name of a term
"""The term that gives the pass line where a scheme names none, in points."""


@dataclass(frozen=True, slots=True)
class DraftScheme:
    """拟订考核办法。Draw up a scheme for a year and a class of comparable units.

    `unit` is the division for which it is made; `pass_line` None takes the term valid on the first day of the year.
    """

    scheme: SchemeId
    unit: UnitId
    year: int
    units: UnitClass
    title: PublicText
    indicators: tuple[Indicator, ...]
    veto_basis: PublicText
    triggers: tuple[TriggerRule, ...] = ()
    pass_line: Decimal | None = None
    veto_timing: VetoTiming = "at-close"
    ranking: bool = False


def decide(command: DraftScheme, scheme: Scheme | None, directory: Directory, terms: Terms) -> Decision:
    """The tree must be whole before anybody adopts it: weights of exactly 100, a source and a clause for every leaf."""
    if not 2000 <= command.year <= 2200:
        return YEAR_OUT_OF_RANGE.of(year=command.year)
    units = command.units
    if refused := text_missing(units.name, "units.name", "考核对象"):
        return refused
    if not units.levels or not units.kinds:
        return CLASS_EMPTY.of(name=units.name)
    if units.root not in directory.units or not directory.is_within(units.root, command.unit):
        return OUT_OF_REACH.of(unit=units.root)
    line = command.pass_line
    provisions = Provisions(
        command.title,
        command.indicators,
        terms.decimal(PASS_LINE, date(command.year, 1, 1)) if line is None else line,
        command.veto_timing,
        command.veto_basis,
        command.triggers,
        command.ranking,
    )
    if refused := fault(provisions):
        return refused
    return [SchemeDrafted(command.scheme, command.unit, command.year, units, provisions)]
