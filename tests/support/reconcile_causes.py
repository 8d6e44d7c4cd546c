"""Causes: every event in a log stems from somebody or something that may cause one, and nothing came from nowhere."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from shared.log.log import Log
from shared.service import Service
from shared.views.pending import derived_id
from shared.views.store import views_schema
from shared.views.table import form_of
from tests.support.reconcile_intake import ENTERED

_OF_SYSTEM = "system/"


async def caused(service: Service, log: Log, since: int, answered: Collection[UUID]) -> list[str]:
    """Every event behind position `since` stems from a command of which somebody was told that it is done (`answered`); or
    from a fact to which the service reacts, and which is there; or from a deadline; or from how sending a letter ended."""
    rows = await log.pool.fetch(
        f"""select l.position, l.type, l.stream, l.actor_subject, l.command_id, l.causation_id,
                   exists (select from {log.schema}.log c where c.event_id = l.causation_id) as cause_is_there
            from {log.schema}.log l where l.source = $1 and l.position > $2 order by l.position""",  # noqa: S608
        log.id,
        since,
    )
    deadlines = set(await _deadlines(service, log))
    by_command: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_command[row["command_id"]].append(row)
    faults: list[str] = []
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
            faults.append(f"{log.id}: nobody caused the {first['type']} at position {first['position']}")
    return faults


async def _deadlines(service: Service, log: Log) -> Iterator[UUID]:
    """The ids of the commands that deadlines issued, made anew from what they are made of."""
    forms = {deadline.kind: form_of(deadline.view) for deadline in service.deadlines}
    issued = await log.pool.fetch(f"select kind, key::text, acts_on from {views_schema(log)}.deadlines_issued")  # noqa: S608
    return (
        derived_id("deadline", row["kind"], form.key_text(form.key_value(row["key"])), row["acts_on"].isoformat())
        for row in issued
        if (form := forms.get(row["kind"])) is not None
    )


def _sent(service: Service, streams: Sequence[str]) -> Iterator[UUID]:
    """The ids that a command would have that tells how sending what one of these streams is about ended."""
    for kind in service.outbound:
        for stream in streams:
            yield derived_id("outbound", kind.kind, json.dumps([stream.partition("/")[2]], ensure_ascii=False))
