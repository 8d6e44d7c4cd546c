"""How long an append takes at half of what the log can do, beside single-row commits and a peer at half of what they can do.

Every write is due at its time whether or not those before it are answered, and is counted from when it was due: a pause
delays all that fall into it. Sixteen connections commit the single rows, as in the row of appends. The peer is message-db,
over sixteen connections of the same client, so that what differs is the store and not the language.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from shared.codec import Catalogue
from shared.log.append import Appender
from shared.log.log import Genesis, found_log
from tests.bench import peers
from tests.bench.bench_append import LOG, Write, appending, committing, connect, now, plain_table, rate
from tests.bench.bench_peers import COMMITS, OURS, install_message_db, new_database
from tests.bench.figures import Figure, paired, part
from tests.bench.writing import Where, way
from zeren import postgres
from zeren.installation import prepare

WAITING = 16
_PARTS = (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("longest", 1.0))


async def measure(server: postgres.Server, home: Path, *, turns: int, seconds: float) -> list[Figure]:
    """Microseconds; `seconds` of load for each of those compared, shared out among the turns."""
    access = (await prepare(server.admin_dsn(), home, {LOG: ()}, prefix="bench_latency_")).logs[LOG]
    await found_log(Genesis(LOG), access.log, access.dsn, Catalogue(own=(), published=()))
    installed = await asyncio.to_thread(peers.install)
    async with contextlib.AsyncExitStack() as stack:
        appender = Appender(LOG, access.log, "sha-256", lambda: connect(access), now, lambda _: None)
        await appender.start()
        stack.push_async_callback(appender.stop)
        connections = await asyncio.gather(*(connect(access) for _ in range(WAITING)))
        for connection in connections:
            stack.push_async_callback(connection.close)
        ways = {OURS: appending(appender), COMMITS: committing(connections, await plain_table(connections[0], access))}
        if installed.node_modules is not None:
            dsn = await new_database(server, "bench_latency_messages")
            await install_message_db(dsn, installed.node_modules / peers.MESSAGE_DB / "database")
            send = await stack.enter_async_context(way("message-db", Where(dsn, connections=WAITING)))
            ways[peers.MESSAGE_DB] = lambda writer, before: send(writer)
        found: dict[str, list[list[float]]] = {name: [] for name in ways}
        for _ in range(turns):
            for name, write in ways.items():
                most = await rate(WAITING, 1.0, write)
                found[name].append(await _paced(write, most / 2, seconds / turns, one_each=name != OURS))
    return [
        _figure(f"append at half the maximum, {called}{suffix}", found, name, share, installed.missing)
        for name, suffix in ((COMMITS, ""), (peers.MESSAGE_DB, f", beside {peers.MESSAGE_DB}"))
        for called, share in _PARTS
    ]


def _figure(
    row: str, found: Mapping[str, Sequence[list[float]]], name: str, share: float, missing: Mapping[str, str]
) -> Figure:
    ours = [part(taken, share) for taken in found[OURS]]
    if name not in found:
        return replace(paired(row, "µs", ours, ours, "", None, at_most=True), beside=None, ratio=None, missing=missing)
    beside = [part(taken, share) for taken in found[name]]
    return paired(row, "µs", ours, beside, f"{name} at half of theirs", None, at_most=True)


async def _paced(write: Write, per_second: float, seconds: float, *, one_each: bool) -> list[float]:
    """Microseconds of each write from when it was due. `one_each`: a writer has its connection to itself."""
    number = int(per_second * seconds)
    taken: list[float] = []
    idle: asyncio.Queue[int] = asyncio.Queue()
    for writer in range(WAITING):
        idle.put_nowait(writer)
    begin = time.perf_counter() + 0.05

    async def one(n: int) -> None:
        writer = await idle.get() if one_each else n % WAITING
        try:
            await write(writer, n)
        finally:
            if one_each:
                idle.put_nowait(writer)
        taken.append((time.perf_counter() - begin - n / per_second) * 1e6)

    sent = 0
    async with asyncio.TaskGroup() as group:
        while sent < number:
            due = min(number, int((time.perf_counter() - begin) * per_second) + 1)
            while sent < due:
                group.create_task(one(sent))
                sent += 1
            await asyncio.sleep(max(0.0, begin + sent / per_second - time.perf_counter()))
    return taken
