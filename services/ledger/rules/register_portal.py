"""A program of another system may do some things from now on (接入平台)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.ledger.refusals import PORTAL_INVALID, PORTAL_REGISTERED, SCOPES_MISSING, UNIT_DISSOLVED, UNIT_UNKNOWN
from services.ledger.rules.texts import text_missing
from services.ledger.state import DissolvedUnit, LivingUnit, PortalSituation, RegisteredPortal, UnitSituation
from shared.directory import PortalId, PortalRegistered, Scope
from shared.domain import Decision, PublicText, UnitId

_CLIENT = re.compile(r"[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True, slots=True)
class RegisterPortal:
    """`portal` is the client as its `issuer` calls it, `unit` who answers for it. Its tokens name it as `client_id` or
    `azp`; `subject` is what their `sub` says: the client itself (RFC 9068), unless another is given."""

    portal: PortalId
    unit: UnitId
    name: PublicText
    issuer: str
    scopes: tuple[Scope, ...]
    subject: str | None = None


def decide(
    command: RegisterPortal, portal: PortalSituation | None, units: tuple[UnitSituation | None, ...]
) -> Decision:
    """A client stands for one portal. What its tokens do not say too, it may not do either."""
    if not _CLIENT.fullmatch(command.portal):
        return PORTAL_INVALID.of(portal=command.portal[:80])
    match portal:
        case RegisteredPortal():
            return PORTAL_REGISTERED.of(portal=command.portal)
        case _:
            pass
    match units[0]:
        case None:
            return UNIT_UNKNOWN.of(unit=command.unit)
        case DissolvedUnit() as gone:
            return UNIT_DISSOLVED.of(name=gone.name)
        case LivingUnit():
            pass
    if refused := text_missing(command.name, "name", "平台名称") or text_missing(command.issuer, "issuer", "签发机构"):
        return refused
    if not command.scopes or len(set(command.scopes)) != len(command.scopes):
        return SCOPES_MISSING.of()
    subject = command.subject or command.portal
    return [PortalRegistered(command.portal, command.unit, command.name, command.issuer, subject, command.scopes)]
