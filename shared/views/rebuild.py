"""Bringing views forward outside the server, and building one anew beside the one that is being read.

Both work from a process of their own while another one serves: checkpoints decide who writes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.log.log import Log
from shared.service import Service
from shared.views import View
from shared.views.enabling import reaction_heads, watch_name
from shared.views.fold import Fold, ReactionFold, ViewFold
from shared.views.group import Group, Moved
from shared.views.store import LONGEST_SECONDS, all_views, deadline_indexes, prepare, reaction_checkpoint, views_schema
from shared.views.table import create_sql, quoted, rename_sql

logger = logging.getLogger(__name__)

NEW = "__new"
"""Suffix of the second table while a view is being built anew."""
_REBUILDING = 0x52656275
_NEAR = 200


class ViewStopped(Exception):
    """The view could not be folded to the end: a position, and where the error was raised."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A view after its rebuild. `differing` counts rows that are other, new or gone compared with the table before."""

    view: str
    rows: int
    differing: int
    parked: int
    position: int


async def catch_up(
    service: Service, log: Log, names: Sequence[str], up_to: int | None = None, table_suffix: str = ""
) -> int:
    """Fold the named checkpoints (see `ViewFold.name`, without suffix) up to a position or the present head.

    They must stand at one position. With a suffix, their second tables are folded, and watches are mute. Returns the
    position reached. Raises ViewStopped when one of them cannot be folded, Moved when somebody else moved one.
    """
    target = await log.last_position() if up_to is None else up_to
    schema = views_schema(log)
    heads = await reaction_heads(log)
    actions = frozenset(action.name for action in service.actions)
    folds: list[Fold] = []
    for view in all_views(service):
        if view.table_name in names:
            above = None if table_suffix else heads.get(watch_name(view))
            folds.append(ViewFold(view, schema, actions, suffix=table_suffix, watch_above=above))
    folds.extend(
        ReactionFold(r, actions, heads[r.name]) for r in service.reactions if reaction_checkpoint(r.name) in names
    )
    group = Group(service, log, schema, folds)
    async with log.pool.acquire() as connection:
        await group.load(connection)
        # A second table that is left unfinished is dropped: there is nothing to go on with.
        await group.catch_up(connection, target, resumable=not table_suffix)
    if group.stopped:
        raise ViewStopped("; ".join(f"{fold.title}: {error}" for fold, error in group.stopped))
    return group.committed


async def rebuild(service: Service, log: Log, view: View[Any]) -> Rebuilt:
    """Fold a view from position 1 into a second table and put it in the place of the first, at the same position.

    The first stays readable and live until the switch. Raises ViewStopped; then the first table stays.
    """
    schema = views_schema(log)
    await prepare(log.pool, schema, service)
    async with log.pool.acquire() as guard:
        # Held by the connection, so that it ends with this process, however that ends.
        if not await guard.fetchval("select pg_try_advisory_lock($1, hashtext($2))", _REBUILDING, _name(schema, view)):
            raise Moved(f"view {view.name} is being rebuilt already")
        try:
            await _make_second(guard, schema, service, view)
            position = await _position(guard, schema, view)
            reached = 0
            while position - reached > _NEAR:
                reached = await catch_up(service, log, [view.table_name], position, NEW)
                position = await _position(guard, schema, view)
            await guard.execute(f"analyze {schema}.{view.table_name}{NEW}")
            return await _switch(guard, schema, service, log, view)
        finally:
            await _drop_second(guard, schema, view)
            await guard.execute("select pg_advisory_unlock($1, hashtext($2))", _REBUILDING, _name(schema, view))


def _name(schema: str, view: View[Any]) -> str:
    return f"{schema}.{view.table_name}"


async def _position(connection: Any, schema: str, view: View[Any]) -> int:
    position: int = await connection.fetchval(
        f"select position from {schema}.checkpoints where name = $1",  # noqa: S608
        view.table_name,
    )
    return position


async def _make_second(connection: Any, schema: str, service: Service, view: View[Any]) -> None:
    await _drop_second(connection, schema, view)
    async with connection.transaction():
        await connection.execute(create_sql(view, schema, NEW, deadline_indexes(service, view)))
        await connection.execute(
            f"insert into {schema}.checkpoints (name, position) values ($1, 0)",  # noqa: S608
            view.table_name + NEW,
        )


async def _drop_second(connection: Any, schema: str, view: View[Any]) -> None:
    name = view.table_name + NEW
    async with connection.transaction():
        await connection.execute("set local client_min_messages = warning")
        await connection.execute(f"drop table if exists {schema}.{name}")
        for table, column in (("checkpoints", "name"), ("parked", "view"), ("parked_queue", "view")):
            await connection.execute(f"delete from {schema}.{table} where {column} = $1", name)  # noqa: S608


async def _switch(connection: Any, schema: str, service: Service, log: Log, view: View[Any]) -> Rebuilt:
    """Hold the live view where it is, fold the last few facts, compare, and rename."""
    name = view.table_name
    async with connection.transaction():
        await connection.execute(f"set local statement_timeout = '{LONGEST_SECONDS}s'")
        position: int = await connection.fetchval(
            f"select position from {schema}.checkpoints where name = $1 for update",  # noqa: S608
            name,
        )
        await catch_up(service, log, [name], position, NEW)
        differing = await connection.fetchval(_difference(view, schema), timeout=LONGEST_SECONDS)
        rows = await connection.fetchval(f"select count(*) from {schema}.{name}{NEW}", timeout=LONGEST_SECONDS)  # noqa: S608
        await connection.execute(rename_sql(view, schema, NEW, deadline_indexes(service, view)))
        for table in ("parked", "parked_queue"):
            await connection.execute(f"delete from {schema}.{table} where view = $1", name)  # noqa: S608
            await connection.execute(
                f"update {schema}.{table} set view = $1 where view = $2",  # noqa: S608
                name,
                name + NEW,
            )
        parked = await connection.fetchval(f"select count(*) from {schema}.parked where view = $1", name)  # noqa: S608
        await connection.execute(
            f"update {schema}.checkpoints set generation = generation + 1 where name = $1",  # noqa: S608
            name,
        )
    return Rebuilt(view.name, rows, differing, parked, position)


def _difference(view: View[Any], schema: str) -> str:
    """Counts keys whose rows differ. Numbers that are equal but written otherwise (1.0 and 1.00) are not a difference."""
    table = f"{schema}.{view.table_name}"
    return f"""
        select count(*) from {table} a full join {table}{NEW} b using ({quoted(view.key)})
        where a is distinct from b"""  # noqa: S608


async def rebuild_all(service: Service, log: Log, names: Sequence[str]) -> list[Rebuilt]:
    """Rebuild views by name, one after another. LookupError for a name that no view has."""
    views = {view.name: view for view in all_views(service)}
    if unknown := [name for name in names if name not in views]:
        raise LookupError(f"no view is called {', '.join(unknown)}")
    result = []
    for name in names:
        result.append(await rebuild(service, log, views[name]))
        await asyncio.sleep(0)
    return result
