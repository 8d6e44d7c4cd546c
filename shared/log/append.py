"""Append: the primary key is the lock.

One appender per process, with its own connection, gathers every waiting append and writes them as positions
head+1 … head+n in one autocommit statement: all rows or none. The statement asserts the head it extends, the
versions of the streams that are written or were read, and that no command of the batch is known yet. If nothing was
written, some assertion failed: the losers are found and answered, the rest is repeated.

Another process may append to the same log. Then the primary key refuses, or the lock that the fast path only tries is
taken: the head is read again and the batch repeated under that lock, with a bounded wait. As long as others go on
writing, a process asks for its turn before it composes anything, takes along whoever came while it waited, and gives the
turn back in the statement that writes.

While the database writes one batch, the next is composed on top of it: rows and hashes are most of an append's work, and
that way they cost no time. If the batch before is not written after all, it is composed afresh.

If the connection breaks while the statement is under way, nobody knows whether it was committed. See `_settle`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

import asyncpg

from shared.database import DATABASE_ERRORS, is_connection_lost
from shared.log import format as log_format
from shared.log.format import NO_CHAIN, HashName, Row

logger = logging.getLogger(__name__)

Stream = tuple[str, str]
"""A stream as (source log, stream name): streams received from elsewhere live beside our own."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event of this log's own, encoded and sealed, that waits for its position, version and feed number."""

    event_id: UUID
    stream: str
    type: str
    schema: int
    occurred: str
    published: bool
    history: bool
    actor_subject: str
    actor_post: str | None
    actor_on_behalf: str | None
    command_id: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A published event of another log, exactly as its owner holds it."""

    event_id: UUID
    source: str
    source_seq: int
    source_incarnation: int
    stream: str
    version: int
    type: str
    schema: int
    occurred: str
    recorded_at: datetime
    history: bool
    actor_subject: str
    actor_post: str | None
    actor_on_behalf: str | None
    command_id: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    salt: bytes | None
    data: bytes | None
    data_hash: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """What makes a command idempotent: its id, and a keyed fingerprint of its body."""

    command_id: UUID
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """One all-or-nothing append.

    `expect` holds a version for every stream of our own that is written (0: it must not exist yet) and for every
    stream that was only read. Without events only the command is remembered, with a count of 0. With `incarnation`, its
    events and all that follow belong to that incarnation of the log.
    """

    events: Sequence[NewEvent | Received]
    expect: Mapping[Stream, int] = field(default_factory=dict)
    command: CommandRecord | None = None
    incarnation: int | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where an append came to stand: its rows are `first` … `first + len(rows) - 1`, and none if it had no events."""

    first: int
    rows: Sequence[Row]


class Conflict(Exception):
    """An asserted stream has another version, or an event of the append is in the log already: load and decide again."""


class CommandKnown(Exception):
    """The command is already in the log: look its answer up."""


class Overloaded(Exception):
    """The queue is full, or the log was busy for too long. Nothing was written; try again later."""


class LogClosed(Exception):
    """The appender is stopping. Nothing was written."""


class Unreachable(Exception):
    """The database went away and did not come back in time. Whether it was written is not known: the same command
    may be repeated, and finds what was written."""


class LogReplaced(Exception):
    """The log below us is not the one we wrote to: its head has gone back or changed. Only a new start helps."""


@dataclass(slots=True)
class _Waiting:
    append: Append
    answer: asyncio.Future[Appended]


@dataclass(slots=True)
class Head:
    """The end of the log, as far as this process knows."""

    position: int = 0
    chain: bytes = NO_CHAIN
    incarnation: int = 1
    learned_at: datetime | None = None
    feed_seq: int = 0


APPENDER_SETTINGS = {
    # Every look-up of the statement is an index probe; a plan made while the table was empty must not scan later.
    "jit": "off",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "statement_timeout": "10000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "10000",
    "tcp_user_timeout": "10000",
}

_PATIENCE_SECONDS = 30.0
"""How long a lost database may stay away before the writers are told; a restart of PostgreSQL takes a few seconds."""
_CROWDED_BATCHES = 16
"""How many batches after the last sign of another writer a process goes on asking for its turn first."""
_ATTEMPTS = 100
"""More rounds than any batch needs; a loop that does not end is an error of this module."""


def _append_sql(schema: str) -> str:
    """The statement. Its rows travel as one array of the table's own row type, whose columns are a `Row`'s fields."""
    return f"""
with guard as materialized (
    select
        pg_try_advisory_xact_lock($1::bigint) as free,
        $2::bigint = 0
            or coalesce((select l.chain from {schema}.log l where l.position = $2::bigint) = $3::bytea, false) as extends,
        not exists (
            select 1 from unnest($4::text[], $5::text[], $6::bigint[]) as e(source, stream, version)
            where e.version <> coalesce((
                select l.version from {schema}.log l
                where l.source = e.source and l.stream = e.stream order by l.version desc limit 1), 0))
        and not exists (
            select 1 from unnest($7::uuid[]) as c(id)
            where (select k.count from {schema}.commands k where k.command_id = c.id) is not null) as holds
), go as (
    select 1 from guard where free and extends and holds
), known as (
    insert into {schema}.commands (command_id, fingerprint, first_position, count)
    select c.* from go, unnest($7::uuid[], $8::bytea[], $9::bigint[], $10::integer[]) as c
), written as (
    insert into {schema}.log ({", ".join(log_format.COLUMNS)})
    select r.* from go, unnest($11::{schema}.log[]) as r
)
select free, extends, holds, case when $12::boolean and holds then pg_advisory_unlock($1::bigint) end as given_back
from guard
"""  # noqa: S608 — the schema name is checked by whoever makes the log


class _Verdict(Enum):
    """What the statement answered."""

    WRITTEN = 1
    BUSY = 2
    """Another process has its turn."""
    REFUSED = 3
    """An asserted version or command did not hold."""


class Appender:
    """Writes one log for one process.

    `connect` opens a connection of the log's role with `APPENDER_SETTINGS`; `clock` gives the log's present instant.
    `announce(rows)` is called after each commit, in log order, before the writers are answered. `queue` bounds the
    appends that wait; `patience` is how many seconds a lost database may stay away before the writers are told. From
    `halve_from` waiting rows on, a second statement costs less than the time in which nothing would be composed.
    """

    def __init__(
        self,
        log_id: str,
        schema: str,
        hash_name: HashName,
        connect: Callable[[], Awaitable[asyncpg.Connection[asyncpg.Record]]],
        clock: Callable[[], datetime],
        announce: Callable[[Sequence[Row]], None],
        *,
        queue: int = 4096,
        batch_rows: int = 1024,
        halve_from: int = 24,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        self._log_id = log_id
        self._schema = schema
        self._hash = log_format.hasher(hash_name)
        self._connect = connect
        self._clock = clock
        self._announce = announce
        self._queue: deque[_Waiting] = deque()
        self._ahead: _Plan | None = None
        self._queue_limit = queue
        self._arrived = asyncio.Event()
        self._batch_rows = batch_rows
        self._halve_from = halve_from
        self._patience = patience
        self._sql = _append_sql(schema)
        # One lock number per log: the first eight bytes of a hash of its name.
        self._lock = int.from_bytes(log_format.hasher("sha-256")(f"zeren {schema}".encode())[:8], "big", signed=True)
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._has_turn = False
        self._crowded = 0
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.head = Head()

    async def start(self) -> None:
        await self._read_head(await self._connected())
        self._task = asyncio.create_task(self._run(), name=f"append {self._log_id}")

    async def stop(self) -> None:
        """Writes what waits, then ends. Appends that come later are refused with LogClosed."""
        self._closed = True
        self._arrived.set()
        if self._task is not None:
            await self._task
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    @property
    def waiting(self) -> int:
        """Appends that wait to be written."""
        return len(self._queue) + (len(self._ahead.batch) if self._ahead else 0)

    async def append(self, append: Append) -> Appended:
        """Append, or raise Conflict, CommandKnown, Overloaded or LogClosed, when nothing was written; or Unreachable.

        An append that the database or the encoding refuses (text with a NUL, a stream without its expected version)
        raises what was raised there, alone; the others of its batch are written. A caller that is cancelled does not
        cancel the write: a repeat of its command finds what was written.
        """
        if self._closed:
            raise LogClosed(self._log_id)
        if self.waiting >= self._queue_limit:
            raise Overloaded(self._log_id)
        answer: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(append, answer))
        self._arrived.set()
        # Cancelling the caller cancels the answer only; the appender never looks at it before it has written.
        return await answer

    async def _run(self) -> None:
        while True:
            if not self.waiting:
                if self._closed:
                    return
                self._arrived.clear()
                await self._arrived.wait()
                continue
            ahead, self._ahead = self._ahead, None
            batch = ahead.batch if ahead else self._first_batch()
            try:
                if self._crowded:
                    batch, ahead = [*batch], None
                    await self._await_turn(batch)
                await self._write(batch, ahead)
            except Exception as error:
                logger.exception("append failed", extra={"log": self._log_id, "error": type(error).__name__})
                self._disconnect()
                if isinstance(error, Unreachable):
                    # Who waits behind would only wait as long again.
                    batch = [*batch, *(self._ahead.batch if self._ahead else ()), *self._queue]
                    self._ahead = None
                    self._queue.clear()
                for lost in batch:
                    _fail(lost, error)

    def _first_batch(self) -> list[_Waiting]:
        """The next batch while nothing is being written: of many rows that wait, half, for the rest to be composed then."""
        rows = sum(len(waiting.append.events) for waiting in self._queue)
        halves = rows >= self._halve_from and not self._crowded
        return self._next_batch(min(rows // 2, self._batch_rows) if halves else self._batch_rows)

    def _next_batch(self, most_rows: int) -> list[_Waiting]:
        """The next appends that wait: those with which the rows reach `most_rows`, or all."""
        batch: list[_Waiting] = []
        rows = 0
        while self._queue and rows < most_rows and len(batch) < self._batch_rows:
            batch.append(self._queue.popleft())
            rows += len(batch[-1].append.events)
        return batch

    def _compose_ahead(self, plan: _Plan) -> None:
        """While `plan` is being written: the next batch on top of it, of those who have come meanwhile."""
        if self._ahead is None and self._queue and not self._crowded:
            self._ahead = self._compose(self._next_batch(self._batch_rows), plan.end())

    async def _write(self, batch: list[_Waiting], ahead: _Plan | None = None) -> None:
        """Bring every append of the batch to an end: written, or answered with what stood against it.

        `ahead` is the plan of just this batch, if it was composed before its turn.
        """
        try:
            for _ in range(_ATTEMPTS):
                if not batch:
                    return
                await self._be_connected(time.monotonic() + self._patience)
                try:
                    batch = await self._attempt(batch, ahead)
                except Exception as error:
                    if not is_connection_lost(error):
                        raise
                    self._disconnect()  # between two statements; nothing of ours was under way
            raise RuntimeError("an append did not come to an end")
        except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError):
            logger.warning("the log was busy for too long", extra={"log": self._log_id, "appends": len(batch)})
            for waiting in batch:
                _fail(waiting, Overloaded(self._log_id))
        finally:
            await self._give_turn_back()

    async def _attempt(self, batch: list[_Waiting], ahead: _Plan | None) -> list[_Waiting]:
        """One round; returns the appends that are still to be written."""
        if ahead is not None and ahead.batch is batch and ahead.head == self.head:
            plan = ahead
        else:
            plan = self._compose(batch, self.head)
        if not plan.accepted:
            return []
        asyncio.get_running_loop().call_soon(self._compose_ahead, plan)
        had_turn = self._has_turn
        try:
            verdict = await self._execute(plan)
        except asyncpg.UniqueViolationError as error:
            if not had_turn:
                await self._take_turn()
                return plan.batch
            # The head is fresh and nobody else writes: the key that exists is one append's own.
            known = error.constraint_name == "commands_pkey"
            return await self._halve(plan.batch, CommandKnown() if known else Conflict())
        except Exception as error:
            if is_connection_lost(error):
                return await self._settle(plan)
            if _one_appends_own(error):
                return await self._halve(plan.batch, error)
            raise
        if verdict is _Verdict.WRITTEN:
            self._done(plan)
            return []
        if verdict is _Verdict.REFUSED:
            losers = await self._answer_losers(plan)
            if losers:
                return [waiting for waiting in plan.batch if id(waiting) not in losers]
            # What stood against it has changed meanwhile; under the lock nothing changes.
            if had_turn:
                raise RuntimeError("the append was refused although every assertion holds")
        await self._take_turn()
        return plan.batch

    async def _halve(self, batch: list[_Waiting], error: Exception) -> list[_Waiting]:
        """The batch was refused for a reason that is one append's own: let that one fail alone. None remain."""
        if len(batch) == 1:
            _fail(batch[0], error)
        else:
            await self._give_turn_back()
            middle = len(batch) // 2
            await self._write(batch[:middle])
            await self._write(batch[middle:])
        return []

    def _compose(self, batch: list[_Waiting], head: Head) -> _Plan:
        """Rows, assertions and commands of a batch on top of a head, deciding in memory what depends on earlier appends
        of the batch."""
        plan = _Plan(head)
        now = self._clock()
        learned_at = max(now, head.learned_at) if head.learned_at else now
        for waiting in batch:
            append = waiting.append
            if append.command and append.command.command_id in plan.command_ids:
                plan.put_off(waiting, CommandKnown())
            elif plan.versions and any(
                plan.versions.get(s, version) != version for s, version in append.expect.items()
            ):
                plan.put_off(waiting, Conflict())
            else:
                try:
                    plan.add(waiting, *self._rows(append, plan, learned_at))
                except Exception as error:  # whatever is wrong with it is this append's own
                    _fail(waiting, error)
        return plan

    def _rows(self, append: Append, plan: _Plan, learned_at: datetime) -> tuple[list[Row], dict[Stream, int], int]:
        """The rows of one append behind those of the plan; the versions they bring, and the feed number reached."""
        position, chain, feed_seq = plan.position, plan.chain, plan.feed_seq
        incarnation = append.incarnation or plan.incarnation
        versions: dict[Stream, int] = {}
        rows: list[Row] = []
        for event in append.events:
            position += 1
            if isinstance(event, NewEvent):
                stream = (self._log_id, event.stream)
                version = versions.get(stream, append.expect.get(stream))
                if version is None:
                    raise ValueError(f"no version is expected for the stream of a {event.type}, which is written")
                version += 1
                versions[stream] = version
                seq = None
                if event.published:
                    feed_seq += 1
                    seq = feed_seq
                row = self._own_row(event, position, version, seq, incarnation, learned_at, chain)
            else:
                row = self._received_row(event, position, incarnation, learned_at, chain)
                versions[event.source, event.stream] = event.version
            chain = row.chain
            rows.append(row)
        return rows, versions, feed_seq

    def _own_row(
        self,
        event: NewEvent,
        position: int,
        version: int,
        seq: int | None,
        incarnation: int,
        learned_at: datetime,
        previous: bytes,
    ) -> Row:
        salt = os.urandom(32)
        data_hash = self._hash(salt + event.data)
        leaf = self._hash(
            log_format.header(
                source=self._log_id,
                source_incarnation=incarnation,
                source_seq=seq,
                event_id=event.event_id,
                stream=event.stream,
                version=version,
                type=event.type,
                schema=event.schema,
                occurred=event.occurred,
                recorded_at=learned_at,
                history=event.history,
                actor_subject=event.actor_subject,
                actor_post=event.actor_post,
                actor_on_behalf=event.actor_on_behalf,
                command_id=event.command_id,
                correlation_id=event.correlation_id,
                causation_id=event.causation_id,
                traceparent=event.traceparent,
            )
            + data_hash
        )
        return Row(
            position=position,
            event_id=event.event_id,
            source=self._log_id,
            source_seq=seq,
            source_incarnation=incarnation,
            incarnation=incarnation,
            stream=event.stream,
            version=version,
            type=event.type,
            schema=event.schema,
            occurred=event.occurred,
            recorded_at=learned_at,
            learned_at=learned_at,
            history=event.history,
            actor_subject=event.actor_subject,
            actor_post=event.actor_post,
            actor_on_behalf=event.actor_on_behalf,
            command_id=event.command_id,
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            traceparent=event.traceparent,
            salt=salt,
            data=event.data,
            data_hash=data_hash,
            leaf=leaf,
            chain=log_format.chain_link(self._hash, previous, position, incarnation, learned_at, leaf),
        )

    def _received_row(
        self, event: Received, position: int, incarnation: int, learned_at: datetime, previous: bytes
    ) -> Row:
        """The row of a received event. ValueError when its bytes are not what its owner hashed."""
        row = Row(
            position=position,
            event_id=event.event_id,
            source=event.source,
            source_seq=event.source_seq,
            source_incarnation=event.source_incarnation,
            incarnation=incarnation,
            stream=event.stream,
            version=event.version,
            type=event.type,
            schema=event.schema,
            occurred=event.occurred,
            recorded_at=event.recorded_at,
            learned_at=learned_at,
            history=event.history,
            actor_subject=event.actor_subject,
            actor_post=event.actor_post,
            actor_on_behalf=event.actor_on_behalf,
            command_id=event.command_id,
            correlation_id=event.correlation_id,
            causation_id=event.causation_id,
            traceparent=event.traceparent,
            salt=event.salt,
            data=event.data,
            data_hash=event.data_hash,
            leaf=event.leaf,
            chain=log_format.chain_link(self._hash, previous, position, incarnation, learned_at, event.leaf),
        )
        if wrong := log_format.problems(row, previous, self._hash):
            raise ValueError(f"event {event.source_seq} received from {event.source} does not match its {wrong[0]}")
        return row

    async def _execute(self, plan: _Plan) -> _Verdict:
        """Run the statement. A turn that we have is given back by it, unless an assertion does not hold."""
        connection = await self._connected()
        had_turn = self._has_turn
        try:
            answer = await connection.fetchrow(
                self._sql,
                self._lock,
                plan.head.position,
                plan.head.chain,
                [source for (source, _), _ in plan.expect],
                [stream for (_, stream), _ in plan.expect],
                [version for _, version in plan.expect],
                [command.command_id for command, _, _ in plan.commands],
                [command.fingerprint for command, _, _ in plan.commands],
                [first for _, first, _ in plan.commands],
                [count for _, _, count in plan.commands],
                plan.rows,
                had_turn,
            )
        except Exception:
            if had_turn:
                await self._give_turn_back()  # the statement may have done so before it failed
            raise
        assert answer is not None  # noqa: S101 — one row comes back, whatever it says
        if not answer["extends"]:
            raise LogReplaced(self._log_id)
        if answer["given_back"]:
            self._has_turn = False
        if not answer["free"]:
            return _Verdict.BUSY
        return _Verdict.WRITTEN if answer["holds"] else _Verdict.REFUSED

    def _done(self, plan: _Plan) -> None:
        if plan.rows:
            self.head = plan.end()
            try:
                self._announce(plan.rows)
            except Exception as error:
                # What is written is written; who wrote it must hear that, whatever the listeners do.
                logger.exception("announcing failed", extra={"log": self._log_id, "error": type(error).__name__})
        for waiting, appended in zip(plan.accepted, plan.appended, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(appended)
        for waiting, reason in plan.put_offs:
            _fail(waiting, reason)

    async def _await_turn(self, batch: list[_Waiting]) -> None:
        """Others are writing too: our turn first, then along with the batch whoever came meanwhile.

        Where the turn cannot be had, the batch is tried without and meets whatever stands against it.
        """
        try:
            await self._take_turn()
        except Exception as error:
            if not (
                is_connection_lost(error)
                or isinstance(error, asyncpg.LockNotAvailableError | asyncpg.QueryCanceledError)
            ):
                raise
        batch += self._next_batch(self._batch_rows - len(batch))

    async def _take_turn(self) -> None:
        """Wait (bounded by lock_timeout) for the lock that the fast path only tries, and read the head under it."""
        connection = await self._connected()
        before = self.head
        if self._has_turn:
            await self._read_head(connection)
        else:
            try:
                row = await connection.fetchrow(
                    f"select * from {self._schema}.take_turn($1, $2)",  # noqa: S608
                    self._lock,
                    self._log_id,
                )
            except Exception:
                self._disconnect()  # a lock that was taken nevertheless goes with the connection
                raise
            self._has_turn = True
            self._note_head(row)
        self._crowded = max(self._crowded - 1, 0) if self.head == before else _CROWDED_BATCHES

    async def _give_turn_back(self) -> None:
        if not self._has_turn:
            return
        self._has_turn = False
        connection = self._connection
        try:
            if connection is not None and not connection.is_closed():
                await connection.execute("select pg_advisory_unlock_all()")
        except DATABASE_ERRORS:
            self._disconnect()  # the lock goes with the connection

    async def _answer_losers(self, plan: _Plan) -> set[int]:
        """Find the appends whose assertions do not hold, answer them, and return their ids (`id()`).

        Whether a stream that an earlier append of the batch writes has its version is decided in memory, when the
        rest is composed. So is everything that depends on what a loser, or an append put off behind it, would write.
        """
        connection = await self._connected()
        streams = list({stream for waiting in plan.accepted for stream in waiting.append.expect})
        found = await connection.fetch(
            f"""select e.source, e.stream, coalesce((
                    select l.version from {self._schema}.log l
                    where l.source = e.source and l.stream = e.stream order by l.version desc limit 1), 0) as version
                from unnest($1::text[], $2::text[]) as e(source, stream)""",  # noqa: S608
            [source for source, _ in streams],
            [stream for _, stream in streams],
        )
        known = await connection.fetch(
            f"select command_id from {self._schema}.commands where command_id = any($1::uuid[])",  # noqa: S608
            [waiting.append.command.command_id for waiting in plan.accepted if waiting.append.command],
        )
        actual = {(row["source"], row["stream"]): row["version"] for row in found}
        seen = {row["command_id"] for row in known}
        losers: set[int] = set()
        put_off = {id(waiting) for waiting, _ in plan.put_offs}
        undecided: set[Stream] = set()
        for waiting in plan.batch:
            append = waiting.append
            writes = {
                (self._log_id if isinstance(event, NewEvent) else event.source, event.stream) for event in append.events
            }
            if id(waiting) in put_off:
                if losers:
                    undecided |= writes
                continue
            if append.command and append.command.command_id in seen:
                _fail(waiting, CommandKnown())
                losers.add(id(waiting))
            elif any(s not in undecided and actual[s] != version for s, version in append.expect.items()):
                _fail(waiting, Conflict())
                losers.add(id(waiting))
            undecided |= writes
        return losers

    async def _settle(self, plan: _Plan) -> list[_Waiting]:
        """The connection broke with the outcome unknown: the statement may have been committed, or may still be.

        Rows found settle it. Rows not found prove nothing, so the same rows are written again at the same positions,
        until they are found or written, or until it is certain that the first attempt cannot succeed any more: other
        rows stand at its place, or the database refuses the repetition on top of the same head, as it must then have
        refused the first. Only then may they be composed afresh; those are returned. Raises Unreachable.
        """
        deadline = time.monotonic() + self._patience
        delay = 0.02
        first = plan.rows[0].event_id if plan.rows else None
        self._disconnect()
        while True:
            await self._be_connected(deadline)
            refused = False
            try:
                standing = await self._event_at(plan.head.position + 1)
                if standing is None:
                    try:
                        verdict = await self._execute(plan)
                    except asyncpg.UniqueViolationError:
                        refused = True
                    else:
                        if verdict is _Verdict.WRITTEN:
                            self._done(plan)
                            return []
                        refused = verdict is _Verdict.REFUSED
                    standing = await self._event_at(plan.head.position + 1)
                if standing is not None and standing == first:
                    self._done(plan)
                    return []
                if standing is not None or refused:
                    return plan.batch
            except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError):
                pass  # perhaps the first attempt itself stands in the way
            except Exception as error:
                if not is_connection_lost(error):
                    raise
                self._disconnect()
            if time.monotonic() > deadline:
                raise Unreachable(self._log_id)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 0.5)

    async def _event_at(self, position: int) -> UUID | None:
        connection = await self._connected()
        found: UUID | None = await connection.fetchval(
            f"select event_id from {self._schema}.log where position = $1",  # noqa: S608
            position,
        )
        return found

    async def _be_connected(self, deadline: float) -> None:
        """Connect, again and again until the deadline (monotonic seconds). Raises Unreachable."""
        delay = 0.02
        while True:
            try:
                await self._connected()
                return
            except DATABASE_ERRORS as refused:
                if time.monotonic() > deadline:
                    raise Unreachable(self._log_id) from refused
            await asyncio.sleep(delay)
            delay = min(delay * 2, 0.5)

    async def _connected(self) -> asyncpg.Connection[asyncpg.Record]:
        if self._connection is None or self._connection.is_closed():
            self._disconnect()
            self._connection = await self._connect()
        return self._connection

    def _disconnect(self) -> None:
        self._has_turn = False  # a lock ends with its session
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _read_head(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self._note_head(await connection.fetchrow(f"select * from {self._schema}.head($1)", self._log_id))  # noqa: S608

    def _note_head(self, row: asyncpg.Record | None) -> None:
        found = Head(*row) if row else Head()
        known = self.head
        if found.position < known.position or (found.position == known.position and found.chain != known.chain):
            raise LogReplaced(self._log_id)
        self.head = found


class _Plan:
    """One attempt to write a batch on top of one head."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self.position = head.position
        self.chain = head.chain
        self.feed_seq = head.feed_seq
        self.incarnation = head.incarnation
        self.batch: list[_Waiting] = []
        """Accepted and put off, in their order."""
        self.accepted: list[_Waiting] = []
        self.appended: list[Appended] = []
        self.put_offs: list[tuple[_Waiting, Exception]] = []
        """Appends that an earlier one of the batch stands against, and what to answer once that one is written."""
        self.rows: list[Row] = []
        self.versions: dict[Stream, int] = {}
        """Versions of the streams that this batch has written so far."""
        self.expect: set[tuple[Stream, int]] = set()
        """What the statement asserts. What the batch itself wrote was compared in memory: it has one snapshot."""
        self.commands: list[tuple[CommandRecord, int, int]] = []
        self.command_ids: set[UUID] = set()

    def end(self) -> Head:
        """The head once this is written."""
        learned_at = self.rows[-1].learned_at if self.rows else self.head.learned_at
        return Head(self.position, self.chain, self.incarnation, learned_at, self.feed_seq)

    def put_off(self, waiting: _Waiting, error: Exception) -> None:
        self.batch.append(waiting)
        self.put_offs.append((waiting, error))

    def add(self, waiting: _Waiting, rows: list[Row], versions: Mapping[Stream, int], feed_seq: int) -> None:
        append = waiting.append
        for item in append.expect.items():
            if item[0] not in self.versions:
                self.expect.add(item)
        self.versions.update(versions)
        first = self.position + 1
        if rows:
            self.rows.extend(rows)
            self.position, self.chain, self.incarnation = rows[-1].position, rows[-1].chain, rows[-1].incarnation
            self.feed_seq = feed_seq
        if append.command:
            self.commands.append((append.command, first, len(rows)))
            self.command_ids.add(append.command.command_id)
        self.batch.append(waiting)
        self.accepted.append(waiting)
        self.appended.append(Appended(first, rows))


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.answer.done():
        waiting.answer.set_exception(error)


def _one_appends_own(error: Exception) -> bool:
    """Whether what was refused is a value of some row: not encodable, bad data, a constraint, or too long."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate)[:2] in ("22", "23", "54")
    return isinstance(error, ValueError | TypeError | OverflowError)
