"""The tables of one log, and who may do what with them.

The log's service may read and insert, nothing else: no UPDATE, no DELETE. A trigger refuses them to the owner too,
so that a correction by hand is a deliberate act on the schema and not a slip.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")

_DDL = """
create table if not exists {schema}.log (
    position            bigint primary key check (position > 0),
    event_id            uuid not null unique,
    source              text collate "C" not null,
    source_seq          bigint,
    source_incarnation  bigint not null,
    incarnation         bigint not null,
    stream              text collate "C" not null,
    version             bigint not null check (version > 0),
    type                text not null,
    schema              integer not null,
    occurred            text not null,
    recorded_at         timestamptz not null,
    learned_at          timestamptz not null,
    history             boolean not null,
    actor_subject       text not null,
    actor_post          text,
    actor_on_behalf     text,
    command_id          uuid,
    correlation_id      uuid not null,
    causation_id        uuid,
    traceparent         text,
    salt                bytea,
    data                bytea,
    data_hash           bytea not null,
    leaf                bytea not null,
    chain               bytea not null,
    constraint log_stream_version unique (source, stream, version),
    constraint log_one_genesis check ((position = 1) = (type = 'log-started'))
);
create unique index if not exists log_feed on {schema}.log (source, source_seq) where source_seq is not null;

create table if not exists {schema}.commands (
    command_id      uuid primary key,
    fingerprint     bytea not null,
    first_position  bigint not null,
    count           integer not null
);

create or replace function {schema}.refuse_change() returns trigger language plpgsql as
    $$begin raise exception 'a log is never changed'; end$$;
create or replace trigger log_never_changed before update or delete or truncate on {schema}.log
    for each statement execute function {schema}.refuse_change();
create or replace trigger commands_never_changed before update or delete or truncate on {schema}.commands
    for each statement execute function {schema}.refuse_change();

create or replace function {schema}.head(log text)
    returns table (at bigint, link bytea, incarnation_now bigint, learned timestamptz, feed_seq bigint)
    language sql stable as $$
        select l.position, l.chain, l.incarnation, l.learned_at, coalesce((
            select f.source_seq from {schema}.log f
            where f.source = $1 and f.source_seq is not null order by f.source_seq desc limit 1), 0)
        from {schema}.log l order by l.position desc limit 1$$;

-- Waits for the turn to write and only then looks at the head: in a volatile function each statement sees what is committed.
create or replace function {schema}.take_turn(turn bigint, log text)
    returns table (at bigint, link bytea, incarnation_now bigint, learned timestamptz, feed_seq bigint)
    language plpgsql volatile as
    $$begin perform pg_advisory_lock(turn); return query select * from {schema}.head(log); end$$;

create or replace view {schema}.published with (security_barrier) as
    select event_id, source, source_seq, source_incarnation, stream, version, type, schema, occurred, recorded_at,
           history, actor_subject, actor_post, actor_on_behalf, command_id, correlation_id, causation_id, traceparent,
           salt, data, data_hash, leaf
    from {schema}.log
    where source_seq is not null and source = (select source from {schema}.log where position = 1)
    order by source_seq;  -- here, since nothing outside a barrier may tell the planner which index serves

create or replace view {schema}.genesis as
    select type, schema, data from {schema}.log where position = 1;

create or replace view {schema}.heartbeat as
    select (select l.incarnation from {schema}.log l order by l.position desc limit 1) as incarnation,
           coalesce((
               select f.source_seq from {schema}.log f
               where f.source_seq is not null and f.source = (select source from {schema}.log where position = 1)
               order by f.source_seq desc limit 1), 0) as feed_head
    where exists (select 1 from {schema}.log where position = 1);

grant usage on schema {schema} to {role};
grant select, insert on {schema}.log, {schema}.commands to {role};
"""

_READER = """
grant usage on schema {schema} to {reader};
grant select on {schema}.published, {schema}.genesis, {schema}.heartbeat to {reader};
"""


def plain_name(name: str) -> str:
    """The name itself, fit to stand in SQL as it is; ValueError for one that would need quotes."""
    if not _NAME.match(name):
        raise ValueError(f"not a plain SQL name: {name!r}")
    return name


def log_ddl(schema: str, role: str, readers: Sequence[str]) -> str:
    """The statements, repeatable, that the owner runs inside an existing `schema`.

    `role` is the log's own service; `readers` are the roles of services that may read what it published.
    """
    for name in (schema, role, *readers):
        plain_name(name)
    return _DDL.format(schema=schema, role=role) + "".join(
        _READER.format(schema=schema, reader=r) for r in (role, *readers)
    )
