"""A unit bears another name from a date on (更名)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.refusals import NOTHING_CHANGED, UNIT_DISSOLVED
from services.ledger.rules.dates import change_date_refused
from services.ledger.rules.texts import text_missing
from services.ledger.state import DissolvedUnit, LivingUnit, UnitSituation
from shared.directory import UnitRenamed
from shared.domain import Decision, Moment, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class RenameUnit:
    unit: UnitId
    name: PublicText
    valid_from: date
    short_name: PublicText | None = None


def decide(command: RenameUnit, unit: UnitSituation, moment: Moment) -> Decision:
    """What was signed under the old name stays so."""
    match unit:
        case DissolvedUnit():
            return UNIT_DISSOLVED.of(name=unit.name)
        case LivingUnit():
            pass
    if refused := text_missing(command.name, "name", "单位名称"):
        return refused
    if refused := change_date_refused(command.valid_from, unit.changed_on, moment):
        return refused
    if (command.name, command.short_name) == (unit.name, unit.short_name):
        return NOTHING_CHANGED.of()
    return [UnitRenamed(command.unit, command.name, command.short_name, command.valid_from)]
