"""How folds read the log: only what they need of it, decoded once for all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from shared.codec import Catalogue, UnknownEvent
from shared.domain import Actor, PersonId, PostId
from shared.facts import Fact
from shared.log.format import occurred_value
from shared.log.log import Log
from shared.log.republished import POINTING, recorded
from shared.references import References
from shared.service import Service

_HOLD_SECONDS = 0.004  # of the event loop's time, before others have a turn

_OWN_PREFIXES = ("term",)

_READ = (
    *("position", "event_id", "source", "source_seq", "stream", "version", "type", "schema", "occurred", "recorded_at"),
    *("learned_at", "history", "actor_subject", "actor_post", "actor_on_behalf", "command_id", "correlation_id"),
    *("causation_id", "data", "traceparent"),
)
"""The columns that folds need, and the one that traces do."""


class Breath:
    """Gives others a turn of the event loop: `if breath.due(): await breath.take()` between two small pieces of work."""

    def __init__(self) -> None:
        self._until = 0.0

    def due(self) -> bool:
        """Whether this work has held the loop long enough."""
        return time.perf_counter() > self._until

    async def take(self) -> None:
        await asyncio.sleep(0)
        self._until = time.perf_counter() + _HOLD_SECONDS


class ReferenceSource:
    """Which facts the reference folds of a service take, and from whose streams: directory and calendar from the log
    that owns them, terms and the service's own fold from its own log."""

    def __init__(self, service: Service, log: Log) -> None:
        self._service = service
        self._log = log
        self._owner = log.id if service.owns_references else service.reference_source()
        own = {*_OWN_PREFIXES, *service.references().own.STREAMS}
        shared = set(service.references().streams()) - own
        self._taken = {(log.id, p) for p in own} | {(self._owner, p) for p in shared}
        self.prefixes = sorted({prefix for _, prefix in self._taken})

    def takes(self, source: str, stream: str) -> bool:
        return (source, stream.partition("/")[0]) in self._taken

    async def between(self, after: int, up_to: int) -> list[Fact]:
        """All facts that the folds take between two positions, in log order."""
        return await self._log.categories(self._taken, after, up_to)

    async def at(self, position: int, kept: References | None = None) -> References:
        """The reference folds as they stand right after a position. Raises what a fold raises.

        `kept` is advanced and given back if it does not stand behind that position already.
        """
        refs = kept if kept is not None and kept.position <= position else self._service.references()
        breath = Breath()
        for fact in await self.between(refs.position, position):
            refs.apply(fact)
            if breath.due():
                await breath.take()
        refs.position = position
        return refs


class Unreadable:
    """A row that this program cannot decode, and why."""

    __slots__ = ("error", "is_own", "is_reference", "position", "type")

    def __init__(self, position: int, type: str, error: Exception, *, is_reference: bool, is_own: bool) -> None:
        self.position = position
        self.type = type
        self.error = error
        self.is_reference = is_reference
        self.is_own = is_own


class FoldReader:
    """Reads windows of the log: rows of the types wanted, those of reference folds, and own types nobody knows here.

    A type of another service that is not in the catalogue is none of our business; one of our own means that a newer
    program wrote it. Redacted rows say nothing any more and are passed over. A row by which another log republished a
    fact is that fact, so all of them are read: only their data tell what they point at.
    """

    def __init__(self, log: Log, references: ReferenceSource, types: Iterable[str]) -> None:
        self._catalogue: Catalogue = log.catalogue
        self._log_id = log.id
        self._references = references
        self._arguments = (sorted({*types, POINTING}), references.prefixes, log.id, sorted(log.catalogue.kinds))
        self._sql = f"""
            select {", ".join(_READ)}
            from {log.schema}.log
            where position > $1 and position <= $2 and data is not null
              and (type = any($3::text[]) or split_part(stream, '/', 1) = any($4::text[])
                   or (source = $5 and type <> all($6::text[])))
            order by position"""  # noqa: S608

    async def fetch(self, connection: Any, after: int, up_to: int) -> list[asyncpg.Record]:
        records: list[asyncpg.Record] = await connection.fetch(self._sql, after, up_to, *self._arguments)
        return records

    def fact(self, record: asyncpg.Record | Sequence[Any]) -> tuple[Fact | Unreadable, bool]:
        """The fact of a record, and whether it advances the reference folds."""
        (
            position,
            event_id,
            source,
            source_seq,
            stream,
            version,
            type,
            schema,
            occurred,
            recorded_at,
            learned_at,
            history,
            subject,
            post,
            on_behalf,
            command_id,
            correlation_id,
            causation_id,
            data,
            _,
        ) = record
        if type == POINTING and source != self._log_id:
            return self._pointed_at(record)
        is_reference = self._references.takes(source, stream)
        try:
            event = self._catalogue.decode(type, schema, data)
        except Exception as error:
            is_own = isinstance(error, UnknownEvent) and source == self._log_id and type not in self._catalogue.kinds
            return Unreadable(position, type, error, is_reference=is_reference, is_own=is_own), is_reference
        return (
            Fact(
                position,
                event_id,
                source,
                source_seq,
                stream,
                version,
                type,
                event,
                occurred_value(occurred),
                recorded_at,
                learned_at,
                history,
                Actor(subject, PostId(post) if post else None, PersonId(on_behalf) if on_behalf else None),
                command_id,
                correlation_id,
                causation_id,
            ),
            is_reference,
        )

    def _pointed_at(self, record: asyncpg.Record | Sequence[Any]) -> tuple[Fact | Unreadable, bool]:
        """The fact that another log republished by this row. Where nobody can tell what that is, everybody stops."""
        row = dict(zip(_READ, record, strict=True))
        try:
            row |= recorded(self._catalogue.decode(POINTING, row["schema"], row["data"]))
        except Exception as error:
            return Unreadable(row["position"], POINTING, error, is_reference=True, is_own=False), True
        return self.fact([row[name] for name in _READ])
