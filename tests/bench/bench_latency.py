"""How long an append takes at half of what the log can do, beside single-row commits at half of what they can do.

Every write is due at its time whether or not those before it are answered, and is counted from when it was due: a pause
delays all that fall into it. Sixteen connections commit the single rows, as in the row of appends.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from shared.codec import Catalogue
from shared.log.append import Appender
from shared.log.log import Genesis, found_log
from tests.bench.bench_append import LOG, Write, appending, committing, connect, now, plain_table, rate
from tests.bench.figures import Figure, paired
from zeren import postgres
from zeren.installation import prepare

WAITING = 16
_PARTS = (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("longest", 1.0))


async def measure(server: postgres.Server, home: Path, *, turns: int, seconds: float) -> list[Figure]:
    """Microseconds; `seconds` of load for each of the two, shared out among the turns."""
    access = (await prepare(server.admin_dsn(), home, {LOG: ()}, prefix="bench_latency_")).logs[LOG]
    await found_log(Genesis(LOG), access.log, access.dsn, Catalogue(own=(), published=()))
    appender = Appender(LOG, access.log, "sha-256", lambda: connect(access), now, lambda _: None)
    await appender.start()
    connections = await asyncio.gather(*(connect(access) for _ in range(WAITING)))
    try:
        committed = committing(connections, await plain_table(connections[0], access))
        ours: list[list[float]] = []
        beside: list[list[float]] = []
        for _ in range(turns):
            for write, free, found in (
                (appending(appender), False, ours),
                (committed, True, beside),
            ):
                most = await rate(WAITING, 1.0, write)
                found.append(await _paced(write, most / 2, seconds / turns, one_each=free))
        return [
            paired(
                f"append at half the maximum, {name}",
                "µs",
                [_part(taken, share) for taken in ours],
                [_part(taken, share) for taken in beside],
                "single-row commits at half of theirs",
                None,
                at_most=True,
            )
            for name, share in _PARTS
        ]
    finally:
        await appender.stop()
        await asyncio.gather(*(connection.close() for connection in connections))


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


def _part(taken: list[float], share: float) -> float:
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
