"""A round of assessment (年中、年终考核) is held under a scheme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assessment.events import RoundKind, RoundOpened, SchemeId
from services.assessment.refusals import PERIOD_BACKWARDS, PERIOD_OUTSIDE_YEAR, ROUND_HELD, SCHEME_NOT_IN_FORCE
from services.assessment.state import InForce, Round, Scheme
from shared.domain import Actor, Decision, UnitId


@dataclass(frozen=True, slots=True)
class OpenRound:
    """开展考核。Open a mid-year or year-end round.

    `unit` is the division of the scheme; the period lies within the scheme's year, both days included.
    """

    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    period_from: date
    period_to: date


def decide(command: OpenRound, round_: Round | None, schemes: tuple[Scheme | None, ...], actor: Actor) -> Decision:
    """Each kind of round is held once under a scheme that is in force."""
    (scheme,) = schemes
    if not isinstance(scheme, InForce) or scheme.unit != command.unit:
        return SCHEME_NOT_IN_FORCE.of()
    if round_ is not None:
        return ROUND_HELD.of()
    first, last = command.period_from, command.period_to
    if first > last:
        return PERIOD_BACKWARDS.of(from_=first, to=last)
    if first.year != scheme.year or last.year != scheme.year:
        return PERIOD_OUTSIDE_YEAR.of(from_=first, to=last, year=scheme.year)
    return [RoundOpened(command.scheme, command.kind, scheme.unit, first, last, actor)]
