"""Appends a second beside those of peers: every way in processes of its own, at one and the same server, in turns.

Each writes one event on a new stream, with the same data. Ours also asserts another stream, records the command, and
chains and hashes; the peers do none of that. From four processes each has a quarter of the writers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncpg

from shared.codec import Catalogue
from shared.log.log import Genesis, found_log, open_log
from shared.views import View
from shared.views.store import prepare as prepare_views
from shared.views.store import views_schema
from tests.bench import peers
from tests.bench.bench_append import DATA, LOG
from tests.bench.bench_rebuild import rebuild_counted
from tests.bench.figures import Figure
from tests.bench.writing import Where
from tests.support.registers import CITY, REGISTERS, opened, record, registers_service
from zeren import postgres
from zeren.installation import prepare

OURS, COMMITS = "Zeren", "single-row commits"
WAITING = {1: (1, 16, 64, 256), 4: (16, 64, 256)}
"""Writers in all, by the number of processes."""
GOALS = {16: 3.0, 64: 5.0}
"""Of our appends for each of the best peer's; at any other number of writers we are to be ahead."""
CONNECTIONS = (8, 16, 32, 64)
"""Of each way that has one for each writer, all its processes together: each is measured with its best."""
_SWEPT_SECONDS = 0.7
_START_SECONDS = 120.0
_WRITERS = 16
_REBUILD_GOAL = 5.0
_LOGS = {
    peers.EVENTSOURCING: "select originator_id::text from tasks_events",
    peers.EMMETT: "select stream_id from emt_messages where message_type = 'task-issued'",
}
"""Of the peers that have a runner of their own: every event in their log, as their view names it."""
_TEN = (REGISTERS, *(replace(REGISTERS, name=f"registers-{n}", watch=None) for n in range(2, 11)))
_MESSAGE_DB = (
    *("schema/message-store", "tables/messages", "types/message"),
    *(f"functions/{name}" for name in ("message-store-version", "hash-64", "acquire-lock", "category", "is-category")),
    *(f"functions/{name}" for name in ("id", "cardinal-id", "stream-version", "write-message")),
    *(f"indexes/messages-{name}" for name in ("id", "stream", "category")),
)


@dataclass(frozen=True, slots=True)
class Written:
    """What one way wrote in one turn: events a second of all processes together, processor seconds of the clients for each
    10 000 events, and the memory of them all in megabytes."""

    rate: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Way:
    """One way of writing: its name, and how a process of it is started."""

    name: str
    command: Sequence[str]


async def measure(server: postgres.Server, home: Path, *, turns: int, seconds: float) -> list[Figure]:
    """A figure for each number of writers and processes."""
    installed = await asyncio.to_thread(peers.install)
    places = await _places(server, home, installed)
    best = await _best_connections(places, installed)
    figures = []
    for processes, numbers in WAITING.items():
        ways = list(_ways(places, installed, {name: most // processes for name, most in best.items()}))
        async with AsyncExitStack() as stack:
            started = {way.name: await _started(stack, way, processes) for way in ways}
            for waiting in numbers:
                found: dict[str, list[Written]] = {way.name: [] for way in ways}
                for way in ways:
                    await _turn(started[way.name], waiting, seconds)
                for turn in range(turns):
                    for way in (*ways[turn % len(ways) :], *ways[: turn % len(ways)]):  # nobody is always first
                        found[way.name].append(await _turn(started[way.name], waiting, seconds))
                figures.append(figure(waiting, processes, found, installed.missing, best))
    return figures


async def _best_connections(places: Mapping[str, Where], installed: peers.Installed) -> dict[str, int]:
    """With how many connections each way writes most, 64 writers waiting in one process."""
    rates: dict[str, dict[int, float]] = {name: {} for name in places}
    for connections in CONNECTIONS:
        for way in _ways(places, installed, dict.fromkeys(places, connections)):
            async with AsyncExitStack() as stack:
                started = await _started(stack, way, 1)
                await _turn(started, 64, _SWEPT_SECONDS)
                rates[way.name][connections] = (await _turn(started, 64, _SWEPT_SECONDS)).rate
    return {name: max(found, key=lambda connections: found[connections]) for name, found in rates.items()}


def figure(
    waiting: int,
    processes: int,
    found: Mapping[str, Sequence[Written]],
    missing: Mapping[str, str],
    connections: Mapping[str, int],
) -> Figure:
    """Our appends beside the best peer's, with every other's for comparison, and why some peers are missing."""
    medians = {name: statistics.median(one.rate for one in turns) for name, turns in found.items()}
    rivals = [name for name in found if name not in (OURS, COMMITS)]
    best = max(rivals, key=lambda name: medians[name]) if rivals else None
    ours = [one.rate for one in found[OURS]]
    ratios = [a / b.rate for a, b in zip(ours, found[best], strict=True)] if best else []
    return Figure(
        row=f"appends, {waiting} waiting, {processes} process{'es' if processes > 1 else ''}",
        unit="events/s",
        value=round(medians[OURS], 1),
        beside=round(medians[best], 1) if best else None,
        beside_name=best or "no peer could be installed",
        ratio=round(statistics.median(ratios), 3) if ratios else None,
        goal=GOALS.get(waiting, 1.0) if ratios else None,
        spread=f"{min(ratios):.2f}–{max(ratios):.2f}" if ratios else "",
        others={
            name: {
                "events/s": round(medians[name], 1),
                "CPU-seconds for 10 000 events": round(statistics.median(one.cpu for one in turns), 2),
                "MB": round(max(one.memory for one in turns)),
                **({} if name == OURS else {"connections": connections[name]}),
            }
            for name, turns in found.items()
        },
        missing=missing,
    )


# --- views built anew -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a peer's own runner made of its own log: events a second of those that it took, and how many in the log it missed,
    or took twice, as the rows say."""

    rate: float
    events: int
    missed: int
    twice: int


async def measure_rebuild(server: postgres.Server, home: Path, *, turns: int, seconds: float) -> list[Figure]:
    """A row for each event, so that each touches another, of a log that sixteen wrote at once; then ten views at once.

    Ours beside the runners of the peers that have one: message-db leaves that to its clients. Each reads a log of its own,
    which it wrote in so many seconds before.
    """
    installed = await asyncio.to_thread(peers.install)
    places = await _places(server, home, installed)
    ways = [way for way in _ways(places, installed, dict.fromkeys(places, _WRITERS)) if way.name in _LOGS]
    found: dict[str, list[Rebuilt]] = {way.name: [] for way in ways}
    async with AsyncExitStack() as stack:
        started = {way.name: await stack.enter_async_context(_process(way)) for way in ways}
        ours = await stack.enter_async_context(_spread(server, home, seconds))
        one, ten = [], []
        for _ in range(turns):
            one.append(await ours((REGISTERS,)))
            ten.append(await ours(_TEN))
            for name, process in started.items():
                assert process.stdin is not None
                process.stdin.write(f"rebuild {_WRITERS} {seconds}\n".encode())
                told = await _line(process, _START_SECONDS * 3)
                found[name].append(await _compared(places[name], _LOGS[name], told["seconds"]))
    return [
        _rebuilt("view rebuild, each event another row", one, found, installed.missing),
        _rebuilt("view rebuild, ten views at once", ten, found, installed.missing),
    ]


def _rebuilt(
    row: str, ours: Sequence[float], found: Mapping[str, Sequence[Rebuilt]], missing: Mapping[str, str]
) -> Figure:
    medians = {name: statistics.median(one.rate for one in turns) for name, turns in found.items()}
    best = max(medians, key=lambda name: medians[name]) if medians else None
    ratios = [a / b.rate for a, b in zip(ours, found[best], strict=True)] if best else []
    return Figure(
        row=row,
        unit="events/s",
        value=round(statistics.median(ours), 1),
        beside=round(medians[best], 1) if best else None,
        beside_name=f"{best}, one view" if best else "no peer could be installed",
        ratio=round(statistics.median(ratios), 3) if ratios else None,
        goal=_REBUILD_GOAL if ratios else None,
        spread=f"{min(ratios):.2f}–{max(ratios):.2f}" if ratios else "",
        others={
            name: {
                "events/s": round(medians[name], 1),
                "events": sum(one.events for one in turns),
                "missed": sum(one.missed for one in turns),
                "taken twice": sum(one.twice for one in turns),
            }
            for name, turns in found.items()
        },
        missing=missing,
    )


@contextlib.asynccontextmanager
async def _spread(
    server: postgres.Server, home: Path, seconds: float
) -> AsyncIterator[Callable[[Sequence[View[Any]]], Awaitable[float]]]:
    """Our log, written by sixteen at once, each event on a register of its own; what is yielded builds views of it anew, and
    raises RuntimeError unless each has a row for every event."""
    service = registers_service(views=_TEN, reactions=(), deadlines=())
    access = (await prepare(server.admin_dsn(), home, {"registers": ()}, prefix="bench_spread_")).logs["registers"]
    catalogue = service.catalogue()
    await found_log(Genesis(access.log), access.log, access.dsn, catalogue)
    async with asyncpg.create_pool(access.dsn, min_size=1, max_size=_WRITERS) as pool:
        log = await open_log(access.log, pool, access.dsn, catalogue)
        await log.start()
        try:
            await record(log, *CITY)
            until, numbers = time.perf_counter() + seconds, count()

            async def work() -> None:
                while time.perf_counter() < until:
                    await record(log, opened(f"河道所:巡河{next(numbers)}"))

            await asyncio.gather(*(work() for _ in range(_WRITERS)))
            written = next(numbers)
            await prepare_views(pool, views_schema(log), service)

            async def rebuild(views: Sequence[View[Any]]) -> float:
                rate, rows = await rebuild_counted(service, log, *views)
                if set(rows) != {written}:
                    raise RuntimeError(f"views of {written} registers have {rows} rows")
                return rate

            yield rebuild
        finally:
            await log.stop()


async def _compared(where: Where, log: str, seconds: float) -> Rebuilt:
    """What a peer's view holds of each event in its log. Every stream has one event, so a stream is an event."""
    connection = await asyncpg.connect(where.dsn)
    try:
        ((events, missed, twice),) = await connection.fetch(
            f"""select count(*), count(*) filter (where times is null), count(*) filter (where times > 1)
                from ({log}) written (key) left join seen using (key)"""  # noqa: S608
        )
    finally:
        await connection.close()
    return Rebuilt((events - missed) / seconds, events, missed, twice)


# --- who writes -------------------------------------------------------------------------------------------------


async def _places(server: postgres.Server, home: Path, installed: peers.Installed) -> Mapping[str, Where]:
    """A database for each way, with what must be there before anybody writes."""
    access = (await prepare(server.admin_dsn(), home, {LOG: ()}, prefix="bench_peers_")).logs[LOG]
    await found_log(Genesis(LOG), access.log, access.dsn, Catalogue(own=(), published=()))
    places = {OURS: Where(access.dsn, LOG, access.log), COMMITS: Where(await new_database(server, "bench_peers_plain"))}
    connection = await asyncpg.connect(places[COMMITS].dsn)
    try:
        await connection.execute(
            """create table plain_events (
                   position bigint generated always as identity primary key, event_id uuid not null unique,
                   stream text not null, version bigint not null, data bytea not null, unique (stream, version))"""
        )
    finally:
        await connection.close()
    if installed.python is not None:
        places[peers.EVENTSOURCING] = Where(await new_database(server, "bench_peers_eventsourcing"))
    if installed.node_modules is not None:
        places[peers.EMMETT] = Where(await new_database(server, "bench_peers_emmett"))
        places[peers.MESSAGE_DB] = Where(await new_database(server, "bench_peers_messages"))
        await install_message_db(places[peers.MESSAGE_DB].dsn, installed.node_modules / peers.MESSAGE_DB / "database")
    return places


def _ways(places: Mapping[str, Where], installed: peers.Installed, most: Mapping[str, int]) -> Iterator[Way]:
    """How a process of each is started, with at most so many connections."""
    data = DATA.decode()
    for name, where in places.items():
        connections = most[name]
        match name:
            case peers.EVENTSOURCING:
                dsn = urlsplit(where.dsn)
                settings = {
                    "POSTGRES_DBNAME": dsn.path.lstrip("/"),
                    "POSTGRES_HOST": dsn.hostname,
                    "POSTGRES_PORT": str(dsn.port),
                    "POSTGRES_USER": dsn.username,
                    "POSTGRES_PASSWORD": unquote(dsn.password or ""),
                    "POSTGRES_POOL_SIZE": str(connections),
                    "POSTGRES_MAX_OVERFLOW": "0",
                    "POSTGRES_MAX_WAITING": "1000",
                    "POSTGRES_CONNECT_TIMEOUT": "60",
                    "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
                }
                program = str(peers.HERE / "eventsourcing_peer.py")
                yield Way(name, (str(installed.python), program, json.dumps(settings), data))
            case peers.EMMETT:
                program = str(peers.HERE / "emmett.mjs")
                modules = str(installed.node_modules)
                yield Way(name, ("node", program, where.dsn, data, modules, str(connections)))
            case _:
                kind = {OURS: "zeren", COMMITS: "commits", peers.MESSAGE_DB: "message-db"}[name]
                told = json.dumps(asdict(replace(where, connections=connections)))
                yield Way(name, (sys.executable, "-m", "tests.bench.writing", kind, told))


async def new_database(server: postgres.Server, name: str) -> str:
    """A new and empty database; its DSN."""
    connection = await asyncpg.connect(server.admin_dsn())
    try:
        await connection.execute(f'drop database if exists "{name}" with (force)')
        await connection.execute(f'create database "{name}"')
    finally:
        await connection.close()
    return server.admin_dsn(name)


async def install_message_db(dsn: str, folder: Path) -> None:
    """What its install script does, without the roles, and without an extension that only its id function needs where
    PostgreSQL has one of its own."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "message_store,public"})
    try:
        for name in _MESSAGE_DB:
            sql = await asyncio.to_thread((folder / f"{name}.sql").read_text, "utf-8")
            # Outside a transaction an index may be made concurrently.
            await connection.execute(sql.replace("CONCURRENTLY", ""))
    finally:
        await connection.close()
    admin = await asyncpg.connect(dsn)
    try:
        name = urlsplit(dsn).path.lstrip("/")
        await admin.execute(f'alter database "{name}" set search_path to message_store, public')
    finally:
        await admin.close()


# --- processes --------------------------------------------------------------------------------------------------


async def _started(stack: AsyncExitStack, way: Way, processes: int) -> list[asyncio.subprocess.Process]:
    """So many processes of a way, one after the other: the first makes what is missing."""
    return [await stack.enter_async_context(_process(way)) for _ in range(processes)]


@contextlib.asynccontextmanager
async def _process(way: Way) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *way.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        await _line(process, _START_SECONDS)
        yield process
        assert process.stdin is not None
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 30)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _turn(processes: Sequence[asyncio.subprocess.Process], waiting: int, seconds: float) -> Written:
    share = max(1, waiting // len(processes))

    async def one(process: asyncio.subprocess.Process) -> dict[str, float]:
        assert process.stdin is not None
        process.stdin.write(f"write {share} {seconds}\n".encode())
        return await _line(process, seconds + 60)

    told = await asyncio.gather(*map(one, processes))
    events = sum(one["events"] for one in told)
    return Written(
        rate=sum(one["events"] / one["seconds"] for one in told),
        cpu=sum(one["cpu"] for one in told) / max(events, 1) * 10_000,
        memory=sum(one["memory"] for one in told),
    )


async def _line(process: asyncio.subprocess.Process, seconds: float) -> dict[str, float]:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), seconds)
    if not line:
        raise RuntimeError("a process that writes ended by itself")
    found: dict[str, float] = json.loads(line)
    return found
