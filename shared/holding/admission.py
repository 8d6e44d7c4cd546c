"""Admission: at fixed hours everything that waits enters the log in one append, in an order drawn by lot.

Even if only one waits. An hour that passes while nobody runs is made up for at the next one, not sooner: who starts a
program must not thereby tell when something came in. A kill at any moment loses nothing and repeats nothing, because
the first fact of an entry bears the entry's own id, and the log takes each id once.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from itertools import groupby
from uuid import UUID

from shared.codec import stream_of
from shared.database import DATABASE_ERRORS
from shared.domain import Actor
from shared.holding import Admitted, Held, Holding, Waiting, admission_hours
from shared.holding.table import Change, HoldingTable
from shared.keys import KeyStore
from shared.log.append import Append, Conflict, LogClosed, NewEvent, Overloaded, Stream, Unreachable
from shared.log.format import occurred_text
from shared.log.log import Log
from shared.references import Terms
from shared.waiting import ended, woken_within

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_PASSING: tuple[type[Exception], ...] = (*DATABASE_ERRORS, Overloaded, LogClosed, Unreachable)
"""What may be over by the next look: the database or the log is away or busy."""
_lot = random.SystemRandom()


class Admission:
    """Admits what waits in one log. One at a time: a second one would find everything admitted, or lose the append."""

    def __init__(self, holding: Holding, log: Log, table: HoldingTable, keys: KeyStore, terms: Terms) -> None:
        self._holding = holding
        self._log = log
        self._table = table
        self._keys = keys
        self._terms = terms
        self._task: asyncio.Task[None] | None = None
        self._looked = asyncio.Condition()
        self._last = datetime.max.replace(tzinfo=UTC)
        self.failing: str | None = None
        """Why what waits could not be admitted at the last hour; None when it could."""

    async def start(self) -> None:
        self._last = self.hour()
        self._task = asyncio.create_task(self._run(), name=f"admit {self._log.id}")

    async def stop(self) -> None:
        await ended(self._task)

    async def reached(self, hour: datetime) -> None:
        """Returns once the admission of an hour, or of a later one, is over."""
        async with self._looked:
            await self._looked.wait_for(lambda: self._last >= hour)

    def hour(self) -> datetime:
        """The latest hour of admission, at or before the log's present instant."""
        moment = self._log.clock.moment()
        local = moment.instant.astimezone(moment.zone)
        hours = admission_hours(self._terms.words(self._holding.hours, moment.today))
        latest = max(hour for hour in hours if hour <= local.hour)
        return datetime.combine(moment.today, time_of_day(latest), moment.zone)

    async def _run(self) -> None:
        wake = self._log.wake()
        while True:
            wake.clear()
            try:
                await self.look()
                self.failing = None
            except _PASSING as error:
                self.failing = type(error).__name__
            except Exception as error:
                if self.failing is None:
                    logger.exception("what waits cannot be admitted", extra={"log": self._log.id})
                self.failing = type(error).__name__
            await woken_within(wake, _LOOK_SECONDS)

    async def look(self) -> None:
        """Admit what waits if an hour of admission has come since the last look."""
        async with self._looked:
            if (hour := self.hour()) > self._last:
                await self.admit()
                self._last = hour
                self._looked.notify_all()

    async def admit(self) -> int:
        """Admit everything that waits now; how many entries went on."""
        await self._finish()
        held = await self._waiting()
        admitted = await self._decided(held)
        if admitted:
            await self._append(admitted, {one.entry: one for one in held})
            await self._settle(admitted, held)
        return len(admitted)

    async def _finish(self) -> None:
        """Settle what a killed process had admitted already."""
        held = await self._waiting()
        known = set(await self._log.known(one.entry for one in held))
        held = [one for one in held if one.entry in known]
        await self._settle(await self._decided(held), held)

    async def _waiting(self) -> list[Held]:
        return in_lots(await self._table.in_states(self._holding.waits))

    async def _decided(self, held: Sequence[Held]) -> Sequence[Admitted]:
        heads = {one.under for one in held if one.under is not None}
        left = await self._table.left(heads, self._holding.gone)
        return self._holding.admit(Waiting(held, await self._table.get(heads), left))

    async def _append(self, admitted: Sequence[Admitted], held: dict[UUID, Held]) -> None:
        events = [
            self._new_event(event_id, event, one.on or held[one.entry].day, one.actor)
            for one in admitted
            for event_id, event in one.facts
        ]
        if not events:
            return
        for _ in range(8):
            expect: dict[Stream, int] = {}
            for event in events:
                if (stream := (self._log.id, event.stream)) not in expect:
                    expect[stream] = await self._log.version(event.stream)
            try:
                await self._log.append(Append(events, expect))
                return
            except Conflict:
                if await self._log.known([events[0].event_id]):
                    return  # another process has admitted the same
        raise Overloaded(self._log.id)

    def _new_event(self, event_id: UUID, event: object, day: date, actor: Actor) -> NewEvent:
        kind = self._log.catalogue.kind_of(event)
        return NewEvent(
            event_id=event_id,
            stream=stream_of(event),
            type=kind.name,
            schema=kind.schema,
            occurred=occurred_text(min(day, self._log.clock.moment().today)),
            published=kind.published,
            history=False,
            actor_subject=actor.subject,
            actor_post=actor.post,
            actor_on_behalf=actor.on_behalf,
            command_id=None,
            correlation_id=event_id,
            causation_id=None,
            traceparent=None,
            data=self._log.catalogue.encode(event),
        )

    async def _settle(self, admitted: Sequence[Admitted], held: Sequence[Held]) -> None:
        """Write their keys, rows and marks anew, so that none of them keeps the place at which it came in."""
        if not admitted:
            return
        changes = {one.entry: Change(one.state, one.keeps_texts) for one in admitted}
        await self._keys.rewrite(text for one in held if one.entry in changes for text in one.texts.values())
        await self._table.rewrite(changes)
        await self._table.sweep()


def in_lots(held: Sequence[Held]) -> list[Held]:
    """In an order drawn by lot; what belongs to an entry comes right behind it if both are there."""
    groups = [list(group) for _, group in groupby(sorted(held, key=_head), key=_head)]
    drawn: list[Held] = []
    for group in _lot.sample(groups, len(groups)):
        drawn += sorted(_lot.sample(group, len(group)), key=lambda one: one.under is not None)
    return drawn


def _head(held: Held) -> UUID:
    return held.under or held.entry
