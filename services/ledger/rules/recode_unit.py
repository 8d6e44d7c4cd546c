"""A unit bears other official codes from a date on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import CreditCodeTaken
from services.ledger.refusals import CREDIT_CODE_TAKEN, NOTHING_CHANGED, UNIT_DISSOLVED
from services.ledger.rules.dates import change_date_refused
from services.ledger.rules.official_codes import codes_refused
from services.ledger.state import DissolvedUnit, LivingUnit, Taken, UnitSituation
from shared.directory import UnitRecoded
from shared.domain import Decision, Event, Moment, UnitId


@dataclass(frozen=True, slots=True)
class RecodeUnit:
    """Both codes as they are from now on; None: the unit has none."""

    unit: UnitId
    division_code: str | None
    credit_code: str | None
    valid_from: date


def decide(
    command: RecodeUnit, unit: UnitSituation, credit_codes: tuple[Taken | None, ...], moment: Moment
) -> Decision:
    """A credit code that the unit bore before stays its own: it may come back, and nobody else gets it."""
    match unit:
        case DissolvedUnit():
            return UNIT_DISSOLVED.of(name=unit.name)
        case LivingUnit():
            pass
    if refused := codes_refused(command.division_code, command.credit_code):
        return refused
    if refused := change_date_refused(command.valid_from, unit.changed_on, moment):
        return refused
    if (command.division_code, command.credit_code) == (unit.division_code, unit.credit_code):
        return NOTHING_CHANGED.of()
    if any(taken and taken.by != unit.unit for taken in credit_codes):
        return CREDIT_CODE_TAKEN.of(credit_code=command.credit_code)
    events: list[Event] = [UnitRecoded(command.unit, command.division_code, command.credit_code, command.valid_from)]
    if command.credit_code and not any(credit_codes):
        events.append(CreditCodeTaken(command.credit_code, unit.unit))
    return events
