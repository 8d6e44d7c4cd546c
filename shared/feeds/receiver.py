"""The receiver: takes another log's published facts into this one, each once, in the order its owner gave them.

The cursor is what the log itself holds. Every pull begins with the last fact received, so that an owner who was
restored to an earlier day and went on differently is noticed before anything of the new life is taken for the old.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import aiohttp
import msgspec

from shared import tracing
from shared.database import DATABASE_ERRORS
from shared.facts import LogStarted
from shared.feeds.port import FeedSource
from shared.feeds.refusals import (
    ENDS_EARLIER,
    GAP,
    OTHER_LEAF,
    OTHER_TIME,
    WRONG_HASH,
    WRONG_REPUBLISHED,
    WRONG_SOURCE,
    FeedRefused,
)
from shared.log import format as log_format
from shared.log.append import Append, Conflict, Received
from shared.log.log import Log
from shared.log.republished import POINTING, is_what_it_says
from shared.views.fold import place_of
from shared.waiting import ended, woken_within

logger = logging.getLogger(__name__)

_BATCH = 500
_POLL_SECONDS = 0.1
_LONGEST_PAUSE = 10.0
_ANSWER_SECONDS = 2.0
"""Less than the patience of whoever asks how a feed is."""

_HEADER = tuple(name for name in Received.__dataclass_fields__ if name not in ("salt", "data", "data_hash", "leaf"))


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How far a feed is. `refusal` is the code of what stands against it, `error` that of a passing failure."""

    source: str
    cursor: int
    head: int | None
    state: Literal["live", "gap", "failing", "stopped"]
    refusal: str | None
    error: str | None


class Receiver:
    """Receives one source into one log. `start` refuses a log of another time; what stops it later is in `status`."""

    def __init__(self, log: Log, source: FeedSource) -> None:
        self._source = source
        self._log = log
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._hash = log_format.hasher("sha-256")
        self._checked = False
        self._stopped: FeedRefused | None = None
        self._gap: FeedRefused | None = None
        self._error: str | None = None

    async def start(self) -> None:
        """Begin. Raises FeedRefused for a log of another clock or zone; an owner that is away is asked again."""
        with contextlib.suppress(*DATABASE_ERRORS, aiohttp.ClientError):
            await self.check_genesis()
        self._wake = self._source.wake() or asyncio.Event()
        self._task = asyncio.create_task(self._run(), name=f"receive {self._source.log} into {self._log.id}")

    async def stop(self) -> None:
        self._source.forget(self._wake)
        await ended(self._task)

    @property
    def source(self) -> FeedSource:
        return self._source

    async def ended(self) -> None:
        """Returns once the feed was refused for good; `status` says why."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def check_genesis(self) -> None:
        """Simulated time must never enter real history, nor one zone's days another's."""
        theirs, ours = await self._source.genesis(), self._log.genesis
        if (theirs.zone, theirs.clock) != (ours.zone, ours.clock):
            raise FeedRefused(
                OTHER_TIME.of(
                    receiver=self._log.id, source=self._source.log, receiver_time=_time(ours), source_time=_time(theirs)
                )
            )
        self._hash = log_format.hasher(theirs.hash)
        self._checked = True

    async def status(self) -> FeedStatus:
        """`head` is None when the owner cannot be asked now."""
        head = None
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_ANSWER_SECONDS):
                head = (await self._source.heartbeat(oldest_seconds=0)).head
        cursor = await self._log.cursor(self._source.log)
        if refused := self._stopped or self._gap:
            state: Literal["gap", "stopped"] = "stopped" if self._stopped else "gap"
            return FeedStatus(self._source.log, cursor, head, state, refused.refused.code, self._error)
        return FeedStatus(self._source.log, cursor, head, "failing" if self._error else "live", None, self._error)

    async def compare(self) -> int:
        """Ask the owner for the last fact received, and take nothing; its feed number, 0 when none was received.

        Raises FeedRefused when the owner has another fact there, or none.
        """
        cursor = await self._log.cursor(self._source.log)
        if cursor:
            delivered = await self._source.after(cursor - 1, 1)
            await self._reaches(cursor, delivered)
            await self._next_after(cursor, delivered)
        return cursor

    async def receive(self) -> int:
        """Take everything that is there now; the number of facts appended. Raises FeedRefused."""
        taken = 0
        while True:
            cursor = await self._log.cursor(self._source.log)
            delivered = await self._source.after(max(0, cursor - 1), _BATCH)
            await self._reaches(cursor, delivered)
            fresh, gap = await self._next_after(cursor, delivered)
            if fresh:
                try:
                    with self._span(fresh):
                        await self._log.append(Append(fresh))
                except Conflict:
                    if await self._log.cursor(self._source.log) == cursor:
                        raise
                    continue  # another process received them first
                taken += len(fresh)
            if gap is not None:
                raise gap
            if not fresh:
                return taken

    async def _reaches(self, cursor: int, delivered: Sequence[Received]) -> None:
        # Only its present word counts: what another process received meanwhile is beyond an earlier one.
        if cursor and not delivered and (head := (await self._source.heartbeat(oldest_seconds=0)).head) < cursor:
            raise FeedRefused(ENDS_EARLIER.of(source=self._source.log, head=head, cursor=cursor))

    def _span(self, fresh: Sequence[Received]) -> tracing.Span:
        if not tracing.is_on():
            return tracing.OFF
        told: dict[str, tracing.Value] = {
            "zeren.log": self._log.id,
            "zeren.source": self._source.log,
            "messaging.batch.message_count": len(fresh),
        }
        made_by = (fact.traceparent for fact in fresh)
        return tracing.span_of_facts(f"receive {self._source.log}", made_by, told, kind="consumer")

    async def _next_after(
        self, cursor: int, delivered: Sequence[Received]
    ) -> tuple[list[Received], FeedRefused | None]:
        """The facts that follow the cursor without a gap, and the gap that ends them, if any."""
        fresh: list[Received] = []
        for fact in delivered:
            expected = cursor + len(fresh) + 1
            if fact.source != self._source.log:
                raise FeedRefused(WRONG_SOURCE.of(source=self._source.log, found=fact.source))
            if fact.source_seq < expected:
                await self._same_as_before(fact, fresh, cursor)
            elif fact.source_seq > expected:
                return fresh, FeedRefused(GAP.of(source=self._source.log, expected=expected, found=fact.source_seq))
            else:
                self._verify(fact)
                fresh.append(fact)
        return fresh, None

    async def _same_as_before(self, fact: Received, fresh: Sequence[Received], cursor: int) -> None:
        if fact.source_seq > cursor:
            known: bytes | None = fresh[fact.source_seq - cursor - 1].leaf
        else:
            known = await self._log.pool.fetchval(
                f"select leaf from {self._log.schema}.log where source = $1 and source_seq = $2",  # noqa: S608
                fact.source,
                fact.source_seq,
            )
        if known != fact.leaf:
            raise FeedRefused(OTHER_LEAF.of(source=fact.source, seq=fact.source_seq))

    def _verify(self, fact: Received) -> None:
        """The bytes are those that the owner hashed. After a redaction only the leaf can tell."""
        h = self._hash
        if fact.data is not None and (fact.salt is None or h(fact.salt + fact.data) != fact.data_hash):
            raise FeedRefused(WRONG_HASH.of(source=fact.source, seq=fact.source_seq, which="data_hash"))
        if h(log_format.header(**{name: getattr(fact, name) for name in _HEADER}) + fact.data_hash) != fact.leaf:
            raise FeedRefused(WRONG_HASH.of(source=fact.source, seq=fact.source_seq, which="leaf"))
        if fact.type == POINTING and fact.data is not None:
            self._verify_republished(fact, fact.data)

    def _verify_republished(self, fact: Received, data: bytes) -> None:
        """What it points at is a fact that its owner hashed, too. UnknownEvent when only a newer program can tell."""
        wrong = FeedRefused(WRONG_REPUBLISHED.of(source=fact.source, seq=fact.source_seq))
        try:
            event = self._log.catalogue.decode(POINTING, fact.schema, data)
        except msgspec.DecodeError:
            raise wrong from None
        if not is_what_it_says(event, fact.source, fact.stream, self._hash):
            raise wrong

    async def _run(self) -> None:
        pause = 0.1
        while True:
            self._wake.clear()
            try:
                if not self._checked:
                    await self.check_genesis()
                await self.receive()
                self._gap, self._error, pause = None, None, 0.1
            except FeedRefused as refused:
                logger.error("a feed is refused", extra={"log": self._log.id, "reason": str(refused)})
                if refused.refused.refusal is not GAP:
                    self._stopped = refused
                    return
                self._gap = refused
            except Exception as error:
                self._error = place_of(error)
                logger.error("a feed pauses", extra={"log": self._log.id, "error": self._error})
            if self._gap or self._error:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            await woken_within(self._wake, _POLL_SECONDS)


def _time(genesis: LogStarted) -> str:
    return f"{genesis.zone}, {genesis.clock}"
