"""Somebody reports that what the scheme lists as a veto trigger has happened at a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assessment.events import SchemeId, TriggerId, TriggerReported
from services.assessment.refusals import (
    SCHEME_NOT_IN_FORCE,
    TEXT_MISSING,
    TRIGGER_DATE_INVALID,
    TRIGGER_NOT_IN_SCHEME,
    UNIT_NOT_UNDER_SCHEME,
)
from services.assessment.schemes import covers
from services.assessment.state import InForce, Scheme, Trigger
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText, UnitId


@dataclass(frozen=True, slots=True)
class ReportTrigger:
    """报告否决情形。Report that a veto trigger has happened at a unit.

    `code` is the trigger's in the scheme; `narrative` what happened, which may name people and is sealed.
    """

    trigger: TriggerId
    scheme: SchemeId
    unit: UnitId
    code: str
    happened_on: date
    narrative: PersonalText


def decide(
    command: ReportTrigger,
    trigger: Trigger | None,
    schemes: tuple[Scheme | None, ...],
    directory: Directory,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """It has no effect before the committee confirms it."""
    (scheme,) = schemes
    if not isinstance(scheme, InForce):
        return SCHEME_NOT_IN_FORCE.of()
    if not covers(scheme.units, directory, command.unit):
        return UNIT_NOT_UNDER_SCHEME.of()
    if all(rule.code != command.code for rule in scheme.provisions.triggers):
        return TRIGGER_NOT_IN_SCHEME.of(code=command.code[:60])
    if command.happened_on > moment.today or command.happened_on.year != scheme.year:
        return TRIGGER_DATE_INVALID.of(day=command.happened_on, year=scheme.year)
    if not command.narrative:
        return TEXT_MISSING.of(field="narrative", field_zh="情况说明")
    return [
        TriggerReported(
            command.trigger,
            command.scheme,
            command.unit,
            command.code,
            command.happened_on,
            command.narrative,
            actor,
        )
    ]
