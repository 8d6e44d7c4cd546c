"""A unit (机构) exists from a date on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import CreditCodeTaken, UnitCodeTaken
from services.ledger.refusals import (
    CREDIT_CODE_TAKEN,
    DATE_IN_FUTURE,
    LEVEL_ABOVE_PARENT,
    ORDER_INVALID,
    ROOT_NEEDS_ADMINISTRATOR,
    UNIT_CODE_TAKEN,
    UNIT_DISSOLVED,
    UNIT_UNKNOWN,
)
from services.ledger.rules.official_codes import codes_refused
from services.ledger.rules.powers import is_administrator
from services.ledger.rules.texts import number_invalid, text_missing
from services.ledger.rules.unit_tree import LAST_IN_ORDER, rank
from services.ledger.state import DissolvedUnit, LivingUnit, Taken, UnitSituation
from shared.directory import Directory, Level, UnitKind, UnitRegistered
from shared.domain import Actor, Decision, Event, Moment, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class RegisterUnit:
    """`unit` is allotted; `code` is the office's own number for it; `order` its place in lists (机构序)."""

    unit: UnitId
    code: str
    name: PublicText
    kind: UnitKind
    level: Level
    order: int
    valid_from: date
    parent: UnitId | None = None
    short_name: PublicText | None = None
    division_code: str | None = None
    credit_code: str | None = None


def decide(
    command: RegisterUnit,
    state: None,
    unit_codes: tuple[Taken | None, ...],
    credit_codes: tuple[Taken | None, ...],
    parents: tuple[UnitSituation | None, ...],
    actor: Actor,
    directory: Directory,
    moment: Moment,
) -> Decision:
    """Codes well-formed and in nobody's use; the parent exists and is of no lower level."""
    if refused := (
        number_invalid(command.code)
        or text_missing(command.name, "name", "单位名称")
        or codes_refused(command.division_code, command.credit_code)
    ):
        return refused
    if command.valid_from > moment.today:
        return DATE_IN_FUTURE.of(day=command.valid_from, today=moment.today)
    if not 0 <= command.order <= LAST_IN_ORDER:
        return ORDER_INVALID.of()
    if any(unit_codes):
        return UNIT_CODE_TAKEN.of(code=command.code)
    if any(credit_codes):
        return CREDIT_CODE_TAKEN.of(credit_code=command.credit_code)
    if command.parent is None and not is_administrator(actor, directory):
        return ROOT_NEEDS_ADMINISTRATOR.of()
    for parent in parents:
        match parent:
            case None:
                return UNIT_UNKNOWN.of(unit=command.parent)
            case DissolvedUnit():
                return UNIT_DISSOLVED.of(name=parent.name)
            case LivingUnit() if rank(command.level) < rank(parent.level):
                return LEVEL_ABOVE_PARENT.of(parent=parent.name)
            case LivingUnit():
                pass

    events: list[Event] = [
        UnitRegistered(
            unit=command.unit,
            code=command.code,
            name=command.name,
            short_name=command.short_name,
            kind=command.kind,
            level=command.level,
            parent=command.parent,
            order=command.order,
            division_code=command.division_code,
            credit_code=command.credit_code,
            valid_from=command.valid_from,
        ),
        UnitCodeTaken(command.code, command.unit),
    ]
    if command.credit_code:
        events.append(CreditCodeTaken(command.credit_code, command.unit))
    return events
