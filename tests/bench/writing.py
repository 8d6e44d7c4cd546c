"""`python -m tests.bench.writing KIND WHERE`: one process that writes events in one of our ways, and obeys words.

A line `write WRITERS SECONDS` on its standard input is answered with a line of JSON, `{"events", "seconds", "cpu",
"memory"}`: so many writers wrote so many events, each waiting for its last write before the next; the processor time is
that of the process, the memory what it has, in megabytes. Peers obey the same words in languages of their own.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import asyncpg
import uvloop

from shared.log.append import APPENDER_SETTINGS, Append, Appender, CommandRecord
from shared.log.log import new_event_id
from tests.bench.bench_append import DATA, event_of, now

Kind = Literal["zeren", "commits", "message-db"]
Write = Callable[[int], Awaitable[object]]
"""Write one event; which writer."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where to write: a DSN, and for our own way the log and its schema."""

    dsn: str
    log: str = ""
    schema: str = ""
    connections: int = 1
    """For a way that has one for each writer, up to so many."""


@asynccontextmanager
async def _ours(where: Where) -> AsyncIterator[Write]:
    """What a command writes: one event on a stream of its own, another stream asserted as read, and the command's row."""

    async def connect() -> asyncpg.Connection[asyncpg.Record]:
        connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
            where.dsn, server_settings=APPENDER_SETTINGS
        )
        return connection

    appender = Appender(where.log, where.schema, "sha-256", connect, now, lambda _: None)
    await appender.start()
    turns = count()

    async def write(writer: int) -> None:
        event = event_of()
        read = (where.log, f"post/{next(turns)}-{writer}")
        command = CommandRecord(UUID(int=event.event_id.int ^ 1), bytes(32))
        await appender.append(Append([event], {(where.log, event.stream): 0, read: 0}, command))

    yield write
    await appender.stop()


@asynccontextmanager
async def _statements(
    where: Where, statement: str, arguments: Callable[[UUID], tuple[Any, ...]]
) -> AsyncIterator[Write]:
    """One statement for each event, prepared, over connections of its own."""
    connections = await asyncio.gather(*(asyncpg.connect(where.dsn) for _ in range(where.connections)))
    free: asyncio.Queue[Any] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(await connection.prepare(statement))

    async def write(writer: int) -> None:
        prepared = await free.get()
        try:
            await prepared.fetchval(*arguments(new_event_id()))
        finally:
            free.put_nowait(prepared)

    yield write
    await asyncio.gather(*(connection.close() for connection in connections))


def way(kind: Kind, where: Where) -> Any:
    """A context in which events are written in this way: a `Write`."""
    match kind:
        case "zeren":
            return _ours(where)
        case "commits":
            insert = "insert into plain_events (event_id, stream, version, data) values ($1, $2, $3, $4)"
            return _statements(where, insert, lambda id: (id, f"task/{id}", 1, DATA))
        case "message-db":
            function = "select message_store.write_message($1, $2, $3, $4, null, $5)"
            data = DATA.decode()
            return _statements(where, function, lambda id: (str(id), f"task-{id}", "task-issued", data, -1))


async def _obey(kind: Kind, where: Where) -> None:
    async with way(kind, where) as write:
        _say({})
        while line := await asyncio.to_thread(sys.stdin.readline):
            _, writers, seconds = line.split()
            _say(await _written(write, int(writers), float(seconds)))


def _say(told: Mapping[str, float]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def _written(write: Write, writers: int, seconds: float) -> dict[str, float]:
    began, cpu = time.perf_counter(), time.process_time()
    until = began + seconds

    async def work(writer: int) -> int:
        done = 0
        while time.perf_counter() < until:
            await write(writer)
            done += 1
        return done

    events = sum(await asyncio.gather(*map(work, range(writers))))
    took = time.perf_counter() - began
    return {"events": events, "seconds": took, "cpu": time.process_time() - cpu, "memory": memory_megabytes()}


def memory_megabytes() -> float:
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    uvloop.run(_obey(sys.argv[1], Where(**json.loads(sys.argv[2]))))  # type: ignore[arg-type]
