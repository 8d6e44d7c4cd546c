"""Receipts: a code that opens what was handed in, for whoever holds it and for nobody else.

The code is drawn and signed here before anything is stored; it is stored only as Argon2id of itself under a pepper of the
installation, so that neither a copy of the table nor all codes tried in turn give one back. Hashing takes 19 MiB and some
hundredths of a second of a core, so it has slots: who finds none is told to come again.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw

from shared.keys import KeyStore
from shared.refusals import TOO_MANY, RefusedRequest

DIGITS = 16
VALID_SECONDS = 3600
MEMORY_KIB = 19 * 1024
PASSES = 2

_CODE = re.compile(rf"\d{{{DIGITS}}}\Z")
_SLOTS = 2
_IN_LINE = 16


@dataclass(frozen=True, slots=True)
class Receipt:
    """A code that nothing is held under yet, and the signature with which it may be used for some time."""

    code: str = field(repr=False)
    signature: str = field(repr=False)


class Receipts:
    """Codes of one installation. `slots` hash at once, `in_line` may wait. `now` gives real seconds."""

    def __init__(
        self, keys: KeyStore, *, slots: int = _SLOTS, in_line: int = _IN_LINE, now: Callable[[], float] = time.time
    ) -> None:
        self._pepper = keys.fingerprint(b"zeren-receipt-pepper")
        self._signing = keys.fingerprint(b"zeren-receipt-signature")
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="receipts")
        self._most = slots + in_line
        self._taken = 0
        self._now = now

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def draw(self) -> Receipt:
        """A new code. Nothing is stored."""
        code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        until = int(self._now()) + VALID_SECONDS
        return Receipt(code, f"{until}.{self._signature(code, until)}")

    def is_ours(self, code: str, signature: str) -> bool:
        """Whether the signature was made here for this code, however long ago."""
        until, _, signed = signature.partition(".")
        if not until.isdecimal() or len(until) > 12:
            return False
        return hmac.compare_digest(self._signature(code, int(until)).encode(), signed.encode())

    def is_in_time(self, signature: str) -> bool:
        """Whether a signature of ours may still be used for something new."""
        return int(signature.partition(".")[0]) >= self._now()

    async def key(self, code: str) -> bytes:
        """The keyed hash under which a code's entry is held. RefusedRequest TOO_MANY when every slot is taken."""
        if self._taken >= self._most:
            raise RefusedRequest(TOO_MANY.of())
        self._taken += 1
        hashing = asyncio.get_running_loop().run_in_executor(self._pool, self._hash, code)
        # Whoever goes away leaves their hash running: the slot is free when that is done.
        hashing.add_done_callback(self._free)
        return await asyncio.shield(hashing)

    def _free(self, _: asyncio.Future[bytes]) -> None:
        self._taken -= 1

    def _hash(self, code: str) -> bytes:
        return hash_secret_raw(code.encode(), self._pepper, PASSES, MEMORY_KIB, 1, 32, Type.ID)

    def _signature(self, code: str, until: int) -> str:
        signed = hmac.digest(self._signing, f"{until}\n{code}".encode(), "sha256")
        return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def plain_code(typed: str) -> str | None:
    """The digits of a code as somebody typed it, with spaces or hyphens between them; None when it is none."""
    digits = re.sub(r"[\s-]", "", typed)
    return digits if digits.isascii() and _CODE.match(digits) else None
