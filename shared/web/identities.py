"""Whose pseudonym a subject of an identity provider is: the only place where the two stand together.

The table lies in the key store's database and holds a keyed hash of the subject rather than the subject, so that a copy
of it names nobody. A pair of issuer and subject keeps its person for ever; a person may have several.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from uuid import uuid4

import asyncpg

from shared.domain import PersonId

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_KEPT = 10_000


def identities_ddl(schema: str, role: str) -> str:
    """The table, run by the owner inside an existing `schema`; `role` is the key role of the service that allots."""
    for name in (schema, role):
        if not _NAME.match(name):
            raise ValueError(f"not a plain SQL name: {name!r}")
    return f"""
create table if not exists {schema}.identities (
    issuer       text  not null,
    subject_hash bytea not null,
    person       text  not null,
    primary key (issuer, subject_hash)
);
grant usage on schema {schema} to {role};
grant select, insert on {schema}.identities to {role};
"""


class LinkedElsewhere(Exception):
    """The subject already stands for another person. A link is never changed: what was signed would change hands."""


class StoredIdentities:
    """Persons by issuer and subject, with a bounded cache.

    `pool` connects with the key role, `schema` holds the table, `keyed` is the key store's keyed hash (32 bytes).
    """

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], schema: str, keyed: Callable[[bytes], bytes]) -> None:
        if not _NAME.match(schema):
            raise ValueError(f"not a plain SQL name: {schema!r}")
        self._pool = pool
        self._table = f"{schema}.identities"
        self._keyed = keyed
        self._known: OrderedDict[bytes, PersonId] = OrderedDict()

    async def person_of(self, issuer: str, subject: str) -> PersonId:
        """The person of this subject; a random id is allotted when it is seen for the first time."""
        hashed = self._hash(issuer, subject)
        if person := self._known.get(hashed):
            self._known.move_to_end(hashed)
            return person
        found = await self._pool.fetchval(self._select(), issuer, hashed)
        return self._keep(hashed, PersonId(found) if found else await self._settle(issuer, hashed, str(uuid4())))

    async def link(self, issuer: str, subject: str, person: PersonId) -> None:
        """From now on this subject is that person. Repeatable; LinkedElsewhere if it already is another."""
        hashed = self._hash(issuer, subject)
        if self._keep(hashed, await self._settle(issuer, hashed, person)) != person:
            raise LinkedElsewhere

    async def _settle(self, issuer: str, hashed: bytes, person: str) -> PersonId:
        # The insert decides between two processes that meet the subject at once; both then read the same row.
        await self._pool.execute(
            f"insert into {self._table} (issuer, subject_hash, person) values ($1, $2, $3) on conflict do nothing",  # noqa: S608 — the name is checked above
            issuer,
            hashed,
            person,
        )
        return PersonId(await self._pool.fetchval(self._select(), issuer, hashed))

    def _select(self) -> str:
        return f"select person from {self._table} where issuer = $1 and subject_hash = $2"  # noqa: S608

    def _hash(self, issuer: str, subject: str) -> bytes:
        # The issuer's length first, so that no two pairs run together into the same bytes.
        return self._keyed(f"zeren-identity\n{len(issuer)}\n{issuer}\n{subject}".encode())

    def _keep(self, hashed: bytes, person: PersonId) -> PersonId:
        self._known[hashed] = person
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return person
