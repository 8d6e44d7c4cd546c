"""Views as they would be if the log were folded again, in batches of any size, to compare with views as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.log.log import Log
from shared.service import Service
from shared.views import View
from shared.views.fold import ViewFold
from shared.views.group import Group
from shared.views.store import all_views, prepare, views_schema
from shared.views.table import create_sql, quoted

BATCH_SIZES = (1, 7, 1000, None)
"""Positions folded between two commits, each with an empty memory; None: all of them at once."""

Dump = Mapping[str, list[tuple[Any, ...]]]


async def dump(log: Log, *views: View[Any], suffix: str = "") -> Dump:
    """Every row of every view, in key order, as the table holds it."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for view in views:
        rows = await log.pool.fetch(
            f"select * from {views_schema(log)}.{view.table_name}{suffix} order by {quoted(view.key)}"  # noqa: S608
        )
        found[view.name] = [tuple(row) for row in rows]
    return found


async def replay(service: Service, log: Log, batch: int | None, up_to: int | None = None) -> Dump:
    """Fold the log from its start into tables of their own, `batch` positions at a time, and show them.

    Between two batches everything in memory is forgotten, as after a restart.
    """
    schema, suffix = views_schema(log), f"__replay{batch or 'all'}"
    views = all_views(service)
    await prepare(log.pool, schema, service)
    end = await log.last_position() if up_to is None else up_to
    async with log.pool.acquire() as connection:
        await _remove(connection, schema, views, suffix)
        for view in views:
            await connection.execute(create_sql(view, schema, suffix))
            await connection.execute(
                f"insert into {schema}.checkpoints (name, position) values ($1, 0)",  # noqa: S608
                view.table_name + suffix,
            )
        try:
            position = 0
            while position < end:
                group = Group(service, log, schema, [ViewFold(view, schema, suffix=suffix) for view in views])
                await group.load(connection)
                position = min(end, position + (batch or end))
                await group.catch_up(connection, position)
                if group.stopped:
                    raise AssertionError(group.stopped)
            return await dump(log, *views, suffix=suffix)
        finally:
            await _remove(connection, schema, views, suffix)


async def _remove(connection: Any, schema: str, views: tuple[View[Any], ...], suffix: str) -> None:
    async with connection.transaction():
        await connection.execute("set local client_min_messages = warning")
        for view in views:
            name = view.table_name + suffix
            await connection.execute(f"drop table if exists {schema}.{name}")
            await connection.execute(f"delete from {schema}.checkpoints where name = $1", name)  # noqa: S608
            await connection.execute(f"delete from {schema}.parked where view = $1", name)  # noqa: S608
            await connection.execute(f"delete from {schema}.parked_queue where view = $1", name)  # noqa: S608
