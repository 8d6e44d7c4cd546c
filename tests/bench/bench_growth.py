"""What one event costs in a log of ten thousand to ten million, beside a log of 100 000 made anew in the same run.

Both logs take turns, so that a machine that is busy with something else slows both. Registers are opened all the time,
five events for each; entries go to those opened lately and, one in four, to any opened before.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from shared.audit import Fold, Words, trail
from shared.codec import stream_of
from shared.facts import Fact
from shared.feeds.direct import DirectFeed
from shared.log import format as log_format
from shared.log.append import Append, CommandRecord, NewEvent
from shared.log.log import Genesis, Log, found_log, new_event_id, open_log
from shared.references import References
from shared.service import Service
from shared.views.rebuild import catch_up
from shared.views.runner import Runner
from shared.views.source import ReferenceSource
from shared.views.store import all_views, prepare, views_schema
from tests.bench.bench_rebuild import rebuild_once
from tests.bench.figures import Figure, paired, today, write_json
from tests.support.registers import (
    CITY,
    REGISTERS,
    TALLIES,
    Mark,
    Register,
    entry,
    evolve_register,
    opened,
    record,
    registers_service,
)
from zeren import installation, postgres
from zeren.installation import LogAccess

BESIDE = 100_000
SIZES = (10_000, 100_000, 1_000_000)
LONGEST = 10_000_000
SHORTER = 3_000_000
"""Where the disk has no room for the longest."""
_ROOM = 40 * 10**9
GOAL = 1.2
_LAGS = (10, 100, 1_000)
"""How many registers are opened between a register and each of its entries, but for the one at random."""
_PER_APPEND = 1_000
_APPENDED = {16: 4_000, 1: 1_000}
"""Appends in one turn, by how many wait; a tenth of the log at most."""
_READ = 400
_WORDS = Words(
    {"register-opened": "台账建立", "entry-made": "记入"},
    {"Register": "台账"},
    {field.name: field.name for shape in (Register, Mark) for field in fields(shape)},
)

Measure = Callable[["Grown"], Awaitable[float]]
"""Microseconds for one event, stream or start."""


@dataclass(slots=True)
class Grown:
    """A log with its views and the versions of its registers, by the order in which they were opened."""

    access: LogAccess
    admin_dsn: str
    service: Service
    pool: asyncpg.Pool[asyncpg.Record]
    log: Log
    versions: array[int]
    picked: int = 0

    def pick(self) -> int:
        """The next register to look at: far from the last, each as likely as any other."""
        self.picked += 1
        return self.picked * 2_654_435_761 % 2**32 * len(self.versions) >> 32

    def write(self, event: Any, register: int) -> tuple[NewEvent, int]:
        """The event on the stream of its register, and the version that the stream has before it."""
        event_id, kind = new_event_id(), self.log.catalogue.kind_of(event)
        if register == len(self.versions):
            self.versions.append(0)
        before = self.versions[register]
        self.versions[register] += 1
        new = NewEvent(
            event_id=event_id,
            stream=stream_of(event),
            type=kind.name,
            schema=kind.schema,
            occurred=log_format.occurred_text(self.log.clock.instant()),
            published=kind.published,
            history=False,
            actor_subject="person/chen",
            actor_post=None,
            actor_on_behalf=None,
            command_id=None,
            correlation_id=event_id,
            causation_id=None,
            traceparent=None,
            data=self.log.catalogue.encode(event),
        )
        return new, before

    async def grow(self, events: int) -> None:
        """Append until the log holds so many, and let the database tidy up as it would have on the way."""
        while self.log.head < events:
            new: list[NewEvent] = []
            expect: dict[tuple[str, str], int] = {}
            while len(new) < min(_PER_APPEND, events - self.log.head):
                for event, version in self._one_more():
                    new.append(event)
                    expect.setdefault((self.log.id, event.stream), version)
            await self.log.append(Append(new, expect))
        await catch_up(self.service, self.log, [view.table_name for view in all_views(self.service)])
        connection = await asyncpg.connect(self.admin_dsn)
        await connection.execute("vacuum analyze", timeout=None)
        await connection.execute("checkpoint", timeout=None)
        await connection.close()

    def _one_more(self) -> list[tuple[NewEvent, int]]:
        opening = len(self.versions)
        written = [self.write(opened(_name(opening)), opening)]
        older = [opening - lag for lag in _LAGS if lag <= opening]
        written += [self.write(entry(_name(n)), n) for n in (*older, self.pick())]
        return written


def _name(register: int) -> str:
    return f"河道所:巡河{register}"


def sizes(*, long: bool, room: int) -> tuple[int, ...]:
    """Sizes to measure, ascending; `room` is free disk in bytes."""
    return (*SIZES, LONGEST if room >= _ROOM else SHORTER) if long else SIZES


async def measure(server: postgres.Server, home: Path, *, turns: int, at: Sequence[int]) -> list[Figure]:
    """Per size and kind of work a figure in microseconds, beside the same work in a log of 100 000 events."""
    figures: list[Figure] = []
    async with _new(server, home, "growing") as grown:
        for size in at:
            await grown.grow(size)
            async with _new(server, home, f"beside_{size}") as beside:
                await beside.grow(BESIDE)
                for work, unit, promised, once in _work():
                    await once(grown)
                    await once(beside)
                    ours, theirs = [], []
                    for _ in range(turns):
                        ours.append(await once(grown))
                        theirs.append(await once(beside))
                    goal = GOAL if promised and size == max(at) else None
                    row = f"{work}, {size:,} events"
                    figures.append(paired(row, unit, ours, theirs, f"at {BESIDE:,}", goal, at_most=True))
    return figures


def _work() -> list[tuple[str, str, bool, Measure]]:
    """Reading comes before appending, which makes the log longer than it is called."""
    return [
        ("one stream read", "µs", False, _streams),
        ("one trail told", "µs", False, _trails),
        ("all units read", "µs", False, _category),
        ("a page of its feed, and where it ends", "µs", False, _feed),
        ("view rebuilt", "µs/event", True, _rebuilt),
        ("start to ready", "µs", False, _started),
        *((f"append, {waiting} waiting", "µs/event", True, _appending(waiting)) for waiting in _APPENDED),
    ]


async def _streams(grown: Grown) -> float:
    began = time.perf_counter()
    for _ in range(_READ):
        assert await grown.log.stream(f"register/{_name(grown.pick())}")
    return _micros(began, _READ)


async def _trails(grown: Grown) -> float:
    refs = await ReferenceSource(grown.service, grown.log).at(len(CITY) + 1)
    began = time.perf_counter()
    for _ in range(_READ):
        facts = await grown.log.stream(f"register/{_name(grown.pick())}")
        told = await trail(
            facts,
            _fold_of(facts, refs),
            _WORDS,
            grown.log.clock.zone,
            show=_shown,
            name_of=_shown,
            title_of=lambda post: None,
            open_text=_closed,
        )
        assert len(told) == len(facts)
    return _micros(began, _READ)


def _fold_of(facts: Sequence[Fact], refs: References) -> Fold:
    """The fold of the view, which wants to know when a fact was recorded."""
    coming = iter(facts)

    def fold(row: Register | None, event: Any) -> Register | None:
        return evolve_register(row, next(coming), refs)

    return fold


async def _shown(value: Any) -> str:
    return str(value)


async def _closed(fact: Fact, field: str, text: Any) -> str:
    return ""


async def _category(grown: Grown) -> float:
    """What every start reads of directory, calendar and terms: few facts among very many."""
    number, head = _READ // 10, grown.log.head
    began = time.perf_counter()
    for _ in range(number):
        assert len(await grown.log.category("unit", grown.log.id, 0, head)) == 4
    return _micros(began, number)


async def _feed(grown: Grown) -> float:
    """What a receiver asks, wherever it stands: a page of a hundred facts, and the owner's heartbeat."""
    feed = DirectFeed(grown.log.id, grown.log.schema, grown.pool)
    number = _READ // 10
    begins = [grown.pick() * grown.log.feed_head // len(grown.versions) for _ in range(number)]
    began = time.perf_counter()
    for after in begins:
        assert (await feed.heartbeat()).head == grown.log.feed_head
        assert await feed.after(after, 100) or after == grown.log.feed_head
    return _micros(began, number)


async def _rebuilt(grown: Grown) -> float:
    return 1e6 / await rebuild_once(grown.service, grown.log, grown.service.views[0])


async def _started(grown: Grown) -> float:
    """From nothing but the tables until all views show the head."""
    head = await grown.log.last_position()
    began = time.perf_counter()
    async with asyncpg.create_pool(grown.access.dsn, min_size=1, max_size=6) as pool:
        log = await open_log(grown.access.log, pool, grown.access.dsn, grown.service.catalogue())
        await log.start()
        runner = Runner(grown.service, log)
        await runner.start()
        assert await runner.reached(head, 600)
        taken = _micros(began, 1)
        await runner.stop()
        await log.stop()
    return taken


def _appending(waiting: int) -> Measure:
    async def once(grown: Grown) -> float:
        """An entry in one register, another register asserted as read, and a row for the command."""
        each = min(_APPENDED[waiting], grown.log.head // 10) // waiting
        busy: set[int] = set()

        async def writer() -> None:
            for _ in range(each):
                register, read = _free(grown, busy), _free(grown, busy)
                new, before = grown.write(entry(_name(register)), register)
                expect = {(grown.log.id, new.stream): before}
                expect[grown.log.id, f"register/{_name(read)}"] = grown.versions[read]
                command = CommandRecord(UUID(int=new.event_id.int ^ 1), bytes(32))
                await grown.log.append(Append([new], expect, command))
                busy.difference_update((register, read))

        began = time.perf_counter()
        await asyncio.gather(*(writer() for _ in range(waiting)))
        taken = _micros(began, each * waiting)
        await catch_up(grown.service, grown.log, [view.table_name for view in all_views(grown.service)])
        return taken

    return once


def _free(grown: Grown, busy: set[int]) -> int:
    """A register that no other writer has in hand."""
    while (register := grown.pick()) in busy:
        pass
    busy.add(register)
    return register


def _micros(began: float, number: int) -> float:
    return (time.perf_counter() - began) * 1e6 / number


@asynccontextmanager
async def _new(server: postgres.Server, home: Path, name: str) -> AsyncIterator[Grown]:
    """A log with a directory and empty views, in a database of its own."""
    prefix = f"bench_growth_{name}_"
    access = (await installation.prepare(server.admin_dsn(), home, {"registers": ()}, prefix=prefix)).logs["registers"]
    # A full register has itself closed; here nobody acts but the writers.
    service = registers_service((replace(REGISTERS, watch=None), TALLIES), (), ())
    async with AsyncExitStack() as stack:
        await found_log(Genesis("registers"), access.log, access.dsn, service.catalogue())
        pool = await stack.enter_async_context(asyncpg.create_pool(access.dsn, min_size=1, max_size=6))
        log = await open_log(access.log, pool, access.dsn, service.catalogue())
        await log.start()
        stack.push_async_callback(log.stop)
        await record(log, *CITY)
        await prepare(pool, views_schema(log), service)
        yield Grown(access, server.admin_dsn(f"{prefix}zeren"), service, pool, log, array("H"))


def write(figures: Sequence[Figure], folder: Path, machine: str) -> None:
    """`growth.json`, and the same as a table in `growth.md`."""
    write_json(figures, folder / "growth.json", machine)
    lines = [
        "# What one event costs as the log grows",
        "",
        f"Measured {today()} on {machine}. Every row stands beside a log of {BESIDE:,} events that was made anew",
        "and took turns with it; the rows at that size themselves show how much is chance. The goal is a ratio of",
        f"at most {GOAL:g} at the largest size, for appends and for the rebuild of a view.",
        "",
        f"| row | µs | at {BESIDE:,} events | ratio | spread | goal |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for f in figures:
        goal = "" if f.goal is None else f"≤ {f.goal:g}, {'reached' if f.reached else 'missed'}"
        lines.append(f"| {f.row} | {f.value:,.1f} | {f.beside or 0:,.1f} | {f.ratio} | {f.spread} | {goal} |")
    (folder / "growth.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def room(server: postgres.Server) -> int:
    """Free disk where the server keeps its data, in bytes."""
    return shutil.disk_usage(server.data).free
