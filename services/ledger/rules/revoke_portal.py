"""A program of another system may do nothing any more."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.refusals import PORTAL_REVOKED, REASON_MISSING
from services.ledger.rules.texts import is_blank
from services.ledger.state import PortalSituation, RegisteredPortal, RevokedPortal
from shared.directory import PortalId, PortalRevoked
from shared.domain import Decision, PublicText


@dataclass(frozen=True, slots=True)
class RevokePortal:
    portal: PortalId
    reason: PublicText


def decide(command: RevokePortal, portal: PortalSituation) -> Decision:
    """At once, for every token that it still holds."""
    match portal:
        case RevokedPortal():
            return PORTAL_REVOKED.of()
        case RegisteredPortal():
            pass
    if is_blank(command.reason):
        return REASON_MISSING.of()
    return [PortalRevoked(command.portal, command.reason)]
