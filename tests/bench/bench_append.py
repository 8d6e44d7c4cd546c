"""Appends a second, beside single-row commits of the same client, with 1, 16 and 64 waiting.

Every append is what a command writes: one event on a stream of its own, another stream asserted that it only read,
and a row for the command. Beside it stands the plainest table of events, one row and one commit for each, over as many
connections as writers wait. Run by itself: `python -m tests.bench.bench_append`.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop
from rich.console import Console

from shared.codec import Catalogue
from shared.log.append import APPENDER_SETTINGS, Append, Appender, CommandRecord, NewEvent
from shared.log.log import Genesis, found_log, new_event_id
from tests.bench.figures import Figure, paired, table
from zeren import postgres
from zeren.installation import LogAccess, prepare

LOG = "ledger"
GOALS = {1: 0.8, 16: 1.2, 64: 3.0}
"""Appends for each single-row commit, by how many writers wait."""
DATA = (
    '{"task":"t-0001","name":"城区内涝治理：河道清淤与护坡","unit":"u-shuiwu","due":"2026-12-31",'
    '"standard":"主汛期前完成12.5公里河道清淤，断面达标率不低于95%","weight":"12.5"}'
).encode()

Write = Callable[[int, int], Awaitable[object]]
"""Write once: which writer, and how often it has written before."""


async def measure(server: postgres.Server, home: Path, *, turns: int = 5, seconds: float = 1.5) -> list[Figure]:
    """Three figures, in events a second. Makes databases of its own on the server, which stay."""
    access = (await prepare(server.admin_dsn(), home, {LOG: ()}, prefix="bench_append_")).logs[LOG]
    await found_log(Genesis(LOG), access.log, access.dsn, Catalogue(own=(), published=()))
    appender = Appender(LOG, access.log, "sha-256", lambda: connect(access), now, lambda _: None)
    await appender.start()
    connections = await asyncio.gather(*(connect(access) for _ in range(max(GOALS))))
    try:
        table_name = await plain_table(connections[0], access)
        figures = []
        for waiting, goal in GOALS.items():
            ours, beside = [], []
            await rate(waiting, 0.5, appending(appender))
            await rate(waiting, 0.5, committing(connections, table_name))
            for _ in range(turns):
                ours.append(await rate(waiting, seconds, appending(appender)))
                beside.append(await rate(waiting, seconds, committing(connections, table_name)))
            row = f"appends, {waiting} waiting"
            figures.append(paired(row, "events/s", ours, beside, "single-row commits", goal))
        return figures
    finally:
        await appender.stop()
        await asyncio.gather(*(connection.close() for connection in connections))


async def plain_table(connection: asyncpg.Connection[asyncpg.Record], access: LogAccess) -> str:
    """The plainest table of events, new and empty; its name."""
    table_name = f"{access.views}.plain_events"
    await connection.execute(
        f"""drop table if exists {table_name};
            create table {table_name} (
                position bigint generated always as identity primary key, event_id uuid not null unique,
                stream text not null, version bigint not null, data bytea not null, unique (stream, version))"""
    )
    return table_name


def event_of() -> NewEvent:
    """What is written everywhere here: a task on a stream of its own, 230 bytes of data."""
    event_id = new_event_id()
    return NewEvent(
        event_id=event_id,
        stream=f"task/{event_id}",
        type="task-issued",
        schema=1,
        occurred="2026-01-05",
        published=True,
        history=False,
        actor_subject="person/zhou",
        actor_post="post/shuiwu-juzhang",
        actor_on_behalf=None,
        command_id=event_id,
        correlation_id=event_id,
        causation_id=None,
        traceparent=None,
        data=DATA,
    )


_turn = count(1)


def appending(appender: Appender) -> Write:
    turn = next(_turn)

    async def write(writer: int, before: int) -> None:
        event = event_of()
        read = (LOG, f"post/{turn}-{writer}")
        command = CommandRecord(UUID(int=event.event_id.int ^ 1), bytes(32))
        await appender.append(Append([event], {(LOG, event.stream): 0, read: 0}, command))

    return write


def committing(connections: list[asyncpg.Connection[asyncpg.Record]], table_name: str) -> Write:
    insert = f"insert into {table_name} (event_id, stream, version, data) values ($1, $2, $3, $4)"  # noqa: S608

    async def write(writer: int, before: int) -> None:
        event_id = new_event_id()
        await connections[writer].execute(insert, event_id, f"task/{event_id}", 1, DATA)

    return write


async def rate(writers: int, seconds: float, write: Write) -> float:
    """Writes a second of so many writers, each waiting for its last write before the next."""
    start = time.perf_counter()
    until = start + seconds

    async def work(writer: int) -> int:
        done = 0
        while time.perf_counter() < until:
            await write(writer, done)
            done += 1
        return done

    done = sum(await asyncio.gather(*map(work, range(writers))))
    return done / (time.perf_counter() - start)


def now() -> datetime:
    return datetime.now(UTC)


async def connect(access: LogAccess) -> asyncpg.Connection[asyncpg.Record]:
    connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
        access.dsn, server_settings=APPENDER_SETTINGS
    )
    return connection


def start_with_room(home: Path) -> postgres.Server:
    """An embedded server that takes as many connections as the widest turn opens: more than its 60 by default."""
    server = postgres.start(home)
    asyncio.run(_set(server, "max_connections", "400"))
    postgres.stop(server)
    return postgres.start(home)


async def _set(server: postgres.Server, name: str, value: str) -> None:
    admin = await asyncpg.connect(server.admin_dsn())
    await admin.execute(f"alter system set {name} = '{value}'")
    await admin.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / ".zeren"
        server = start_with_room(home)
        try:
            table(uvloop.run(measure(server, home)), Console(width=150))
        finally:
            postgres.stop(server)
            shutil.rmtree(server.data.parent)


if __name__ == "__main__":
    main()
