"""Events loaded in bulk, beside COPY of the very same rows into a table of the same columns, keys and checks."""

from __future__ import annotations

import asyncio
import dataclasses
import time

import asyncpg

from shared.codec import Catalogue
from shared.log.append import Append, NewEvent
from shared.log.format import COLUMNS
from shared.log.log import Genesis, Log, found_log, open_log
from tests.bench.bench_append import event_of
from tests.bench.figures import Figure, paired
from zeren.installation import LogAccess

EVENTS = 100_000
_GOAL = 0.4
_PER_STREAM = 4
_PER_APPEND = 1_000
_WAITING = 3


async def measure(access: LogAccess, *, turns: int, events: int = EVENTS) -> Figure:
    """Events a second through `Log.append`, a thousand in each append, three appends waiting. The log must be new."""
    catalogue = Catalogue(own=(), published=())
    await found_log(Genesis(access.log), access.log, access.dsn, catalogue)
    async with asyncpg.create_pool(access.dsn, min_size=1, max_size=2) as pool, pool.acquire() as connection:
        await connection.execute(f"create table {access.views}.copied (like {access.log}.log including all)")
        log = await open_log(access.log, pool, access.dsn, catalogue)
        await log.start()
        try:
            ours, beside = [], []
            for _ in range(turns):
                before = log.head
                ours.append(await _load(log, events))
                rows = [row async for row in log.rows(before)]
                assert len(rows) == events
                start = time.perf_counter()
                await connection.copy_records_to_table(
                    "copied", schema_name=access.views, records=rows, columns=COLUMNS, timeout=None
                )
                beside.append(events / (time.perf_counter() - start))
            return paired("bulk load", "events/s", ours, beside, "COPY of the same rows", _GOAL)
        finally:
            await log.stop()


async def _load(log: Log, events: int) -> float:
    new = _events(events)
    waiting = asyncio.Semaphore(_WAITING)

    async def append(part: list[NewEvent]) -> None:
        async with waiting:
            await log.append(Append(part, {(log.id, event.stream): 0 for event in part}))

    start = time.perf_counter()
    await asyncio.gather(*(append(new[n : n + _PER_APPEND]) for n in range(0, events, _PER_APPEND)))
    return events / (time.perf_counter() - start)


def _events(number: int) -> list[NewEvent]:
    """Four on each stream: what is known of an old task."""
    new: list[NewEvent] = []
    for n in range(number):
        event = event_of()
        new.append(dataclasses.replace(event, stream=new[-1].stream, history=True) if n % _PER_STREAM else event)
    return new
