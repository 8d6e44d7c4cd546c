"""Causes: every event in a log stems from somebody or something that may cause one, and nothing came from nowhere."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.log.log import Log
from shared.service import Service
from shared.views.pending import derived_id
from shared.views.store import views_schema
from shared.views.table import form_of
from tests.support.reconcile_intake import ENTERED

_OF_SYSTEM = "system/"
_LATE_DAYS = 60
"""So many days after it was due a deadline is acted upon at most: holidays, and a city that stands still under fire."""


async def caused(service: Service, log: Log, since: int, answered: Collection[UUID]) -> list[str]:
    """Every event behind position `since` stems from a command of which somebody was told that it is done (`answered`); or
    from a fact to which the service reacts, and which is there; or from a deadline; or from how sending a letter ended."""
    rows = await log.pool.fetch(
        f"""select l.position, l.type, l.stream, l.data, l.actor_subject, l.command_id, l.causation_id,
                   l.learned_at, exists (select from {log.schema}.log c where c.event_id = l.causation_id) as cause_is_there
            from {log.schema}.log l where l.source = $1 and l.position > $2 order by l.position""",  # noqa: S608
        log.id,
        since,
    )
    deadlines = set(await _deadlines(service, log))
    by_command: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_command[row["command_id"]].append(row)
    left: dict[UUID, Any] = {}
    for command, events in by_command.items():
        first = events[0]
        if first["type"] in ENTERED.values():
            continue  # by the hand of citizens, whose receipts tell
        if not first["actor_subject"].startswith(_OF_SYSTEM):
            stems = command in answered
        elif first["causation_id"] is not None:
            stems = first["cause_is_there"]
        else:
            stems = command in deadlines or command in set(_sent(service, [event["stream"] for event in events]))
        if not stems:
            left[command] = first
    if any(first["actor_subject"].startswith(_OF_SYSTEM) for first in left.values()):
        of_deadlines = [event for command in left for event in by_command[command]]
        for command in await _deadlines_of_any_day(service, log, of_deadlines):
            left.pop(command, None)
    return [f"{log.id}: nobody caused the {first['type']} at position {first['position']}" for first in left.values()]


async def _deadlines(service: Service, log: Log) -> Iterator[UUID]:
    """The ids of the commands that deadlines issued, made anew from what they are made of."""
    forms = {deadline.kind: form_of(deadline.view) for deadline in service.deadlines}
    issued = await log.pool.fetch(f"select kind, key::text, acts_on from {views_schema(log)}.deadlines_issued")  # noqa: S608
    return (
        _deadline_id(row["kind"], form.key_text(form.key_value(row["key"])), row["acts_on"])
        for row in issued
        if (form := forms.get(row["kind"])) is not None
    )


async def _deadlines_of_any_day(service: Service, log: Log, events: Sequence[Any]) -> list[UUID]:
    """The ids that the commands of all deadlines would have on any of the days before these events.

    A process that is killed between recording what was due and noting that it was issued leaves no note, when the row of the
    view has moved on to its next day meanwhile, or is gone: the event is there, once, and nothing is to be done again. What
    a row that is gone was called, the event itself says, or a stream of the log.
    """
    learned: list[datetime] = [event["learned_at"] for event in events]
    latest, earliest = max(learned).date() + timedelta(days=1), min(learned).date() - timedelta(days=_LATE_DAYS)
    days = [earliest + timedelta(days=n) for n in range((latest - earliest).days + 1)]
    streams = await log.pool.fetch(f"select distinct split_part(stream, '/', 2) from {log.schema}.log")  # noqa: S608
    found: list[UUID] = []
    for deadline in service.deadlines:
        form = form_of(deadline.view)
        columns = ", ".join(f'"{name}"' for name in deadline.view.key)
        rows = await log.pool.fetch(f"select {columns} from {views_schema(log)}.{deadline.view.table_name}")  # noqa: S608
        keys = {form.key_text(tuple(row)) for row in rows}
        if len(deadline.view.key) == 1:
            keys |= {form.key_text(tuple(row)) for row in streams}
        told = (json.loads(event["data"]) for event in events if event["data"] is not None)
        keys |= {
            form.key_text(tuple(says[name] for name in deadline.view.key))
            for says in told
            if says.keys() >= set(deadline.view.key)
        }
        found += [_deadline_id(deadline.kind, key, day) for key in keys for day in days]
    return found


def _deadline_id(kind: str, key: str, day: date) -> UUID:
    return derived_id("deadline", kind, key, day.isoformat())


def _sent(service: Service, streams: Sequence[str]) -> Iterator[UUID]:
    """The ids that a command would have that tells how sending what one of these streams is about ended."""
    for kind in service.outbound:
        for stream in streams:
            yield derived_id("outbound", kind.kind, json.dumps([stream.partition("/")[2]], ensure_ascii=False))
