"""What is to be sent to the outside: a view says what, a loop sends it, and how it ended is an event.

A row of the view stands as long as the matter is open; the event that ends it takes the row away. Between attempts only
a small table is written (`outbound`: how often, and when next by real time), by which two processes never send one
thing at once, and none forgets how often it has tried. A process that dies between sending and recording sends again,
with the same identity: at least once, never silently not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import DATABASE_ERRORS
from shared.log.log import Log
from shared.outside import Outside
from shared.views import View
from shared.views.fold import place_of
from shared.views.issuer import HandleAsSystem
from shared.views.pending import derived_id
from shared.views.reading import Reading, statement_of
from shared.views.runner import Runner
from shared.views.store import views_schema
from shared.views.table import INCOMPLETE_SINCE, form_of, table_of
from shared.waiting import ended, next_round

logger = logging.getLogger(__name__)

R = TypeVar("R")
_Lane = tuple[str, tuple[Any, ...]]

AT_ONCE = 16
AT_ONCE_IN_A_LANE = 2
"""So that one receiver who lets everybody wait does not hold up the others."""
HELD_SECONDS = 20.0
"""What nobody has said to be under way for so long is tried again: whoever began it has died, or cannot record how it ended."""
SAID_SECONDS = 5.0
"""So often whoever is at something says so."""
ATTEMPT_SECONDS = 60.0
"""An attempt that lasts longer was in vain."""
_LOOKED_AT = 200
_POLL_SECONDS = 1.0
_SHORTEST_ROUND = 0.05
_FOLD_SECONDS = 5.0
_CHANCE = random.SystemRandom()
"""Its own, so that nobody who draws from the common one with a seed is disturbed."""
_SPREAD = 0.1
"""Pauses are lengthened by up to so much of themselves, so that what failed together does not return together."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an attempt. `why` is a word or a code, without addresses or persons; `made` what was made in it, for
    the command that records it and for nobody else."""

    end: Literal["sent", "refused", "later"]
    why: str
    made: Any = None


@dataclass(frozen=True, slots=True)
class Outbound(Generic[R]):
    """One kind of thing that is sent.

    `view` holds what is open. `send(reading, row)` makes one attempt; what it raises is an attempt that failed.
    `pauses(reading)` are the seconds between attempts, at least one: when they are used up, it has failed for good.
    `end(row, answer, attempts)` is the command that then records how it ended; it is issued once. Rows that have the same
    in the columns of `lane` wait for each other.
    While the installation is not `ready` for it, nothing is tried.
    """

    kind: str
    view: View[R]
    send: Callable[[Reading, R], Awaitable[Answer]]
    pauses: Callable[[Reading], Sequence[int]]
    end: Callable[[R, Answer, int], Any]
    lane: tuple[str, ...] = ()
    ready: Callable[[Outside], bool] = lambda outside: True


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How much of a kind is open, and how much of that was tried in vain so far."""

    open: int
    retried: int


_TRIED = sa.Table(
    "outbound",
    sa.MetaData(),
    sa.Column("kind", sa.Text),
    sa.Column("key", JSONB),
    sa.Column("attempts", sa.Integer),
    sa.Column("next_at", sa.DateTime(timezone=True)),
)


class Sender:
    """The loop over everything that a service sends."""

    def __init__(
        self,
        kinds: Sequence[Outbound[Any]],
        log: Log,
        handle: HandleAsSystem,
        runner: Runner,
        reading: Callable[[], Reading],
    ) -> None:
        self._kinds = kinds
        self._log = log
        self._schema = views_schema(log)
        self._handle = handle
        self._runner = runner
        self._reading = reading
        self._wake = log.wake()
        self._lanes: Counter[_Lane] = Counter()
        self._under_way: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None
        # Asked after every append, and made once.
        self._ready = {kind.kind: statement_of(_ready(kind), self._schema) for kind in kinds}

    async def start(self) -> None:
        """Begin, if there is anything to send."""
        for kind in self._kinds:
            await self._forget_what_is_gone(kind)
        if self._kinds:
            self._loop = asyncio.create_task(self._run(), name=f"outbound {self._log.id}")

    async def stop(self) -> None:
        """Break off; what is under way is held until its time is over, and then tried again by whoever runs."""
        self._log.forget(self._wake)
        await ended(self._loop, *self._under_way.values())

    async def status(self) -> Mapping[str, Outgoing]:
        """By kind."""
        found = {}
        for kind in self._kinds:
            joined, _ = _with_attempts(kind)
            counted: Any = sa.select(sa.func.count(), sa.func.count(_TRIED.c.attempts)).select_from(joined)
            statement, values = statement_of(counted, self._schema)
            record = await self._log.pool.fetchrow(statement, *values)
            found[kind.kind] = Outgoing(*record) if record is not None else Outgoing(0, 0)
        return found

    async def _run(self) -> None:
        views = {kind.view for kind in self._kinds}
        while True:
            self._wake.clear()
            began = time.monotonic()
            try:
                # Views that do not show all that is recorded may show as open what has been sent.
                if await self._runner.reached(await self._log.last_position(), _FOLD_SECONDS, views):
                    outside = self._reading().outside
                    for kind in (kind for kind in self._kinds if kind.ready(outside)):
                        await self._begin(kind)
            except Exception as error:
                logger.error("sending pauses", extra={"log": self._log.id, "error": place_of(error)})
            await next_round(self._wake, _POLL_SECONDS, began, _SHORTEST_ROUND)

    async def _forget_what_is_gone(self, kind: Outbound[Any]) -> None:
        """Attempts at what is open no more, such as what was dropped with its subscription."""
        await self._log.pool.execute(
            f"delete from {self._schema}.outbound o where o.kind = $1 and {self._gone(kind)}",  # noqa: S608
            kind.kind,
        )

    def _gone(self, kind: Outbound[Any]) -> str:
        """The condition that the view has no row of the key of `o`."""
        key = ", ".join(f'v."{name}"' for name in kind.view.key)
        table = f"{self._schema}.{kind.view.table_name}"
        return f"not exists (select 1 from {table} v where jsonb_build_array({key}) = o.key)"  # noqa: S608

    async def _begin(self, kind: Outbound[Any]) -> None:
        for row, key in await self._open(kind):
            if len(self._under_way) >= AT_ONCE:
                return
            if (kind.kind, key) in self._under_way:
                continue  # the database was away for so long that we could not say so
            lane = (kind.kind, tuple(getattr(row, name) for name in kind.lane))
            if self._lanes[lane] >= AT_ONCE_IN_A_LANE:
                continue
            attempts = await self._claim(kind, key)
            if attempts is None:
                continue  # another process was faster
            self._lanes[lane] += 1
            task = asyncio.create_task(self._attempt(kind, row, key, attempts, lane))
            self._under_way[kind.kind, key] = task

    async def _open(self, kind: Outbound[Any]) -> list[tuple[Any, str]]:
        """Rows that may be tried now, with their keys as JSON; who has waited longest first, and few of each lane."""
        statement, values = self._ready[kind.kind]
        records = [list(record) for record in await self._log.pool.fetch(statement, *values)]
        form = form_of(kind.view)
        return [(form.row_of(record[:-1]), record[-1]) for record in records]

    async def _claim(self, kind: Outbound[Any], key: str) -> int | None:
        """Which attempt this is, now that it is ours alone; None when it is not."""
        attempts: int | None = await self._log.pool.fetchval(
            f"""insert into {self._schema}.outbound as o (kind, key, attempts, next_at)
                values ($1, $2::jsonb, 1, now() + make_interval(secs => $3))
                on conflict (kind, key) do update
                set attempts = o.attempts + 1, next_at = excluded.next_at where o.next_at <= now()
                returning attempts""",  # noqa: S608
            kind.kind,
            key,
            HELD_SECONDS,
        )
        return attempts

    @contextlib.asynccontextmanager
    async def _held(self, kind: Outbound[Any], key: str) -> AsyncIterator[None]:
        """While this lasts, the claim is renewed: a process that dies is soon succeeded, one that takes its time is not."""
        renewing = asyncio.create_task(self._renew(kind, key))
        try:
            yield
        finally:
            await ended(renewing)

    async def _renew(self, kind: Outbound[Any], key: str) -> None:
        while True:
            await asyncio.sleep(SAID_SECONDS)
            with contextlib.suppress(*DATABASE_ERRORS):  # whoever needs it will say that it is away
                await self._until(kind, key, HELD_SECONDS)

    async def _attempt(self, kind: Outbound[Any], row: Any, key: str, attempts: int, lane: _Lane) -> None:
        try:
            reading = self._reading()
            pauses = kind.pauses(reading)
            pause = pauses[min(attempts, len(pauses)) - 1]
            async with self._held(kind, key):
                answer = await self._send(kind, reading, row)
                if is_over := answer.end != "later" or attempts > len(pauses):
                    command = kind.end(row, answer, attempts)
                    await self._handle(
                        type(command).__name__, command, derived_id("outbound", kind.kind, key), None, None
                    )
            await (self._done(kind, key, pause) if is_over else self._later(kind, key, pause))
        except Exception as error:
            # It is held until its time is over and then tried again.
            logger.error("how sending ended was not recorded", extra={"kind": kind.kind, "error": place_of(error)})
        finally:
            self._lanes[lane] -= 1
            del self._under_way[kind.kind, key]
            self._wake.set()

    async def _send(self, kind: Outbound[Any], reading: Reading, row: Any) -> Answer:
        """One attempt; what goes wrong with it is told, and an answer as well."""
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                return await kind.send(reading, row)
        except TimeoutError:
            return Answer("later", "too-slow")
        except Exception as error:
            logger.error("sending failed", extra={"kind": kind.kind, "error": place_of(error)})
            return Answer("later", "error")

    async def _later(self, kind: Outbound[Any], key: str, pause: int) -> None:
        await self._until(kind, key, pause * _CHANCE.uniform(1.0, 1.0 + _SPREAD))

    async def _until(self, kind: Outbound[Any], key: str, seconds: float) -> None:
        """Nobody tries it before so many seconds are over."""
        await self._log.pool.execute(
            f"""update {self._schema}.outbound set next_at = now() + make_interval(secs => $3)
                where kind = $1 and key = $2::jsonb""",  # noqa: S608
            kind.kind,
            key,
            seconds,
        )

    async def _done(self, kind: Outbound[Any], key: str, pause: int) -> None:
        """Forget it, once the view has. What is open all the same, because how it ended was refused, waits as after an
        attempt in vain."""
        if await self._runner.reached(await self._log.last_position(), _FOLD_SECONDS, {kind.view}):
            gone = await self._log.pool.fetchval(
                f"delete from {self._schema}.outbound o where kind = $1 and key = $2::jsonb and {self._gone(kind)} returning true",  # noqa: S608
                kind.kind,
                key,
            )
            if not gone:
                await self._later(kind, key, pause)


def _with_attempts(kind: Outbound[Any]) -> tuple[sa.Join, sa.ColumnElement[Any]]:
    """The view's rows beside what is known of attempts; and their keys."""
    table = table_of(kind.view)
    key = sa.func.jsonb_build_array(*(table.c[name] for name in kind.view.key), type_=JSONB)
    return table.outerjoin(_TRIED, sa.and_(_TRIED.c.kind == kind.kind, _TRIED.c.key == key)), key


def _ready(kind: Outbound[Any]) -> sa.Select[Any]:
    """See `Sender._open`."""
    form, table = form_of(kind.view), table_of(kind.view)
    joined, key = _with_attempts(kind)
    order = (_TRIED.c.next_at.asc().nulls_first(), *(table.c[name] for name in kind.view.key))
    place = sa.func.row_number().over(partition_by=[table.c[name] for name in kind.lane] or None, order_by=order)
    ready = (
        sa.select(
            *(table.c[name] for name in form.names),
            sa.cast(key, sa.Text).label("key_text"),
            _TRIED.c.next_at.label("since"),
            place.label("place"),
        )
        .select_from(joined)
        .where(
            table.c[INCOMPLETE_SINCE].is_(None),
            sa.or_(_TRIED.c.next_at.is_(None), _TRIED.c.next_at <= sa.func.now()),
        )
        .subquery("ready")
    )
    return (
        sa.select(*(ready.c[name] for name in form.names), ready.c.key_text)
        .where(ready.c.place <= AT_ONCE_IN_A_LANE)
        .order_by(ready.c.since.asc().nulls_first(), ready.c.key_text)
        .limit(_LOOKED_AT)
    )
