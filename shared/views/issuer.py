"""The issuer: takes the commands that watches and reactions stored, in log order, and has them handled.

A command has the same id whenever it is tried, so that one that was handled just before a kill is not handled twice.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from shared import tracing
from shared.codec import decode_hook
from shared.log.log import Log
from shared.service import Service
from shared.views.fold import place_of
from shared.views.store import views_schema
from shared.waiting import ended, woken_within

logger = logging.getLogger(__name__)

HandleAsSystem = Callable[[str, Any, UUID, UUID | None, UUID | None], Awaitable[None]]
"""`(action name, command, command id, causation id, correlation id)`: handled or refused, both recorded, or raises."""

_BATCH = 100
_POLL_SECONDS = 0.25
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Unissued:
    """A command that waits, and what stood against it the last time (an error's class and place, or None)."""

    command_id: UUID
    origin: str
    action: str
    position: int
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many commands wait, how many of them failed before, and the age of the fact behind the oldest."""

    commands: int
    failing: int
    oldest_seconds: float


class Issuer:
    """See the module. `wake` is set when the runner stored new commands; it also polls."""

    def __init__(self, service: Service, log: Log, handle: HandleAsSystem, wake: asyncio.Event | None = None) -> None:
        self._log = log
        self._pending = f"{views_schema(log)}.pending"
        self._handle = handle
        self._wake = wake or asyncio.Event()
        self._decoders: Mapping[str, msgspec.json.Decoder[Any]] = {
            action.name: msgspec.json.Decoder(action.command, dec_hook=decode_hook) for action in service.actions
        }
        self._not_before: dict[UUID, float] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"issue {self._log.id}")

    async def stop(self) -> None:
        await ended(self._task)

    async def status(self, limit: int = 100) -> list[Unissued]:
        """What waits, in log order."""
        rows = await self._log.pool.fetch(
            f"""select command_id, origin, action, position, attempts, error from {self._pending}
                order by position, command_id limit $1""",  # noqa: S608
            limit,
        )
        return [Unissued(*row) for row in rows]

    async def waiting(self) -> Waiting:
        row = await self._log.pool.fetchrow(
            f"""select count(*) as commands, count(*) filter (where attempts > 0) as failing,
                       (select l.learned_at from {self._log.schema}.log l where l.position = min(p.position)) as since
                from {self._pending} p"""  # noqa: S608
        )
        assert row is not None  # noqa: S101 — one row comes back, whatever waits
        since = row["since"]
        age = (self._log.clock.instant() - since).total_seconds() if since else 0.0
        return Waiting(row["commands"], row["failing"], max(0.0, age))

    async def issue_all(self) -> int:
        """Have everything handled that waits and is not being retried later; the number handled."""
        done = 0
        after: tuple[int, UUID] = (0, UUID(int=0))
        while True:
            rows = await self._log.pool.fetch(
                f"""select * from {self._pending} where (position, command_id) > ($1, $2)
                    order by position, command_id limit {_BATCH}""",  # noqa: S608
                *after,
            )
            for row in rows:
                after = (row["position"], row["command_id"])
                if self._not_before.get(row["command_id"], 0.0) <= time.monotonic():
                    done += await self._issue(row)
            if len(rows) < _BATCH:
                return done

    async def _issue(self, row: asyncpg.Record) -> int:
        command_id = row["command_id"]
        try:
            command = self._decoders[row["action"]].decode(row["command"])
            with tracing.span_of_facts(f"issue {row['action']}", await self._made_by(row), {"zeren.log": self._log.id}):
                await self._handle(row["action"], command, command_id, row["cause"], row["correlation"])
        except Exception as error:
            pause = min(_LONGEST_PAUSE, 0.1 * 2 ** min(row["attempts"], 10))
            self._not_before[command_id] = time.monotonic() + pause
            logger.error(
                "a command of the system failed",
                extra={"action": row["action"], "origin": row["origin"], "error": place_of(error)},
            )
            await self._log.pool.execute(
                f"update {self._pending} set attempts = attempts + 1, error = $2 where command_id = $1",  # noqa: S608
                command_id,
                place_of(error),
            )
            return 0
        await self._log.pool.execute(f"delete from {self._pending} where command_id = $1", command_id)  # noqa: S608
        self._not_before.pop(command_id, None)
        return 1

    async def _made_by(self, row: asyncpg.Record) -> Sequence[str]:
        """The `traceparent` of the fact that led to the command, if there is one and somebody wants to know."""
        if not tracing.is_on():
            return ()
        made_by = await self._log.pool.fetchval(
            f"select traceparent from {self._log.schema}.log where position = $1",  # noqa: S608
            row["position"],
        )
        return (made_by,) if made_by else ()

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.issue_all()
            except Exception as error:
                logger.error("issuing pauses", extra={"log": self._log.id, "error": place_of(error)})
                await asyncio.sleep(1)
            await woken_within(self._wake, _POLL_SECONDS)
