"""A unit ends after a date and names its successor (撤销)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.refusals import (
    SUCCESSOR_INVALID,
    SUCCESSOR_MISSING,
    UNIT_DISSOLVED,
    UNIT_HAS_SUBUNITS,
    UNIT_UNKNOWN,
)
from services.ledger.rules.dates import change_date_refused
from services.ledger.state import DissolvedUnit, LivingUnit, UnitSituation
from shared.directory import Directory, UnitDissolved
from shared.domain import Decision, Moment, UnitId


@dataclass(frozen=True, slots=True)
class DissolveUnit:
    """`valid_to` is its last day. A successor is required; without one the refusal says so."""

    unit: UnitId
    valid_to: date
    successor: UnitId | None = None


def decide(
    command: DissolveUnit,
    unit: UnitSituation,
    successors: tuple[UnitSituation | None, ...],
    directory: Directory,
    moment: Moment,
) -> Decision:
    """Nothing hangs below it any more, and somebody takes over what is open."""
    match unit:
        case DissolvedUnit():
            return UNIT_DISSOLVED.of(name=unit.name)
        case LivingUnit():
            pass
    if refused := change_date_refused(command.valid_to, unit.changed_on, moment):
        return refused
    if command.successor is None:
        return SUCCESSOR_MISSING.of()
    if directory.is_within(command.successor, unit.unit):
        return SUCCESSOR_INVALID.of()
    for successor in successors:
        match successor:
            case None:
                return UNIT_UNKNOWN.of(unit=command.successor)
            case DissolvedUnit():
                return UNIT_DISSOLVED.of(name=successor.name)
            case LivingUnit():
                pass
    below = [other for other in directory.below(unit.unit) if other != unit.unit]
    if count := sum(directory.units[other].valid_to is None for other in below):
        return UNIT_HAS_SUBUNITS.of(count=count)
    return [UnitDissolved(command.unit, command.successor, command.valid_to)]
