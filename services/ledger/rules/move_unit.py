"""A unit has another parent or place in the list from a date on (划转)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.refusals import (
    LEVEL_ABOVE_PARENT,
    NOTHING_CHANGED,
    ORDER_INVALID,
    ROOT_NEEDS_ADMINISTRATOR,
    UNIT_BELOW_ITSELF,
    UNIT_DISSOLVED,
    UNIT_UNKNOWN,
)
from services.ledger.rules.dates import change_date_refused
from services.ledger.rules.powers import is_administrator, out_of_reach
from services.ledger.rules.unit_tree import LAST_IN_ORDER, rank
from services.ledger.state import DissolvedUnit, LivingUnit, UnitSituation
from shared.directory import Directory, UnitMoved
from shared.domain import Actor, Decision, Moment, UnitId


@dataclass(frozen=True, slots=True)
class MoveUnit:
    """`parent` None makes it a topmost unit; `order` is its place in lists (机构序)."""

    unit: UnitId
    parent: UnitId | None
    order: int
    valid_from: date


def decide(
    command: MoveUnit,
    unit: UnitSituation,
    parents: tuple[UnitSituation | None, ...],
    actor: Actor,
    directory: Directory,
    moment: Moment,
) -> Decision:
    """The tree stays a tree, and both ends of the move are within the actor's reach."""
    match unit:
        case DissolvedUnit():
            return UNIT_DISSOLVED.of(name=unit.name)
        case LivingUnit():
            pass
    if refused := change_date_refused(command.valid_from, unit.changed_on, moment):
        return refused
    if not 0 <= command.order <= LAST_IN_ORDER:
        return ORDER_INVALID.of()
    if (command.parent, command.order) == (unit.parent, unit.order):
        return NOTHING_CHANGED.of()
    if command.parent != unit.parent:
        if command.parent is None:
            if not is_administrator(actor, directory):
                return ROOT_NEEDS_ADMINISTRATOR.of()
        elif directory.is_within(command.parent, unit.unit):
            return UNIT_BELOW_ITSELF.of()
        elif refused := out_of_reach(actor, directory, command.parent):
            return refused
    for parent in parents:
        match parent:
            case None:
                return UNIT_UNKNOWN.of(unit=command.parent)
            case DissolvedUnit():
                return UNIT_DISSOLVED.of(name=parent.name)
            case LivingUnit() if rank(unit.level) < rank(parent.level):
                return LEVEL_ABOVE_PARENT.of(parent=parent.name)
            case LivingUnit():
                pass
    return [UnitMoved(command.unit, command.parent, command.order, command.valid_from)]
