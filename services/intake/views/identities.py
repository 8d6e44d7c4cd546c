"""Who reported? Sealed; opened only for whoever gave a reason, on the day on which they gave it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.intake.events import (
    ComplaintId,
    DisclosureId,
    DisclosureReasoned,
    ReporterIdentityDisclosed,
    ReporterNamed,
)
from services.intake.views.paging import page_size
from services.intake.views.reports import REPORTS
from shared.directory import Role
from shared.domain import PersonalText, PersonId
from shared.facts import Fact
from shared.keys import Place
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

DISCLOSURE_READERS: tuple[Role, ...] = ("privacy-officer", "auditor")
"""Who reads that identities were opened, by whom and why."""


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """Who reported, sealed to the place of `event`."""

    complaint: ComplaintId
    reporter: PersonId
    name: PersonalText
    identity_number: PersonalText | None
    phone: PersonalText | None
    address: PersonalText | None
    event: UUID


def _route_identity(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.complaint,)]


def _evolve_identity(row: IdentityRow | None, fact: Fact, refs: References) -> IdentityRow | None:
    match fact.event:
        case ReporterNamed() as event:
            return IdentityRow(
                event.complaint,
                event.reporter,
                event.name,
                event.identity_number,
                event.phone,
                event.address,
                fact.event_id,
            )
    raise TypeError(fact.type)


IDENTITIES: View[IdentityRow] = View(
    name="identities",
    version=1,
    row=IdentityRow,
    key=("complaint",),
    events=(ReporterNamed,),
    route=_route_identity,
    evolve=_evolve_identity,
)


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """An opening of an identity. `event` is where the reason is sealed to."""

    disclosure: DisclosureId
    complaint: ComplaintId
    disclosed_on: date
    by: str
    reason: PersonalText | None
    event: UUID | None


def _route_disclosure(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.disclosure,)]


def _evolve_disclosure(row: DisclosureRow | None, fact: Fact, refs: References) -> DisclosureRow | None:
    match fact.event:
        case ReporterIdentityDisclosed() as event:
            return DisclosureRow(event.disclosure, event.complaint, event.disclosed_on, event.by.subject, None, None)
        case DisclosureReasoned(reason=reason) if row is not None:
            return DisclosureRow(row.disclosure, row.complaint, row.disclosed_on, row.by, reason, fact.event_id)
    raise TypeError(fact.type)


DISCLOSURES: View[DisclosureRow] = View(
    name="disclosures",
    version=1,
    row=DisclosureRow,
    key=("disclosure",),
    events=(ReporterIdentityDisclosed, DisclosureReasoned),
    route=_route_disclosure,
    evolve=_evolve_disclosure,
    indexes=(("complaint",),),
)


@dataclass(frozen=True, slots=True)
class DisclosuresOf:
    """身份公开记录。Every opening of a reporter's identity: by whom, when and why. `complaint` limits the list."""

    complaint: ComplaintId | None = None
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class DisclosureAnswer:
    """One opening, without its reason."""

    disclosure: DisclosureId
    complaint: ComplaintId
    disclosed_on: date
    by: str


def _may_see(reading: Reading) -> sa.ColumnElement[bool]:
    """The openings about reports whose receiving body the asker reaches."""
    reports = table_of(REPORTS)
    seen = sa.select(reports.c.complaint).where(reading.visible(reports.c.received_by, DISCLOSURE_READERS))
    return table_of(DISCLOSURES).c.complaint.in_(seen)


async def list_disclosures(reading: Reading, params: DisclosuresOf) -> Page[DisclosureAnswer]:
    table = table_of(DISCLOSURES)
    where = [_may_see(reading)]
    if params.complaint is not None:
        where.append(table.c.complaint == params.complaint)
    order = Order((table.c.disclosed_on, table.c.disclosure), (True, False))
    return await reading.page(
        DISCLOSURES,
        *where,
        order=order,
        limit=page_size(params.limit),
        cursor=params.after,
        item=lambda row: DisclosureAnswer(row.disclosure, row.complaint, row.disclosed_on, row.by),
    )


@dataclass(frozen=True, slots=True)
class OneDisclosure:
    """一次身份公开。One opening with its reason; who gave the reason reads the identity too, on that day alone."""

    disclosure: DisclosureId


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The opening and its reason. `identity` is None for everybody but who opened it, after that day, and once erased."""

    disclosure: DisclosureId
    complaint: ComplaintId
    disclosed_on: date
    by: str
    reason: str | None
    identity: Identity | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who reported. None where nothing was given."""

    name: str
    identity_number: str | None
    phone: str | None
    address: str | None


async def one_disclosure(reading: Reading, params: OneDisclosure) -> Disclosed | None:
    table = table_of(DISCLOSURES)
    rows = await reading.rows(DISCLOSURES, table.c.disclosure == params.disclosure, _may_see(reading))
    if not rows or reading.keys is None:
        return None
    (row,) = rows
    reason = None
    if row.reason is not None and row.event is not None:
        place = Place(reading.log.id, f"disclosure/{row.disclosure}", row.event, "reason")
        (reason,) = await reading.keys.open_all([(row.reason, place)])
    theirs = row.by == reading.who.person and row.disclosed_on == reading.moment.today
    identity = await _identity(reading, row.complaint) if theirs else None
    return Disclosed(row.disclosure, row.complaint, row.disclosed_on, row.by, reason, identity)


async def _identity(reading: Reading, complaint: ComplaintId) -> Identity | None:
    row = await reading.one(IDENTITIES, complaint)
    if row is None or reading.keys is None:
        return None
    fields = ("name", "identity_number", "phone", "address")
    texts = {field: text for field in fields if (text := getattr(row, field)) is not None}
    places = [Place(reading.log.id, f"complaint/{complaint}", row.event, field) for field in texts]
    opened = dict(zip(texts, await reading.keys.open_all(list(zip(texts.values(), places, strict=True))), strict=True))
    if (name := opened.get("name")) is None:
        return None
    return Identity(name, opened.get("identity_number"), opened.get("phone"), opened.get("address"))


async def reporter_erased(reading: Reading, complaint: str) -> bool:
    """Whether the key of who reported is destroyed."""
    row = await reading.one(IDENTITIES, complaint)
    return row is not None and await reading.log.version(f"erasure/person/{row.reporter}") > 0
