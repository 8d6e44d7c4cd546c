"""The key store: whose key seals which personal text, and what remains when a key is erased.

Every subject (`person/…`, `stream/task/…`) has one data key of 32 random bytes at most, for ever, kept wrapped by the
installation's master key, in a database and under a role of its own. A sealed text is a token
`zk1.<key id>.<base64url of nonce ‖ ciphertext>`; AES-256-GCM binds it to its log, stream, event and field, so that a
token moved elsewhere does not open. After an erasure nothing opens it any more, and the log still verifies, because
the log only ever hashed the token. No key is kept in memory: another process may erase it at any moment.
"""

from __future__ import annotations

import base64
import hmac
import os
import random
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.domain import PersonalText
from shared.log.format import framed
from shared.log.schema import plain_name

_PREFIX = "zk1"
SEALED = f"{_PREFIX}."
"""How every sealed text begins."""


def keys_ddl(schema: str, role: str) -> str:
    """The key store's table, run by the owner inside an existing `schema`; `role` is the service's key role."""
    for name in (schema, role):
        plain_name(name)
    return f"""
create table if not exists {schema}.keys (
    key_id  uuid primary key,
    subject text not null unique,
    wrapped bytea not null
);
create table if not exists {schema}.erased (
    subject text primary key
);
grant usage on schema {schema} to {role};
grant select, insert, delete on {schema}.keys to {role};
grant select, insert on {schema}.erased to {role};
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text belongs; it opens nowhere else."""

    log: str
    stream: str
    event_id: UUID
    field: str

    def associated(self) -> bytes:
        """The bytes that the cipher binds the text to; each part behind its length, so that none runs into the next."""
        return b"".join(map(framed, (self.log, self.stream, str(self.event_id), self.field)))


@dataclass(frozen=True, slots=True)
class DataKey:
    id: UUID
    secret: bytes = field(repr=False)


class Erased(Exception):
    """The subject's key was destroyed, and there will be no other. An expected situation: who shows a text says so, and
    nothing personal about the subject is taken in any more."""


class KeyStore:
    """Data keys by subject. One per service process; `pool` connects with the key role, `master` is 32 bytes."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], schema: str, master: bytes) -> None:
        if len(master) != 32:
            raise ValueError("a master key has 32 bytes")
        self._pool = pool
        self._table = f"{plain_name(schema)}.keys"
        self._erased = f"{schema}.erased"
        self._master = AESGCM(master)
        self._fingerprint_key = hmac.digest(master, b"zeren-fingerprint", "sha256")
        self._blind_key = hmac.digest(master, b"".join(map(framed, ("zeren-blind", schema))), "sha256")

    def fingerprint(self, data: bytes) -> bytes:
        """A keyed hash (32 bytes) for data that may hold personal text, so that nobody can try guesses against it."""
        return hmac.digest(self._fingerprint_key, data, "sha256")

    def blind(self, purpose: str, text: str) -> bytes | None:
        """What an encrypted text is found again by: a keyed hash (32 bytes) of what it says, however it was typed.

        The same text has another one under another `purpose` (`phone`, `name`) and in another service, so that none can
        be held against others. Only equality can be looked for. None where the text has neither letter nor digit. It
        outlives the key that the text is sealed under: who keeps one deletes it when that key is erased.
        """
        said = as_said(text)
        if not said:
            return None
        return hmac.digest(self._blind_key, b"".join(map(framed, (purpose, said))), "sha256")

    async def key_of(self, subject: str) -> DataKey:
        """The subject's key, made on first use. Erased when it was destroyed."""
        select = f"""select k.key_id, k.wrapped, e.subject is not null as erased
                     from (select $1::text as subject) s
                     left join {self._table} k using (subject) left join {self._erased} e using (subject)"""  # noqa: S608 — plain names
        row = await self._pool.fetchrow(select, subject)
        if row is not None and row["key_id"] is None and not row["erased"]:
            fresh = DataKey(uuid4(), os.urandom(32))
            # The insert decides between two processes that meet the subject at once; both then read the same row.
            await self._pool.execute(
                f"insert into {self._table} (key_id, subject, wrapped) values ($1, $2, $3) on conflict do nothing",  # noqa: S608
                fresh.id,
                subject,
                self._wrap(fresh),
            )
            row = await self._pool.fetchrow(select, subject)
        if row is None or row["erased"] or row["key_id"] is None:
            raise Erased("the key was destroyed")
        return self._unwrap(row)

    async def seal(self, text: PersonalText, subject: str, place: Place) -> PersonalText:
        """The text as a token under the subject's key, bound to its place."""
        key = await self.key_of(subject)
        nonce = os.urandom(12)
        sealed = AESGCM(key.secret).encrypt(nonce, text.clear().encode(), place.associated())
        return PersonalText(
            f"{_PREFIX}.{key.id}.{base64.urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}", sealed=True
        )

    async def open(self, text: PersonalText, place: Place) -> str:
        """The clear text. Raises Erased when its key is gone, ValueError when it does not belong to this place."""
        (clear,) = await self.open_all([(text, place)])
        if clear is None:
            raise Erased(place.stream)
        return clear

    async def open_all(self, sealed: Sequence[tuple[PersonalText, Place]]) -> list[str | None]:
        """The clear texts in their order, None where the key is gone, with one query for all. ValueError as `open`."""
        tokens = [_parse(text) for text, _ in sealed]
        rows = await self._pool.fetch(
            f"""select key_id, wrapped from {self._table} k where key_id = any($1::uuid[])
                and not exists (select 1 from {self._erased} e where e.subject = k.subject)""",  # noqa: S608
            list({key_id for key_id, _ in tokens}),
        )
        keys = {key.id: key for key in map(self._unwrap, rows)}
        return [
            _decrypt(keys[key_id], raw, place) if key_id in keys else None
            for (key_id, raw), (_, place) in zip(tokens, sealed, strict=True)
        ]

    async def erase(self, subject: str) -> None:
        """Destroy the subject's key for good: what it sealed can never be read again, nor anything be sealed. Repeatable."""
        async with self._pool.acquire() as connection, connection.transaction():
            # First the mark: a process that makes a key meanwhile finds it before it uses the key.
            await connection.execute(
                f"insert into {self._erased} (subject) values ($1) on conflict do nothing",  # noqa: S608
                subject,
            )
            await connection.execute(f"delete from {self._table} where subject = $1", subject)  # noqa: S608

    async def rewrite(self, sealed: Iterable[PersonalText]) -> None:
        """Write the keys of these texts anew in an order drawn by lot, so that their rows tell nothing of their making."""
        key_ids = {_parse(text)[0] for text in sealed}
        async with self._pool.acquire() as connection, connection.transaction():
            # An erasure meanwhile would miss a row that is deleted here and written again.
            await connection.execute(f"lock table {self._table} in share row exclusive mode")
            rows = await connection.fetch(
                f"delete from {self._table} where key_id = any($1::uuid[]) returning key_id, subject, wrapped",  # noqa: S608
                list(key_ids),
            )
            await connection.executemany(
                f"insert into {self._table} (key_id, subject, wrapped) values ($1, $2, $3)",  # noqa: S608
                [tuple(row) for row in random.SystemRandom().sample(rows, len(rows))],
            )

    def _wrap(self, key: DataKey) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._master.encrypt(nonce, key.secret, key.id.bytes)

    def _unwrap(self, row: asyncpg.Record) -> DataKey:
        wrapped: bytes = row["wrapped"]
        key_id: UUID = row["key_id"]
        return DataKey(key_id, self._master.decrypt(wrapped[:12], wrapped[12:], key_id.bytes))


def as_said(text: str) -> str:
    """A text without how it was typed: full and half width, case, spaces, hyphens, dots and what cannot be seen are
    nothing, digits of any script are 0 to 9."""
    said = []
    for character in unicodedata.normalize("NFKC", text).casefold():
        digit = unicodedata.digit(character, None)
        if digit is not None:
            said.append(str(digit))
        elif unicodedata.category(character)[0] in "LMN":
            said.append(character)
    return unicodedata.normalize("NFC", "".join(said))


def _parse(text: PersonalText) -> tuple[UUID, bytes]:
    """The key id of a sealed text, and nonce ‖ ciphertext. ValueError when it is not of the form that `seal` writes."""
    prefix, key_id, body = text.token().split(".")
    if prefix != _PREFIX:
        raise ValueError(f"unknown form of sealed text: {prefix!r}")
    return UUID(key_id), base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))


def _decrypt(key: DataKey, raw: bytes, place: Place) -> str:
    try:
        return AESGCM(key.secret).decrypt(raw[:12], raw[12:], place.associated()).decode()
    except InvalidTag as error:
        raise ValueError("the sealed text does not belong to this place") from error
