"""How fast a view is built anew, beside what reading and decoding the same log costs at least."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from typing import Any

import asyncpg

from shared.cycles import FOLDING, look_rarely
from shared.log.log import Genesis, Log, found_log, open_log
from shared.service import Service
from shared.views import View
from shared.views.rebuild import NEW, catch_up
from shared.views.store import prepare, views_schema
from shared.views.table import create_sql
from tests.bench.figures import Figure, paired
from tests.support.registers import CITY, REGISTERS, TALLIES, entry, opened, record, registers_service
from zeren.installation import LogAccess

_REGISTERS = 2_000
_GOAL = 0.3


async def fill(log: Log, events: int) -> None:
    """A year of a city: registers opened, then entries spread over all of them."""
    await record(log, *CITY)
    for first in range(0, _REGISTERS, 500):
        await record(log, *(opened(f"河道所:巡河{n}") for n in range(first, first + 500)))
    for first in range(0, events, 500):
        await record(log, *(entry(f"河道所:巡河{n * 7 % _REGISTERS}") for n in range(first, first + 500)))


async def measure(access: LogAccess, *, turns: int, events: int = 50_000) -> list[Figure]:
    """Events a second for the rebuild of one view and of two at once, one process, empty tables.

    `access` is the place of a log that nothing was written to yet.
    """
    service = registers_service()
    async with AsyncExitStack() as stack:
        catalogue = service.catalogue()
        await found_log(Genesis(access.log), access.log, access.dsn, catalogue)
        pool = await stack.enter_async_context(asyncpg.create_pool(access.dsn, min_size=1, max_size=6))
        log = await open_log(access.log, pool, access.dsn, catalogue)
        await log.start()
        stack.push_async_callback(log.stop)
        await fill(log, events)
        await prepare(pool, views_schema(log), service)
        one, two, beside = [], [], []
        for _ in range(turns):
            beside.append(await _select_and_decode(log))
            one.append(await rebuild_once(service, log, REGISTERS))
            two.append(await rebuild_once(service, log, REGISTERS, TALLIES))
        name = "SELECT and decode"
        return [
            paired("view rebuild, one view", "events/s", one, beside, name, _GOAL),
            paired("view rebuild, two views at once", "events/s", two, beside, name, _GOAL),
        ]


async def _select_and_decode(log: Log) -> float:
    began, count = time.perf_counter(), 0
    async for row in log.rows(page=2000):
        log.catalogue.fact(row)
        count += 1
    return count / (time.perf_counter() - began)


async def rebuild_once(service: Service, log: Log, *views: View[Any]) -> float:
    """Events a second, into second tables that are dropped again."""
    speed, _ = await rebuild_counted(service, log, *views)
    return speed


async def rebuild_counted(service: Service, log: Log, *views: View[Any]) -> tuple[float, list[int]]:
    """Events a second, into second tables that are dropped again; and how many rows each had. As `zeren views rebuild`."""
    look_rarely(FOLDING)
    schema = views_schema(log)
    for view in views:
        await log.pool.execute(create_sql(view, schema, NEW))
        await log.pool.execute(
            f"insert into {schema}.checkpoints (name, position) values ($1, 0)",  # noqa: S608
            view.table_name + NEW,
        )
    began = time.perf_counter()
    reached = await catch_up(service, log, [view.table_name for view in views], table_suffix=NEW)
    speed = reached / (time.perf_counter() - began)
    look_rarely()
    rows = [await log.pool.fetchval(f"select count(*) from {schema}.{view.table_name}{NEW}") for view in views]  # noqa: S608
    for view in views:
        await log.pool.execute(f"drop table {schema}.{view.table_name}{NEW}")
        await log.pool.execute(f"delete from {schema}.checkpoints where name = $1", view.table_name + NEW)  # noqa: S608
    return speed, rows
