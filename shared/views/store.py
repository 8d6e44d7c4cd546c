"""The tables in which the runner of views keeps its own state, beside the views themselves.

All of it can be thrown away and built again from the log, except that `pending`, `deadlines_issued` and `outbound` hold
what is under way; the log forgets no command, so that even then nothing would act twice, and what is sent has its identity.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from shared.directory.table import DIRECTORY_VIEWS
from shared.log.log import Log
from shared.service import Service
from shared.views import View
from shared.views.table import create_sql, declared

logger = logging.getLogger(__name__)
LONGEST_SECONDS = 1_800
"""For what goes through a whole table: an index that a newer version brings, a comparison of two tables."""
_PREPARING = 0x5669657773  # "Views": processes that start at once take turns

_DDL = """
create table if not exists {schema}.checkpoints (
    name        text primary key,
    position    bigint not null,
    generation  bigint not null default 0,
    mute_until  bigint not null default 0
);
create table if not exists {schema}.parked (
    view      text not null,
    key       jsonb not null,
    position  bigint not null,
    error     text not null,
    primary key (view, key)
);
create table if not exists {schema}.parked_queue (
    view      text not null,
    key       jsonb not null,
    position  bigint not null,
    primary key (view, key, position)
);
create table if not exists {schema}.pending (
    command_id   uuid primary key,
    origin       text not null,
    action       text not null,
    command      bytea not null,
    cause        uuid not null,
    correlation  uuid not null,
    position     bigint not null,
    attempts     integer not null default 0,
    error        text
);
create index if not exists pending_position on {schema}.pending (position);
create table if not exists {schema}.deadlines_issued (
    kind        text not null,
    key         jsonb not null,
    acts_on     date not null,
    command_id  uuid not null,
    primary key (kind, key, acts_on)
);
create table if not exists {schema}.outbound (
    kind      text not null,
    key       jsonb not null,
    attempts  integer not null,
    next_at   timestamptz not null,
    primary key (kind, key)
);
"""


class ViewChanged(Exception):
    """A view's row was changed but not its version: its table on disk has other columns than it declares."""


def views_schema(log: Log) -> str:
    """The schema that holds a log's views."""
    return f"{log.schema}_views"


def all_views(service: Service) -> tuple[View[Any], ...]:
    """The views of a service: units and tenures of the directory, and those it declares."""
    views = tuple(dict.fromkeys((*DIRECTORY_VIEWS, *service.views)))
    names = [view.name for view in views]
    if len(set(names)) < len(names):
        raise ValueError(f"two views of {service.name} have one name: {sorted(n for n in names if names.count(n) > 1)}")
    return views


def deadline_indexes(service: Service, view: View[Any]) -> list[tuple[str, ...]]:
    """Deadlines are looked up by the date on which they act."""
    return [("acts_on",)] if any(deadline.view == view for deadline in service.deadlines) else []


async def prepare(pool: asyncpg.Pool[asyncpg.Record], schema: str, service: Service) -> None:
    """Make the tables that are missing. ViewChanged when one has other columns than its view declares."""
    views = all_views(service)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1, hashtext($2))", _PREPARING & 0x7FFFFFFF, schema)
        await connection.execute("set local client_min_messages = warning")
        await connection.execute(f"set local statement_timeout = '{LONGEST_SECONDS}s'")
        await connection.execute(_DDL.format(schema=schema))
        for view in views:
            create = create_sql(view, schema, also_index=deadline_indexes(service, view))
            await connection.execute(create, timeout=LONGEST_SECONDS)
            await _check(connection, schema, view)
            await connection.execute(
                f"""insert into {schema}.checkpoints (name, position, mute_until)
                    select $1, 0, coalesce((select max(c.position) from {schema}.checkpoints c
                                            where c.name ~ ('^' || $2 || '_v[0-9]+$')), 0)
                    on conflict do nothing""",  # noqa: S608
                # What an earlier version of this view saw, its watch has acted on.
                view.table_name,
                view.name.replace("-", "_"),
            )
        for reaction in service.reactions:
            await connection.execute(
                f"insert into {schema}.checkpoints (name, position) values ($1, 0) on conflict do nothing",  # noqa: S608
                reaction_checkpoint(reaction.name),
            )


def reaction_checkpoint(name: str) -> str:
    return f"reaction:{name}"


async def _check(connection: Any, schema: str, view: View[Any]) -> None:
    found = await connection.fetch(
        """select attname, format_type(atttypid, atttypmod) as type, attnotnull from pg_attribute
           where attrelid = $1::text::regclass and attnum > 0 and not attisdropped order by attnum""",
        f"{schema}.{view.table_name}",
    )
    there = [(row["attname"], row["type"], row["attnotnull"]) for row in found]
    if there != declared(view):
        raise ViewChanged(f"view {view.name} declares other columns than its table has: raise its version")


def columns_of(records: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Records turned into columns, as `unnest` takes them."""
    columns = [list(column) for column in zip(*records, strict=True)]
    return columns or [[] for _ in range(width)]
