"""A rehearsal: the commands of a file are decided one after another as if they were written, and nothing is.

The ledger's own `Handler` decides, on a log that keeps what it is given in memory. So a refusal of any rule is known
before the first row is recorded, and what a later row needs of an earlier one (a unit's identity, a post) is there.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from shared.actions import Action
from shared.directory import Directory, Principal
from shared.domain import Moment, PersonalText, PersonId, Refused
from shared.facts import Fact
from shared.handle import Done, Handler, LiveReferences
from shared.keys import KeyStore, Place
from shared.log.append import Append, Appended, CommandKnown, Conflict, NewEvent
from shared.log.format import Row
from shared.log.log import Log, Remembered
from shared.references import References
from shared.running import Running
from shared.views.reading import Reading

_NO_HASH = b""


class Rehearsal:
    """What would be recorded if the commands given so far were carried out, in this order."""

    def __init__(self, running: Running, *, history: bool) -> None:
        self._history = history
        self._references = _PretendedReferences(running.references.folds)
        self._log = _PretendedLog(running.log, self._references.folds)

        def reading(principal: Principal, moment: Moment) -> Reading:
            return Reading(principal, moment, self._references.folds, running.log, running.keys)

        # The three have as much of the kernel's interfaces as the handler uses.
        self._handler = Handler(
            running.service,
            cast(Log, self._log),
            cast(LiveReferences, self._references),
            cast(KeyStore, _PretendedKeys(running.keys)),
            reading,
        )

    async def knows(self, *prefixes: str) -> None:
        """Read all streams of these prefixes at once, instead of one by one as they are needed."""
        await self._log.know(prefixes)

    async def handle(self, action: Action, command: Any, by: PersonId, key: str) -> Done | Refused:
        """What `carry_out` would answer, with the identities that it would allot."""
        return await carry_out(self._handler, action, command, by, key, history=self._history)


async def carry_out(
    handler: Handler, action: Action, command: Any, by: PersonId, key: str, *, history: bool
) -> Done | Refused:
    """The person's command; the operator's, who loads on the machine itself, when it is no person's to give."""
    if not action.may:
        return await handler.handle_as_operator(action, command, key, history=history)
    return await handler.handle(action, command, by, key, history=history)


class _PretendedReferences:
    """The reference folds, carried on in a copy."""

    def __init__(self, folds: References) -> None:
        self.folds = References(
            own=copy.deepcopy(folds.own),
            directory=_copied(folds.directory),
            calendar=folds.calendar,
            terms=copy.deepcopy(folds.terms),
            position=folds.position,
        )

    async def catch_up(self) -> None:
        """Nobody else writes to a rehearsal."""


def _copied(directory: Directory) -> Directory:
    """A directory that can go its own way. Units and posts are never changed, only replaced, so they are shared."""
    copied = copy.copy(directory)
    for field in fields(copied):
        entries = getattr(copied, field.name)
        setattr(
            copied,
            field.name,
            {key: copy.copy(value) if isinstance(value, list | set) else value for key, value in entries.items()},
        )
    return copied


class _PretendedKeys:
    """Seals nothing: the texts of a rehearsal are thrown away with it."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def fingerprint(self, data: bytes) -> bytes:
        return self._keys.fingerprint(data)

    async def seal(self, text: PersonalText, subject: str, place: Place) -> PersonalText:
        return PersonalText("", sealed=True)


class _PretendedLog:
    """A log above another one: reads show both, appends stay here and are gone with the object."""

    def __init__(self, log: Log, folds: References) -> None:
        self.id = log.id
        self.clock = log.clock
        self.catalogue = log.catalogue
        self.sealed = log.sealed
        self.new_event_id = log.new_event_id
        self.occurs = log.occurs
        self._log = log
        self._folds = folds
        self._begin = self._position = log.head
        self._streams: dict[tuple[str, str], list[Fact]] = {}
        self._known: set[str] = set()

    async def know(self, prefixes: Sequence[str]) -> None:
        for prefix in prefixes:
            for fact in await self._log.category(prefix, self.id, 0, self._log.head):
                self._streams.setdefault((self.id, fact.stream), []).append(fact)
            self._known.add(f"{prefix}/")

    async def stream(self, stream: str, source: str | None = None) -> list[Fact]:
        name = (source or self.id, stream)
        if name not in self._streams:
            there = name[0] == self.id and any(stream.startswith(prefix) for prefix in self._known)
            self._streams[name] = [] if there else await self._log.stream(stream, source)
        return self._streams[name]

    async def version(self, stream: str, source: str | None = None) -> int:
        if source not in (None, self.id):
            return await self._log.version(stream, source)
        facts = await self.stream(stream)
        return facts[-1].version if facts else 0

    async def command(self, command_id: UUID) -> Remembered | None:
        return await self._log.command(command_id)

    async def at(self, first: int, count: int) -> list[Fact]:
        return await self._log.at(first, count)

    async def append(self, append: Append) -> Appended:
        """As `Log.append`. Raises Conflict when a stream has another version than the one expected, CommandKnown when
        the command was carried out before."""
        for (source, stream), version in append.expect.items():
            if await self.version(stream, source) != version:
                raise Conflict
        # A command that is known has written; so only what continues a written stream needs to be looked up.
        written = any(
            (there := self._streams[self.id, event.stream]) and there[0].position <= self._begin
            for event in append.events
        )
        if written and append.command and await self._log.command(append.command.command_id):
            raise CommandKnown(append.command.command_id)
        rows = []
        for event in append.events:
            if not isinstance(event, NewEvent):
                raise TypeError("only commands are rehearsed")
            version = await self.version(event.stream) + 1
            self._position += 1
            row = _row(self.id, self._position, version, event, self.clock.instant())
            fact = self.catalogue.fact(row)
            self._streams[self.id, event.stream].append(fact)
            self._folds.apply(fact)
            rows.append(row)
        return Appended(self._position - len(rows) + 1, rows)


def _row(log: str, position: int, version: int, event: NewEvent, now: datetime) -> Row:
    return Row(
        position=position,
        event_id=event.event_id,
        source=log,
        source_seq=None,
        source_incarnation=1,
        incarnation=1,
        stream=event.stream,
        version=version,
        type=event.type,
        schema=event.schema,
        occurred=event.occurred,
        recorded_at=now.astimezone(UTC),
        learned_at=now.astimezone(UTC),
        history=event.history,
        actor_subject=event.actor_subject,
        actor_post=event.actor_post,
        actor_on_behalf=event.actor_on_behalf,
        command_id=event.command_id,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        traceparent=event.traceparent,
        salt=None,
        data=event.data,
        data_hash=_NO_HASH,
        leaf=_NO_HASH,
        chain=_NO_HASH,
    )
