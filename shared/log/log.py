"""One log, opened by one process: append, read, wait for news, verify."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg
import msgspec
from asyncpg.pgproto.pgproto import UUID as DriverUUID
from uuid_utils import uuid7

from shared.codec import Catalogue, stream_of
from shared.domain import Moment, PublicText
from shared.facts import ClockAdvanced, Fact, IncarnationBegun, LogStarted
from shared.log import format as log_format
from shared.log.append import APPENDER_SETTINGS, Append, Appended, Appender, Conflict, NewEvent
from shared.log.format import COLUMNS, HashName, Row
from shared.log.republished import POINTING, is_what_it_says, pointing_stream, recorded
from shared.log.schema import plain_name

_SELECT = ", ".join(COLUMNS)
NAMESPACE_SYSTEM = "system"
_FEW_POSITIONS = 1_000


@dataclass(frozen=True, slots=True)
class Genesis:
    """What a log is for ever: its id, zone, hash and clock. `starts` is set for a simulated clock only."""

    log_id: str
    zone: str = "Asia/Shanghai"
    hash: HashName = "sha-256"
    starts: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A command that the log knows: its fingerprint, and the rows it wrote (`count` 0: it decided nothing)."""

    fingerprint: bytes
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of reading the whole chain: rows read, the last chain, and what was wrong (position, names)."""

    rows: int
    chain: bytes
    wrong: Sequence[tuple[int, Sequence[str]]]


class NotFounded(LookupError):
    """There is no such log yet: nobody has started an installation here."""


class Clock:
    """The log's present instant: the machine's, or a simulated one that runs on from its last advance."""

    def __init__(self, simulated_from: datetime | None, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self._base = simulated_from
        self._since = time.monotonic()

    @property
    def is_simulated(self) -> bool:
        return self._base is not None

    def instant(self) -> datetime:
        if self._base is None:
            return datetime.now(UTC)
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def moment(self) -> Moment:
        return Moment(self.instant(), self.zone)

    def advance(self, to: datetime) -> None:
        """Take note of a `clock-advanced`; never backwards."""
        if self._base is not None and to > self.instant():
            self._base, self._since = to, time.monotonic()


class Log:
    """A log in PostgreSQL schema `schema`, opened with its service's role.

    `pool` serves reads; `dsn` opens the appender's own connection. A `sealed` log writes by the sealed profile of
    docs/log-format.md: nothing in its own rows is finer than the day. Made by `open_log`.
    """

    def __init__(
        self,
        genesis: LogStarted,
        schema: str,
        pool: asyncpg.Pool[asyncpg.Record],
        dsn: str,
        catalogue: Catalogue,
        *,
        sealed: bool = False,
    ) -> None:
        self.id = genesis.log
        self.genesis = genesis
        self.schema = schema
        self.pool = pool
        self.catalogue = catalogue
        self.sealed = sealed
        self.clock = Clock(genesis.starts, genesis.zone)
        self._noted = 0
        self._wakes: set[asyncio.Event] = set()
        self._followers: list[Callable[[Sequence[Row]], None]] = []
        self._appender = Appender(
            genesis.log, schema, genesis.hash, lambda: _connect(dsn), _stamp(self.clock, sealed), self._announce
        )

    async def start(self) -> None:
        await self._appender.start()
        await self.look()

    async def stop(self) -> None:
        await self._appender.stop()

    async def look(self) -> int:
        """Take note of what other processes appended: how late it has become, and that there is news. The true head."""
        newest = await self.pool.fetchrow(
            f"select position, learned_at from {self.schema}.log order by position desc limit 1"  # noqa: S608
        )
        if newest is None:
            return 0
        head: int = newest["position"]
        if head > self._noted:
            if self.clock.is_simulated:
                advanced = await self._latest_advance(self._noted, head)
                self.clock.advance(max(newest["learned_at"], advanced) if advanced else newest["learned_at"])
            self._noted = max(head, self._noted)
            for wake in self._wakes:
                wake.set()
        return head

    async def _latest_advance(self, after: int, up_to: int) -> datetime | None:
        """The furthest `clock-advanced` between two positions, our own or received from a log that shares our time."""
        rows = await self.pool.fetch(
            f"""select type, schema, data from {self.schema}.log
                where position > $1 and position <= $2 and stream >= 'clock/' and stream < 'clock0'""",  # noqa: S608
            after,
            up_to,
        )
        events = [self.catalogue.decode(row["type"], row["schema"], row["data"]) for row in rows]
        return max((event.to for event in events if isinstance(event, ClockAdvanced)), default=None)

    @property
    def head(self) -> int:
        """The last position this process knows of; another process may have written more."""
        return self._appender.head.position

    @property
    def feed_head(self) -> int:
        return self._appender.head.feed_seq

    @property
    def waiting(self) -> int:
        return self._appender.waiting

    # --- writing -----------------------------------------------------------------------------------------------

    async def append(self, append: Append) -> Appended:
        """See `Appender.append`."""
        return await self._appender.append(append)

    async def incarnate(self, reason: PublicText) -> int:
        """Begin the next incarnation of a log that was restored from a copy; its number. Nobody else may write meanwhile.

        Conflict when somebody else began one.
        """
        stream = f"log/{self.id}"
        version = await self.version(stream)
        event = IncarnationBegun(self.id, self._appender.head.incarnation + 1, reason)
        await self.append(
            Append([self.system_event(event)], {(self.id, stream): version}, incarnation=event.incarnation)
        )
        return event.incarnation

    def new_event_id(self) -> UUID:
        """The id of an event to be written: a UUIDv7, or in a sealed log one that holds no time."""
        return uuid4() if self.sealed else new_event_id()

    def occurs(self, moment: Moment) -> date | datetime:
        """When something occurs that is decided at a moment: the instant, or in a sealed log the day."""
        return moment.today if self.sealed else moment.instant

    def system_event(self, event: Any) -> NewEvent:
        """An event of the log's own service, on nobody's command, that opens a correlation of its own."""
        kind, event_id = self.catalogue.kind_of(event), self.new_event_id()
        return NewEvent(
            event_id=event_id,
            stream=stream_of(event),
            type=kind.name,
            schema=kind.schema,
            occurred=log_format.occurred_text(self.occurs(self.clock.moment())),
            published=kind.published,
            history=False,
            actor_subject=f"{NAMESPACE_SYSTEM}/{self.id}",
            actor_post=None,
            actor_on_behalf=None,
            command_id=None,
            correlation_id=event_id,
            causation_id=None,
            traceparent=None,
            data=self.catalogue.encode(event),
        )

    def _announce(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row.type == "clock-advanced" and row.data is not None:
                self.clock.advance(self.catalogue.decode(row.type, row.schema, row.data).to)
        if rows[0].position == self._noted + 1:
            self._noted = rows[-1].position  # nobody else wrote in between, so there is nothing to look for
        for follow in self._followers:
            follow(rows)
        for wake in self._wakes:
            wake.set()

    # --- reading -----------------------------------------------------------------------------------------------

    async def tail(self, after: int, limit: int = 1000) -> list[Row]:
        """Rows after a position, in order; fewer than `limit` at the end."""
        rows = await self.pool.fetch(
            f"select {_SELECT} from {self.schema}.log where position > $1 order by position limit $2",  # noqa: S608
            after,
            limit,
        )
        return [_row(row) for row in rows]

    async def facts(self, after: int, limit: int = 1000) -> list[Fact]:
        return [self.fact(row) for row in await self.tail(after, limit)]

    def fact(self, row: Row) -> Fact:
        """The row with its event decoded; what another log republished is the fact that it was there."""
        return self.catalogue.fact(self.as_recorded(row))

    def as_recorded(self, row: Row) -> Row:
        """The row as folds see it: where another log points at a fact of its past, that fact, at this position."""
        if row.type != POINTING or row.source == self.id or row.data is None:
            return row
        return row._replace(**recorded(self.catalogue.decode(row.type, row.schema, row.data)))

    async def stream(self, stream: str, source: str | None = None, after: int = 0) -> list[Fact]:
        """The facts of one stream in the order of its versions; of our own unless `source` names another log."""
        owner = source or self.id
        facts = await self._stream(stream, owner, after)
        if owner != self.id and (republished := await self._stream(pointing_stream(stream), owner, 0)):
            late = (fact for fact in republished if fact.version > after)
            return sorted([*facts, *late], key=lambda fact: fact.version)
        return facts

    async def _stream(self, stream: str, source: str, after: int) -> list[Fact]:
        rows = await self.pool.fetch(
            f"""select {_SELECT} from {self.schema}.log
                where source = $1 and stream = $2 and version > $3 order by version""",  # noqa: S608
            source,
            stream,
            after,
        )
        return [self.fact(_row(row)) for row in rows]

    async def category(self, prefix: str, source: str, after: int, up_to: int) -> list[Fact]:
        """Facts of all streams `<prefix>/…` of a source between two positions, in log order. For small categories."""
        return await self.categories([(source, prefix)], after, up_to)

    async def categories(self, wanted: Iterable[tuple[str, str]], after: int, up_to: int) -> list[Fact]:
        """The same of several categories at once, each a source and a prefix of its streams."""
        asked = {(source, prefix) for source, prefix in wanted}
        asked |= {(source, pointing_stream(prefix)) for source, prefix in asked if source != self.id}
        # A short way is gone row by row, a long one by stream: what is new would else cost as much as all there is.
        if up_to - after <= max(_FEW_POSITIONS, after // 8):
            return await self._facts_between(asked, after, up_to)
        facts = [fact for source, prefix in asked for fact in await self._facts_of(source, prefix, after, up_to)]
        return sorted(facts, key=lambda fact: fact.position)

    async def _facts_between(self, asked: Collection[tuple[str, str]], after: int, up_to: int) -> list[Fact]:
        rows = await self.pool.fetch(
            f"""select {_SELECT} from {self.schema}.log where position > $1 and position <= $2
                and split_part(stream, '/', 1) = any($3::text[]) order by position""",  # noqa: S608
            after,
            up_to,
            sorted({prefix.partition("/")[0] for _, prefix in asked}),
        )
        beginnings = [(source, f"{prefix}/") for source, prefix in asked]
        return [
            self.fact(_row(row))
            for row in rows
            if any(row["source"] == source and row["stream"].startswith(begins) for source, begins in beginnings)
        ]

    async def _facts_of(self, source: str, prefix: str, after: int, up_to: int) -> list[Fact]:
        rows = await self.pool.fetch(
            f"""select {_SELECT} from {self.schema}.log
                where source = $1 and stream >= $2 and stream < $3 and position > $4 and position <= $5""",  # noqa: S608
            source,
            f"{prefix}/",
            f"{prefix}0",  # '0' follows '/' in ASCII, and the database collates by code point
            after,
            up_to,
        )
        return [self.fact(_row(row)) for row in rows]

    async def at(self, first: int, count: int) -> list[Fact]:
        return [fact for fact in await self.facts(first - 1, count) if fact.position < first + count]

    async def event(self, event_id: UUID) -> Fact | None:
        row = await self.pool.fetchrow(f"select {_SELECT} from {self.schema}.log where event_id = $1", event_id)  # noqa: S608
        return self.fact(_row(row)) if row else None

    async def known(self, event_ids: Iterable[UUID]) -> list[UUID]:
        """Those of the ids under which this log holds an event."""
        rows = await self.pool.fetch(
            f"select event_id from {self.schema}.log where event_id = any($1::uuid[])",  # noqa: S608
            list(event_ids),
        )
        return [row["event_id"] for row in rows]

    async def version(self, stream: str, source: str | None = None) -> int:
        return (
            await self.pool.fetchval(
                f"""select version from {self.schema}.log where source = $1 and stream = $2
                    order by version desc limit 1""",  # noqa: S608
                source or self.id,
                stream,
            )
            or 0
        )

    async def command(self, command_id: UUID) -> Remembered | None:
        row = await self.pool.fetchrow(
            f"select fingerprint, first_position, count from {self.schema}.commands where command_id = $1",  # noqa: S608
            command_id,
        )
        return Remembered(row["fingerprint"], row["first_position"], row["count"]) if row else None

    async def last_position(self) -> int:
        """The true head, as the database has it now."""
        return (
            await self.pool.fetchval(f"select position from {self.schema}.log order by position desc limit 1") or 0  # noqa: S608
        )

    async def cursor(self, source: str) -> int:
        """The highest feed number of `source` that this log holds; 0 before the first."""
        return (
            await self.pool.fetchval(
                f"""select source_seq from {self.schema}.log where source = $1 and source_seq is not null
                    order by source_seq desc limit 1""",  # noqa: S608
                source,
            )
            or 0
        )

    async def feed_number_at(self, position: int) -> int:
        """The last feed number that this log had given when it reached a position; 0 before the first."""
        return (
            await self.pool.fetchval(
                f"""select source_seq from {self.schema}.log
                    where source = $1 and source_seq is not null and position <= $2
                    order by source_seq desc limit 1""",  # noqa: S608
                self.id,
                position,
            )
            or 0
        )

    async def received_at(self, source: str, source_seq: int) -> int | None:
        """The position of another log's fact by its feed number; None while it has not been received."""
        position: int | None = await self.pool.fetchval(
            f"select position from {self.schema}.log where source = $1 and source_seq = $2",  # noqa: S608
            source,
            source_seq,
        )
        return position

    def follow(self, follower: Callable[[Sequence[Row]], None]) -> None:
        """Call `follower` with the rows of every append of this process, before its writer is answered."""
        self._followers.append(follower)

    def wake(self) -> asyncio.Event:
        """An event that is set after every append of this process. A hint: whoever waits on it also polls."""
        event = asyncio.Event()
        self._wakes.add(event)
        return event

    def forget(self, wake: asyncio.Event) -> None:
        self._wakes.discard(wake)

    async def rows(self, after: int = 0, up_to: int | None = None, page: int = 2000) -> AsyncIterator[Row]:
        """All rows after a position, read page by page."""
        while batch := await self.tail(after, page):
            for row in batch:
                if up_to is not None and row.position > up_to:
                    return
                yield row
            after = batch[-1].position

    async def verify(self, progress: Callable[[int], None] | None = None) -> Verified:
        """Recompute every hash from genesis to head, also of the facts that republished ones point at."""
        h = log_format.hasher(self.genesis.hash)
        chain, previous, count, wrong = log_format.NO_CHAIN, 0, 0, []
        async for row in self.rows():
            count += 1
            found = log_format.problems(row, chain, h)
            if row.position != previous + 1:
                found.append("position")
            if row.type == POINTING and not self._points_at_a_fact(row, h):
                found.append("republished")
            if found:
                wrong.append((row.position, found))
            chain, previous = row.chain, row.position
            if progress and count % 1000 == 0:
                progress(count)
        return Verified(count, chain, wrong)

    def _points_at_a_fact(self, row: Row, h: Callable[[bytes], bytes]) -> bool:
        """Whether what another log or we ourselves republished matches its hashes; a redacted row says nothing."""
        if row.data is None:
            return True
        try:
            event = self.catalogue.decode(row.type, row.schema, row.data)
        except msgspec.DecodeError:
            return False
        return is_what_it_says(event, row.source, row.stream, h)


async def found_log(genesis: Genesis, schema: str, dsn: str, catalogue: Catalogue, *, sealed: bool = False) -> bool:
    """Write position 1 of a new log; False when the log already has one. `sealed` as for `Log`."""
    plain_name(schema)
    starts = genesis.starts
    clock = Clock(starts, genesis.zone)
    stamp = _stamp(clock, sealed)
    appender = Appender(genesis.log_id, schema, genesis.hash, lambda: _connect(dsn), stamp, lambda _: None)
    await appender.start()
    try:
        if appender.head.position:
            return False
        event = LogStarted(
            log=genesis.log_id,
            format=1,
            zone=genesis.zone,
            hash=genesis.hash,
            clock="simulated" if starts else "real",
            starts=starts,
        )
        event_id = uuid4() if sealed else new_event_id()
        founded = NewEvent(
            event_id=event_id,
            stream=stream_of(event),
            type=catalogue.kind_of(event).name,
            schema=catalogue.kind_of(event).schema,
            occurred=log_format.occurred_text(clock.moment().today if sealed else clock.instant()),
            published=False,
            history=False,
            actor_subject=f"{NAMESPACE_SYSTEM}/{genesis.log_id}",
            actor_post=None,
            actor_on_behalf=None,
            command_id=None,
            correlation_id=event_id,
            causation_id=None,
            traceparent=None,
            data=catalogue.encode(event),
        )
        try:
            await appender.append(Append([founded], {(genesis.log_id, founded.stream): 0}))
        except (Conflict, asyncpg.CheckViolationError):
            return False  # somebody else founded it meanwhile, under this id or under another
        return True
    finally:
        await appender.stop()


async def open_log(
    schema: str, pool: asyncpg.Pool[asyncpg.Record], dsn: str, catalogue: Catalogue, *, sealed: bool = False
) -> Log:
    """Open a founded log. NotFounded when it has no genesis yet; LookupError when its format is newer than we are."""
    plain_name(schema)
    row = await pool.fetchrow(f"select type, schema, data from {schema}.log where position = 1")  # noqa: S608
    if row is None:
        raise NotFounded(f"the log {schema} has not been founded")
    genesis = catalogue.decode(row["type"], row["schema"], row["data"])
    if not isinstance(genesis, LogStarted) or genesis.format != 1:
        raise LookupError(f"the log {schema} has a format that this program does not know")
    return Log(genesis, schema, pool, dsn, catalogue, sealed=sealed)


def _stamp(clock: Clock, sealed: bool) -> Callable[[], datetime]:
    """What `recorded_at` and `learned_at` are read from: the clock, or in a sealed log the beginning of its day."""

    def beginning_of_day() -> datetime:
        return datetime.combine(clock.moment().today, time_of_day.min, clock.zone).astimezone(UTC)

    return beginning_of_day if sealed else clock.instant


def new_event_id() -> UUID:
    """A UUIDv7, in the form in which the driver gives them back: it is made, written and compared in C."""
    return DriverUUID(uuid7().bytes)


async def _connect(dsn: str) -> asyncpg.Connection[asyncpg.Record]:
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        dsn, server_settings=APPENDER_SETTINGS, timeout=10, command_timeout=15
    )
    return connection


def _row(record: asyncpg.Record) -> Row:
    return Row(*record)


def json_of(fact: Fact) -> dict[str, Any]:
    """The event of a fact as a plain object, personal texts as their tokens; for tools that print a log."""
    plain: dict[str, Any] = msgspec.json.decode(Catalogue.encode(fact.event))
    return plain
