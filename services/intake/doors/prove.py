"""The proof of the day: a statement that something was lodged on a day, which anybody can check later."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.intake.doors.lodge import keys_of
from services.intake.doors.receipt import opened
from shared.domain import PersonalText, UnitId
from shared.keys import KeyStore
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class AskProof:
    """出具提交日期证明。A signed statement of the day on which a report was lodged; neither its words nor its receipt."""

    code: PersonalText


@dataclass(frozen=True, slots=True)
class Proof:
    """The statement, and the signature over its UTF-8 bytes (Ed25519, RFC 8032) by `public_key`; both in base64url.

    The number in the statement is the report's own: with the receipt in hand it can be asked for again.
    """

    statement: str
    signature: str
    public_key: str


async def ask_proof(reading: Reading, asked: AskProof) -> Proof:
    held = await opened(reading, asked.code)
    keys = keys_of(reading)
    number = keys.fingerprint(b"zeren-proof-number" + held.entry.bytes).hex()[:32]
    body = reading.refs.directory.units[UnitId(held.facts["received_by"])].name
    statement = f"兹证明：编号 {number} 的信访举报于 {held.day.isoformat()} 提交，由{body}收到。"
    key = _key(keys)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Proof(statement, _text(key.sign(statement.encode())), _text(public))


@dataclass(frozen=True, slots=True)
class CheckProof:
    """核验提交日期证明。Whether a statement was signed here, word for word."""

    statement: str
    signature: str


@dataclass(frozen=True, slots=True)
class ProofChecked:
    """Whether the signature is ours and the statement is as it was."""

    is_valid: bool


async def check_proof(reading: Reading, asked: CheckProof) -> ProofChecked:
    try:
        signature = base64.urlsafe_b64decode(asked.signature + "=" * (-len(asked.signature) % 4))
        _key(keys_of(reading)).public_key().verify(signature, asked.statement.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        return ProofChecked(False)
    return ProofChecked(True)


def _key(keys: KeyStore) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.fingerprint(b"zeren-proof-key"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
