"""Republishing: a type has become public, and what was recorded of it before is made known to those who subscribe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from shared.codec import type_name
from shared.facts import KERNEL_EVENTS
from shared.feeds.refusals import (
    KERNEL_TYPE,
    NOT_PUBLISHED,
    PERSONAL_FACTS,
    PERSONAL_TYPE,
    UNKNOWN_TYPE,
    FeedRefused,
)
from shared.keys import SEALED
from shared.log.append import Append, Conflict, NewEvent
from shared.log.format import COLUMNS, Row
from shared.log.log import Log, new_event_id
from shared.log.republished import pointing_at, pointing_stream

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Republished:
    """What a run appended. `published_before` counts facts of the type that had left already: its receivers know those
    first, and learn of what was before them only now."""

    facts: int
    published_before: int


async def republish(
    log: Log, type: str, progress: Callable[[int, int], None] = lambda done, total: None
) -> Republished:
    """Append a pointing event for every own fact of a type that has no feed number and was not republished yet.

    Whatever was not reached when a run was ended, the next one does; a run that finds nothing appends nothing. Other
    processes may write to the log meanwhile. The log must be started. FeedRefused for a type that may not leave.
    """
    _check(log, type)
    waiting, personal, before = await _counted(log, type)
    if personal:
        raise FeedRefused(PERSONAL_FACTS.of(log=log.id, type=type, count=personal))
    run, position, done = new_event_id(), 0, 0
    progress(0, waiting)
    while page := await _page(log, type, position):
        try:
            await log.append(Append([_pointing(log, row, run) for row, _ in page], _versions(log, page)))
        except Conflict:
            continue  # somebody else republishes too: what they did is left out of the page next time
        position, done = page[-1][0].position, done + len(page)
        progress(done, max(done, waiting))
    return Republished(done, before)


def _check(log: Log, type: str) -> None:
    kind = log.catalogue.own(type)
    if kind is None:
        raise FeedRefused(UNKNOWN_TYPE.of(log=log.id, type=type))
    if type in map(type_name, KERNEL_EVENTS):
        raise FeedRefused(KERNEL_TYPE.of(type=type))
    if kind.sealed_fields:
        raise FeedRefused(PERSONAL_TYPE.of(type=type, fields="、".join(kind.sealed_fields)))
    if not kind.published:
        raise FeedRefused(NOT_PUBLISHED.of(type=type))


# A pointing event is caused by the fact it points at, so its causation tells which that is without reading its data.
_WAITING = """
    l.source = $1 and l.type = $2 and l.source_seq is null and l.data is not null and not exists (
        select 1 from {schema}.log p
        where p.source = $1 and p.stream = $3 || l.stream and p.causation_id = l.event_id)"""


async def _counted(log: Log, type: str) -> tuple[int, int, int]:
    """Facts that wait to be republished, those among them that hold a sealed text, and facts published at once."""
    counted = await log.pool.fetchrow(
        f"""select count(*) filter (where {_WAITING.format(schema=log.schema)}),
                   count(*) filter (where {_WAITING.format(schema=log.schema)}
                                    and convert_from(l.data, 'UTF8') like $4),
                   count(*) filter (where l.source_seq is not null)
            from {log.schema}.log l where l.source = $1 and l.type = $2""",  # noqa: S608
        log.id,
        type,
        pointing_stream(""),
        f'%"{SEALED}%',
    )
    assert counted is not None  # noqa: S101 — an aggregate without groups gives one row
    waiting, personal, before = counted
    return waiting, personal, before


async def _page(log: Log, type: str, after: int) -> list[tuple[Row, int]]:
    """The next facts that wait, in log order, each with the version of the stream in which it will be republished.

    Both in one statement: what is republished in between has another version then.
    """
    found = await log.pool.fetch(
        f"""select {", ".join(f"l.{name}" for name in COLUMNS)}, coalesce((
                select p.version from {log.schema}.log p
                where p.source = $1 and p.stream = $3 || l.stream order by p.version desc limit 1), 0)
            from {log.schema}.log l
            where l.position > $4 and {_WAITING.format(schema=log.schema)} order by l.position limit $5""",  # noqa: S608
        log.id,
        type,
        pointing_stream(""),
        after,
        _PAGE,
    )
    return [(Row(*record[:-1]), record[-1]) for record in found]


def _versions(log: Log, page: Sequence[tuple[Row, int]]) -> dict[tuple[str, str], int]:
    return {(log.id, pointing_stream(row.stream)): version for row, version in page}


def _pointing(log: Log, row: Row, run: UUID) -> NewEvent:
    """History already when it is recorded: nobody, here or outside, shall act on it."""
    event: Any = pointing_at(row)
    return replace(log.system_event(event), history=True, correlation_id=run, causation_id=row.event_id)
