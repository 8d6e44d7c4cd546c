"""From when on watches, reactions and deadlines act: facts that the service records itself, at its first start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from shared.codec import stream_of
from shared.facts import DeadlineKindEnabled, ReactionEnabled
from shared.log.append import Append, Conflict
from shared.log.log import Log
from shared.service import Service
from shared.views import View

_EVER = (1 << 62) - 1


def watch_name(view: View[Any]) -> str:
    """The name under which a view's watch is enabled and issues commands; the same for all versions of the view."""
    return f"watch:{view.name}"


async def enable(service: Service, log: Log, watching: tuple[View[Any], ...]) -> None:
    """Record what is not yet enabled: watches of the views, reactions and deadline kinds. Needs a started log."""
    heads, kinds = await reaction_heads(log), await deadline_days(log)
    head = await log.last_position()
    wanted = [watch_name(view) for view in watching] + [reaction.name for reaction in service.reactions]
    for name in wanted:
        if name not in heads:
            await _record_once(log, ReactionEnabled(name, head))
    for deadline in service.deadlines:
        if deadline.kind not in kinds:
            await _record_once(log, DeadlineKindEnabled(deadline.kind))


async def reaction_heads(log: Log) -> Mapping[str, int]:
    """For each enabled watch and reaction, the position above which it acts."""
    facts = await log.category("reaction", log.id, 0, _EVER)
    return {fact.event.reaction: fact.event.head for fact in facts}


async def deadline_days(log: Log) -> Mapping[str, date]:
    """For each enabled kind of deadline, the local date on which it was enabled."""
    zone = ZoneInfo(log.genesis.zone)
    facts = await log.category("deadline-kind", log.id, 0, _EVER)
    return {fact.event.kind: fact.recorded_at.astimezone(zone).date() for fact in facts}


async def _record_once(log: Log, event: Any) -> None:
    """Two processes may start at once: the stream's version decides, and the first one's word stands."""
    try:
        await log.append(Append([log.system_event(event)], {(log.id, stream_of(event)): 0}))
    except Conflict:
        return
