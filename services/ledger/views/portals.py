"""Which programs of other systems may do what, and on whose word?"""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.views.listing import unit_name
from shared.directory import PortalId, Role, Scope
from shared.domain import PublicText, UnitId
from shared.views.reading import Reading

READERS: tuple[Role, ...] = ("administrator", "auditor")


@dataclass(frozen=True, slots=True)
class ListPortals:
    """接入平台清单。Portals of the units that the asker reaches."""


@dataclass(frozen=True, slots=True)
class Portal:
    """一个接入平台。`portal` is the client as its issuer calls it. No scopes: it is revoked."""

    portal: PortalId
    unit: UnitId
    unit_name: str
    name: PublicText
    issuer: str
    subject: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Portals:
    """接入平台。By their clients."""

    items: tuple[Portal, ...]


async def list_portals(reading: Reading, params: ListPortals) -> Portals:
    directory = reading.refs.directory
    return Portals(
        tuple(
            Portal(p.id, p.unit, unit_name(reading, p.unit), p.name, p.issuer, p.subject, p.scopes)
            for _, p in sorted(directory.portals.items())
            if directory.acting(reading.who, READERS, p.unit)
        )
    )
