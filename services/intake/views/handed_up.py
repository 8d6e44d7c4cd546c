"""Which reports were handed up, and did they arrive? Their content is sealed for the upper body alone."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.intake.events import ComplaintId, HandedUp, HandedUpConfirmed, HandedUpExported, HandedUpId
from services.intake.views.paging import page_size
from shared.directory import Role
from shared.domain import PersonalText, PublicText, UnitId
from shared.facts import Fact
from shared.holding import Held
from shared.keys import Place
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

HANDED_UP_READERS: tuple[Role, ...] = ("intake-clerk", "case-supervisor", "auditor")
_FETCHERS: tuple[Role, ...] = ("intake-clerk",)


@dataclass(frozen=True, slots=True)
class HandedUpRow:
    """A report that went up. `recipient_key` is for whom it is sealed; `confirmed_on` when it had arrived there."""

    complaint: ComplaintId
    received_by: UnitId
    to: PublicText
    handed_up_on: date
    recipient_key: str | None
    exported_on: date | None
    confirmed_on: date | None
    document: PublicText | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.complaint,)]


def _evolve(row: HandedUpRow | None, fact: Fact, refs: References) -> HandedUpRow | None:
    match fact.event:
        case HandedUp() as event:
            return HandedUpRow(event.complaint, event.received_by, event.to, event.handed_up_on, None, None, None, None)
        case HandedUpExported(recipient_key=key, exported_on=day) if row is not None:
            return replace(row, recipient_key=key, exported_on=day)
        case HandedUpConfirmed(document=document, confirmed_on=day) if row is not None:
            return replace(row, confirmed_on=day, document=document)
    raise TypeError(fact.type)


HANDED_UP: View[HandedUpRow] = View(
    name="handed-up",
    version=1,
    row=HandedUpRow,
    key=("complaint",),
    events=(HandedUp, HandedUpExported, HandedUpConfirmed),
    route=_route,
    evolve=_evolve,
    indexes=(("received_by",),),
)


@dataclass(frozen=True, slots=True)
class HandedUpOf:
    """上送件列表。Reports that were handed up."""

    limit: int = 50
    after: str | None = None


async def list_handed_up(reading: Reading, params: HandedUpOf) -> Page[HandedUpRow]:
    table = table_of(HANDED_UP)
    order = Order((table.c.handed_up_on, table.c.complaint), (True, False))
    return await reading.page(
        HANDED_UP,
        reading.visible(table.c.received_by, HANDED_UP_READERS),
        order=order,
        limit=page_size(params.limit),
        cursor=params.after,
        item=lambda row: row,
    )


@dataclass(frozen=True, slots=True)
class FileOfHandedUp:
    """上送件密封文件。The file that only the upper body can open, once it is fixed for whom (`handed-up/{handed_up}/export`)."""

    handed_up: HandedUpId


@dataclass(frozen=True, slots=True)
class SealedFile:
    """X25519 with `ephemeral_key`, HKDF-SHA256 (info `zeren-handed-up-1` and the complaint) to an AES-256-GCM key; the
    associated data is the complaint. All in base64url. Inside: JSON with `report`, `reporter` and `messages`."""

    complaint: ComplaintId
    recipient_key: str
    ephemeral_key: str
    nonce: str
    ciphertext: str


async def file_of_handed_up(reading: Reading, params: FileOfHandedUp) -> SealedFile | None:
    """None before it is fixed for whom, and once the upper body has it."""
    table = table_of(HANDED_UP)
    visible = reading.visible(table.c.received_by, _FETCHERS)
    rows = await reading.rows(HANDED_UP, table.c.complaint == params.handed_up, visible)
    if not rows or rows[0].recipient_key is None or rows[0].confirmed_on is not None or reading.desk is None:
        return None
    entry = UUID(params.handed_up)
    report = (await reading.desk.table.get([entry])).get(entry)
    if report is None:
        return None
    opened = await _opened(reading, report)
    messages = [one for one in await reading.desk.table.under(entry) if one.kind == "message"]
    inside = {
        "report": {
            **{name: report.facts[name] for name in ("category", "channel", "unit", "about_chief", "task")},
            "lodged_on": report.day.isoformat(),
            **{field: opened.get(field) for field in ("words", "accused")},
        },
        "reporter": {field: opened.get(field) for field in ("name", "identity_number", "phone", "address")},
        "messages": [
            {"word": one.facts["word"], "sent_on": one.day.isoformat(), **await _opened(reading, one)}
            for one in messages
        ],
    }
    return sealed_for(ComplaintId(params.handed_up), rows[0].recipient_key, msgspec.json.encode(inside))


async def _opened(reading: Reading, held: Held) -> dict[str, str | None]:
    if reading.keys is None:
        return {}
    stream = f"complaint/{held.under or held.entry}"
    sealed: list[tuple[PersonalText, Place]] = []
    for field, text in held.texts.items():
        event = held.facts["written" if field in ("words", "accused") else "named"]
        sealed.append((text, Place(reading.log.id, stream, UUID(event), field)))
    return dict(zip(held.texts, await reading.keys.open_all(sealed), strict=True))


def sealed_for(complaint: ComplaintId, recipient_key: str, inside: bytes) -> SealedFile:
    """What nobody but the holder of the recipient's private key opens."""
    recipient = X25519PublicKey.from_public_bytes(
        base64.urlsafe_b64decode(recipient_key + "=" * (-len(recipient_key) % 4))
    )
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    info = b"zeren-handed-up-1" + complaint.encode()
    key = HKDF(SHA256(), 32, salt=public, info=info).derive(ephemeral.exchange(recipient))
    nonce = os.urandom(12)
    ciphertext = AESGCM(key).encrypt(nonce, inside, complaint.encode())
    return SealedFile(complaint, recipient_key, _text(public), _text(nonce), _text(ciphertext))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


async def held_reporter(reading: Reading, complaint: str) -> str | None:
    """The pseudonym under whose key the identity of a held report is sealed; None for an anonymous one."""
    if reading.desk is None:
        return None
    entry = UUID(complaint)
    held = (await reading.desk.table.get([entry])).get(entry)
    reporter: str | None = held.facts["reporter"] if held is not None else None
    return reporter
