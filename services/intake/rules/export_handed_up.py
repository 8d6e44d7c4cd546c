"""A report that was handed up leaves, sealed for the upper body alone."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from services.intake.events import ComplaintId, HandedUpExported, HandedUpId
from services.intake.refusals import ALREADY_CONFIRMED, ALREADY_EXPORTED, RECIPIENT_KEY_INVALID
from services.intake.state import Up
from shared.domain import Decision, Moment

_OF_SMALL_ORDER = frozenset(
    tuple(bytes.fromhex(point))
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Points with which everybody agrees on the same secret (RFC 7748, 6.1): no key of anybody."""


@dataclass(frozen=True, slots=True)
class ExportHandedUp:
    """导出上送件。Fix for whom a report that was handed up is sealed; its file may then be fetched, by its clerks.

    `recipient_key` is the upper body's public key (X25519, base64url). Nobody here can open the file.
    """

    handed_up: HandedUpId
    recipient_key: str


def decide(command: ExportHandedUp, up: Up, moment: Moment) -> Decision:
    """Once: a second key would be a second reader."""
    if not _is_key(command.recipient_key):
        return RECIPIENT_KEY_INVALID.of()
    if up.confirmed_on is not None:
        return ALREADY_CONFIRMED.of()
    if up.recipient_key == command.recipient_key:
        return []
    if up.recipient_key is not None:
        return ALREADY_EXPORTED.of()
    return [HandedUpExported(ComplaintId(command.handed_up), command.recipient_key, moment.today)]


def _is_key(text: str) -> bool:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == 32 and (*raw[:31], raw[31] & 0x7F) not in _OF_SMALL_ORDER
