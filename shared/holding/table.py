"""The holding table: what was handed in, in rows that tell nothing of their order.

No column holds a time, a number or an address; the key is random. The heap itself has an order until an admission
writes all its rows anew, in one transaction and in an order drawn by lot.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from shared.domain import PersonalText
from shared.holding import Held, Mark
from shared.log.schema import plain_name

_lot = random.SystemRandom()


def held_schema(log: str) -> str:
    """The schema of the holding table of a log: the service's own."""
    return f"{plain_name(log)}_held"


def holding_ddl(schema: str) -> str:
    """The tables, made by the service's role in a schema of its own.

    Its own, so that it may also sweep away what an admission left behind. Rows are few and short-lived in their old
    places: the tables are swept as soon as there is anything to sweep.
    """
    plain_name(schema)
    return f"""
create table if not exists {schema}.held (
    entry  uuid primary key,
    key    bytea not null unique,
    print  bytea not null,
    kind   text not null,
    under  uuid,
    state  text not null,
    day    date not null,
    facts  text not null,
    texts  text not null
) with (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);
create index if not exists held_under on {schema}.held (under) where under is not null;
create index if not exists held_state on {schema}.held (state);
create table if not exists {schema}.marks (
    kind   text not null,
    value  bytea not null,
    entry  uuid not null,
    keeper text not null,
    primary key (kind, value, entry)
) with (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);
create index if not exists marks_entry on {schema}.marks (entry);
create index if not exists marks_keeper on {schema}.marks (keeper);
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a row when it is written anew."""

    state: str
    keeps_texts: bool


_COLUMNS = "entry, key, print, kind, under, state, day, facts, texts"


class HoldingTable:
    """The holding table of one log; `pool` connects with the service's role."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], log: str) -> None:
        self._pool = pool
        self._held = f"{held_schema(log)}.held"
        self._marks = f"{held_schema(log)}.marks"

    async def put(self, held: Held, key: bytes, fingerprint: bytes, marks: Sequence[Mark] = ()) -> tuple[Held, bytes]:
        """Hold it, unless something is held under this key already; what is held now, and the fingerprint of its body.

        `key` and `fingerprint` are keyed hashes. What was answered is on disk.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            made = await connection.fetchval(
                f"""insert into {self._held} ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    on conflict do nothing returning true""",  # noqa: S608 — plain names
                held.entry,
                key,
                fingerprint,
                held.kind,
                held.under,
                held.state,
                held.day,
                msgspec.json.encode(held.facts).decode(),
                msgspec.json.encode({name: text.token() for name, text in held.texts.items()}).decode(),
            )
            if made:
                await connection.executemany(
                    f"insert into {self._marks} (kind, value, entry, keeper) values ($1, $2, $3, $4) on conflict do nothing",  # noqa: S608
                    [(mark.kind, mark.value, held.entry, mark.keeper) for mark in marks],
                )
        found = await self.find(key)
        if found is None:
            raise RuntimeError("what was handed in is not held")
        return found

    async def find(self, key: bytes) -> tuple[Held, bytes] | None:
        """What is held under a key, and the fingerprint of its body."""
        row = await self._pool.fetchrow(f"select {_COLUMNS} from {self._held} where key = $1", key)  # noqa: S608
        return (_held(row), row["print"]) if row else None

    async def get(self, entries: Collection[UUID]) -> dict[UUID, Held]:
        rows = await self._pool.fetch(
            f"select {_COLUMNS} from {self._held} where entry = any($1::uuid[])",  # noqa: S608
            list(entries),
        )
        return {row["entry"]: _held(row) for row in rows}

    async def under(self, entry: UUID) -> list[Held]:
        """What belongs to an entry, by day; within a day in no order."""
        rows = await self._pool.fetch(
            f"select {_COLUMNS} from {self._held} where under = $1 order by day, entry",  # noqa: S608
            entry,
        )
        return [_held(row) for row in rows]

    async def in_states(self, states: Collection[str]) -> list[Held]:
        """All that is in one of the states, by their random ids."""
        rows = await self._pool.fetch(
            f"select {_COLUMNS} from {self._held} where state = any($1::text[]) order by entry",  # noqa: S608
            list(states),
        )
        return [_held(row) for row in rows]

    async def left(self, heads: Collection[UUID], gone: str) -> Counter[tuple[UUID, str]]:
        """How many of each kind have left under each of the heads."""
        rows = await self._pool.fetch(
            f"""select under, kind, count(*) as count from {self._held}
                where under = any($1::uuid[]) and state = $2 group by under, kind""",  # noqa: S608
            list(heads),
            gone,
        )
        return Counter({(row["under"], row["kind"]): row["count"] for row in rows})

    async def turn(self, entry: UUID, before: str, after: str, facts: Mapping[str, Any]) -> bool:
        """Bring an entry from one state into another, with other facts; False when it is not in that state."""
        return bool(
            await self._pool.fetchval(
                f"update {self._held} set state = $3, facts = $4 where entry = $1 and state = $2 returning true",  # noqa: S608
                entry,
                before,
                after,
                msgspec.json.encode(facts).decode(),
            )
        )

    async def rewrite(self, changes: Mapping[UUID, Change]) -> None:
        """Write the rows and their marks anew with their next states, in an order drawn by lot, all or none."""
        entries = list(changes)
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                f"delete from {self._held} where entry = any($1::uuid[]) returning {_COLUMNS}",  # noqa: S608
                entries,
            )
            marks = await connection.fetch(
                f"delete from {self._marks} where entry = any($1::uuid[]) returning kind, value, entry, keeper",  # noqa: S608
                entries,
            )
            written = []
            for row in _lot.sample(rows, len(rows)):
                change = changes[row["entry"]]
                written.append(
                    (
                        *tuple(row)[:5],
                        change.state,
                        row["day"],
                        row["facts"],
                        row["texts"] if change.keeps_texts else "{}",
                    )
                )
            await connection.executemany(
                f"insert into {self._held} ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",  # noqa: S608
                written,
            )
            await connection.executemany(
                f"insert into {self._marks} (kind, value, entry, keeper) values ($1, $2, $3, $4)",  # noqa: S608
                [tuple(mark) for mark in _lot.sample(marks, len(marks))],
            )

    async def sweep(self) -> None:
        """Take what was written anew out of its old places at once. A table in use meanwhile is left to the next time."""
        async with self._pool.acquire() as connection:
            for table in (self._held, self._marks):
                await connection.execute(f"vacuum (skip_locked) {table}")

    async def forget(self, keeper: str) -> None:
        """End every mark that a key stood for, once the key is erased."""
        await self._pool.execute(f"delete from {self._marks} where keeper = $1", keeper)  # noqa: S608

    async def marked(self, kind: str, value: bytes) -> list[UUID]:
        """The entries that bear a mark."""
        rows = await self._pool.fetch(
            f"select entry from {self._marks} where kind = $1 and value = $2 order by entry",  # noqa: S608
            kind,
            value,
        )
        return [row["entry"] for row in rows]

    async def alike(self, entry: UUID) -> list[tuple[str, UUID]]:
        """The other entries that share a mark with this one, with the kind of mark; nothing is opened for it."""
        rows = await self._pool.fetch(
            f"""select distinct b.kind, b.entry from {self._marks} a join {self._marks} b using (kind, value)
                where a.entry = $1 and b.entry <> $1 order by kind, entry""",  # noqa: S608
            entry,
        )
        return [(row["kind"], row["entry"]) for row in rows]


def _held(row: asyncpg.Record) -> Held:
    return Held(
        row["entry"],
        row["kind"],
        row["under"],
        row["state"],
        row["day"],
        msgspec.json.decode(row["facts"]),
        {name: PersonalText(token, sealed=True) for name, token in msgspec.json.decode(row["texts"]).items()},
    )
