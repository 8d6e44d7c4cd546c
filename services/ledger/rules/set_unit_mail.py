"""Where a unit is told by e-mail that there is something to read."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import UnitMailSet
from services.ledger.refusals import UNIT_DISSOLVED
from services.ledger.rules.mail import mail_invalid
from services.ledger.state import DissolvedUnit, LivingUnit, UnitSituation
from shared.domain import Decision, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class SetUnitMail:
    """An address of the office. Without `mail`: nowhere any more."""

    unit: UnitId
    mail: PublicText | None = None


def decide(command: SetUnitMail, unit: UnitSituation) -> Decision:
    match unit:
        case DissolvedUnit():
            return UNIT_DISSOLVED.of(name=unit.name)
        case LivingUnit():
            pass
    if command.mail is not None and (refused := mail_invalid(command.mail)):
        return refused
    return [UnitMailSet(command.unit, command.mail)]
