"""The direct feed: what another log in the same PostgreSQL has published, read with the receiver's own role.

The role sees the other log's views `published`, `genesis` and `heartbeat`, and nothing else of it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

import asyncpg
import msgspec

from shared.codec import decode_hook
from shared.facts import LogStarted
from shared.feeds.cloudevents import Heartbeat
from shared.feeds.port import HEARTBEAT_OLDEST_SECONDS
from shared.log.append import Received
from shared.log.log import Log

_COLUMNS = ", ".join(Received.__dataclass_fields__)
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_GENESIS = msgspec.json.Decoder(LogStarted, dec_hook=decode_hook)


class DirectFeed:
    """`schema` is the other log's; `pool` connects as the receiver. `owner` is given when that log is open in this
    process: then its appends wake the receiver at once, otherwise only its polls find them."""

    def __init__(self, log: str, schema: str, pool: asyncpg.Pool[asyncpg.Record], owner: Log | None = None) -> None:
        if not _NAME.match(schema):
            raise ValueError(f"not a plain SQL name: {schema!r}")
        self.log = log
        self._schema = schema
        self._pool = pool
        self._owner = owner

    async def genesis(self) -> LogStarted:
        data = await self._pool.fetchval(f"select data from {self._schema}.genesis")  # noqa: S608
        if data is None:
            raise LookupError(f"the log {self.log} has not been founded")
        return _GENESIS.decode(data)

    async def after(self, source_seq: int, limit: int) -> Sequence[Received]:
        rows = await self._pool.fetch(
            f"""select {_COLUMNS} from {self._schema}.published
                where source_seq > $1 order by source_seq limit $2""",  # noqa: S608
            source_seq,
            limit,
        )
        return [Received(*row) for row in rows]

    async def heartbeat(self, oldest_seconds: float = HEARTBEAT_OLDEST_SECONDS) -> Heartbeat:
        row = await self._pool.fetchrow(f"select feed_head, incarnation from {self._schema}.heartbeat")  # noqa: S608
        if row is None:
            raise LookupError(f"the log {self.log} has not been founded")
        return Heartbeat(row["feed_head"], row["incarnation"])

    def heard_seconds_ago(self) -> float | None:
        return None

    def arrived(self) -> Mapping[str, int]:
        return {}

    def wake(self) -> asyncio.Event | None:
        return self._owner.wake() if self._owner else None

    def forget(self, wake: asyncio.Event) -> None:
        if self._owner:
            self._owner.forget(wake)
