"""A standing authorisation ends."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import AuthorisationRevoked, Instrument
from services.notifications.refusals import AUTHORISATION_NONE
from services.notifications.state import Authorisation
from shared.domain import Actor, Decision, UnitId


@dataclass(frozen=True, slots=True)
class RevokeAuthorisation:
    """撤销常设授权。From now on every letter of this kind waits for its signature."""

    unit: UnitId
    instrument: Instrument


def decide(command: RevokeAuthorisation, given: Authorisation | None, actor: Actor) -> Decision:
    if given is None or not given.given:
        return AUTHORISATION_NONE.of()
    return [AuthorisationRevoked(command.unit, command.instrument, actor)]
