"""Who had signed or endorsed this, on that date?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa

from services.ledger.events import ClaimSigned, CommitmentMade, Endorsed, LetterSigned, OpinionGiven
from services.ledger.views.listing import USUAL_ITEMS, length, post_title, unit_name
from services.ledger.views.people import ERASED, UNSEEN, names_of
from shared.directory import Role
from shared.domain import Actor, PersonalText, PersonId, PostId, PublicText, UnitId
from shared.facts import Fact
from shared.keys import Place
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

SignatureKind = Literal["letter-giver", "letter-taker", "claim", "endorsement", "commitment"]
"""责任书（交办方）、责任书（承接方）、认领书、背书、承诺."""

SignatureKey = tuple[str, str, str, int]
"""Subject, kind, person and version."""

OPINION_READERS: tuple[Role, ...] = ("coordinator", "unit-head", "committee", "auditor")


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """One signature. `subject` is the stream of what was signed, such as `task/…`, `version` which version of it.

    `person` is in whose name it was signed; `signed_by` who did, when somebody acted on that person's behalf.
    """

    subject: str
    kind: SignatureKind
    person: PersonId
    version: int
    unit: UnitId
    post: PostId | None
    signed_by: PersonId | None
    hash: str
    basis: PublicText
    signed_on: date
    opinion: PersonalText | None
    opinion_in: UUID | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [_key(fact.event)]


def _key(event: Any) -> Key:
    match event:
        case LetterSigned():
            return (f"letter/{event.letter}", f"letter-{event.side}", _signer(event.by), event.version)
        case ClaimSigned():
            return (f"task/{event.task}", "claim", _signer(event.by), event.version)
        case Endorsed():
            return (event.subject, "endorsement", _signer(event.by), event.version)
        case OpinionGiven():
            return (event.subject, "endorsement", event.person, event.version)
        case CommitmentMade():
            return (f"commitment/{event.commitment}", "commitment", _signer(event.by), 1)
        case _:
            raise TypeError(type(event).__name__)


def _signer(by: Actor) -> PersonId:
    return by.on_behalf or PersonId(by.subject)


def _evolve(row: SignatureRow | None, fact: Fact, refs: References) -> SignatureRow | None:
    event = fact.event
    if isinstance(event, OpinionGiven):
        if row is None:
            raise LookupError("an opinion without its endorsement")
        return replace(row, opinion=event.opinion, opinion_in=fact.event_id)
    subject, kind, person, version = _key(event)
    return SignatureRow(
        subject=subject,
        kind=kind,
        person=person,
        version=version,
        unit=event.unit,
        post=event.by.post,
        signed_by=PersonId(event.by.subject) if event.by.on_behalf else None,
        hash=event.hash,
        basis=event.basis,
        signed_on=event.made_on if isinstance(event, CommitmentMade) else event.signed_on,
        opinion=None,
        opinion_in=None,
    )


SIGNATURES: View[SignatureRow] = View(
    name="signatures",
    version=1,
    row=SignatureRow,
    key=("subject", "kind", "person", "version"),
    events=(LetterSigned, ClaimSigned, Endorsed, OpinionGiven, CommitmentMade),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("person",)),
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """一次签字背书。A signature under exactly one version of what was signed, named by the hash of its text.

    `person` signed, or `signed_by` on that person's behalf; `post` is the post held then. `opinion` is told to the
    signer and to heads, coordinators, committee and auditors who may see the unit; otherwise why not, in brackets.
    """

    subject: str
    kind: SignatureKind
    version: int
    hash: str
    unit: UnitId
    unit_name: str
    person: PersonId
    name: str
    post: PostId | None
    post_title: str | None
    signed_by: PersonId | None
    signed_by_name: str | None
    basis: PublicText
    signed_on: date
    opinion: str | None


@dataclass(frozen=True, slots=True)
class ListSignatures:
    """签字背书清单。Signatures in units that the asker may see, in the order of what was signed.

    `subject` is a stream such as `task/…`, `plan/…`, `letter/…` or `commitment/…`; `version` limits to one version of
    it. `on` answers who had signed by the end of that date. `limit` is at most 1000.
    """

    subject: str | None = None
    version: int | None = None
    on: date | None = None
    person: PersonId | None = None
    unit: UnitId | None = None
    kind: SignatureKind | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


async def list_signatures(reading: Reading, params: ListSignatures) -> Page[Signature]:
    table = table_of(SIGNATURES)
    where = [may_see(reading)]
    equal = (
        (table.c.subject, params.subject),
        (table.c.version, params.version),
        (table.c.person, params.person),
        (table.c.unit, params.unit),
        (table.c.kind, params.kind),
    )
    where += [column == value for column, value in equal if value is not None]
    if params.on is not None:
        where.append(table.c.signed_on <= params.on)
    order = Order((table.c.subject, table.c.version, table.c.signed_on, table.c.kind, table.c.person))
    page = await reading.page(
        SIGNATURES, *where, order=order, limit=length(params.limit), cursor=params.after, item=lambda row: row
    )
    return Page(tuple(await _cards(reading, page.items)), page.next, page.cursor_of)


def may_see(reading: Reading) -> sa.ColumnElement[bool]:
    """A signature is seen by its signer and by whoever sees the unit it concerns."""
    table = table_of(SIGNATURES)
    return sa.or_(reading.visible(table.c.unit), table.c.person == reading.who.person)


async def signatures_by_key(reading: Reading, keys: Sequence[SignatureKey]) -> dict[SignatureKey, Signature]:
    """Those of the signatures that the asker may see."""
    table = table_of(SIGNATURES)
    key = sa.tuple_(table.c.subject, table.c.kind, table.c.person, table.c.version)
    rows = await reading.rows(SIGNATURES, key.in_(list(keys)), may_see(reading))
    return {(one.subject, one.kind, one.person, one.version): one for one in await _cards(reading, rows)}


async def _cards(reading: Reading, rows: Sequence[SignatureRow]) -> list[Signature]:
    people = [person for row in rows for person in (row.person, row.signed_by) if person is not None]
    names = await names_of(reading, people)
    opinions = await _opinions(reading, rows)
    return [
        Signature(
            subject=row.subject,
            kind=row.kind,
            version=row.version,
            hash=row.hash,
            unit=row.unit,
            unit_name=unit_name(reading, row.unit),
            person=row.person,
            name=names[row.person],
            post=row.post,
            post_title=post_title(reading, row.post),
            signed_by=row.signed_by,
            signed_by_name=names[row.signed_by] if row.signed_by else None,
            basis=row.basis,
            signed_on=row.signed_on,
            opinion=opinion,
        )
        for row, opinion in zip(rows, opinions, strict=True)
    ]


async def _opinions(reading: Reading, rows: Sequence[SignatureRow]) -> list[str | None]:
    """The opinion of each signature; None where there is none."""
    sealed: list[tuple[int, tuple[PersonalText, Place]]] = []
    told: list[str | None] = [None] * len(rows)
    for at, row in enumerate(rows):
        if row.opinion is None or row.opinion_in is None:
            continue
        may_read = row.person == reading.who.person or reading.refs.directory.acting(
            reading.who, OPINION_READERS, row.unit
        )
        if not may_read or reading.keys is None:
            told[at] = UNSEEN
            continue
        place = Place(reading.log.id, f"endorsements/{row.subject}", row.opinion_in, "opinion")
        sealed.append((at, (row.opinion, place)))
    if sealed and reading.keys is not None:
        opened = await reading.keys.open_all([one for _, one in sealed])
        for (at, _), clear in zip(sealed, opened, strict=True):
            told[at] = ERASED if clear is None else clear
    return told
