"""Handle: the only command path. Permit, load and fold, decide by the rule, append; retry when the world moved.

Situations come from a small cache. A decision built on a stale one cannot be written, because the append asserts every
version it rests on; and a refusal built on a cached one is looked at again with fresh streams before it is given.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from asyncpg.pgproto.pgproto import UUID as DriverUUID

from shared import tracing
from shared.actions import Action, Asked, Streams, anywhere
from shared.codec import stream_of
from shared.directory import Held, Principal, Program
from shared.domain import Actor, Moment, On, PersonalText, PersonId, Refused
from shared.facts import CommandRefused, Fact
from shared.keys import Erased, KeyStore, Place
from shared.log.append import Append, Appended, CommandKnown, CommandRecord, Conflict, NewEvent, Stream
from shared.log.format import occurred_text
from shared.log.log import Log, Remembered
from shared.log.republished import pointing_stream
from shared.refusals import (
    ALREADY_EXISTS,
    CONFLICT,
    DATA_ERASED,
    KEY_REUSED,
    NOT_ALLOWED,
    NOT_FOUND,
    VERSION_MISMATCH,
)
from shared.service import Service
from shared.views.source import ReferenceSource

_TRIES = 8
_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class Done:
    """A command was carried out, now or when it was first sent: the same facts every time.

    `facts` are what it recorded, personal texts sealed; `position` is the last one's in this log, None when there was
    nothing to record.
    """

    facts: tuple[Fact, ...]
    position: int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """What led to a command of the system: the fact, and the correlation it belongs to."""

    causation_id: UUID | None
    correlation_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A situation and the versions it rests on: of its stream, and of the one in which that was republished, if foreign."""

    versions: Mapping[Stream, int]
    state: Any


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who gives a command: a person through a post, or the system."""

    subject: str
    principal: Principal | None
    history: bool
    cause: Cause
    traceparent: str | None
    program: Program | None = None


def command_id(subject: str, key: str) -> UUID:
    """The id under which a subject's idempotency key is remembered; the key itself is never stored."""
    digest = hashlib.sha256(f"zeren-command\n{subject}\n{key}".encode()).digest()
    return hashed_uuid(digest)


def hashed_uuid(digest: bytes) -> UUID:
    """A UUIDv8 (RFC 9562) of the first 16 bytes of a hash. Python's own `UUID` knows no version above 5 before 3.14."""
    bits = int.from_bytes(digest[:16])
    bits = bits & ~(0xF << 76) | 8 << 76
    bits = bits & ~(0b11 << 62) | 0b10 << 62
    return DriverUUID(bits.to_bytes(16))


class LiveReferences:
    """The reference folds at the head of the log, advanced with every append of this process.

    What other processes append is taken in by `catch_up`, which the service calls regularly and after each conflict.
    """

    def __init__(self, service: Service, log: Log) -> None:
        self._log = log
        self._source = ReferenceSource(service, log)
        self.folds = service.references()
        self._catching = False
        self._lock = asyncio.Lock()
        log.follow(self._on_rows)

    def _on_rows(self, rows: Sequence[Any]) -> None:
        if self._catching:
            return
        for row in rows:
            if row.position != self.folds.position + 1:
                return
            seen = self._log.as_recorded(row)
            if self._source.takes(seen.source, seen.stream):
                self.folds.apply(self._log.catalogue.fact(seen))
            else:
                self.folds.position = row.position

    async def catch_up(self) -> None:
        """Bring the folds to the true head. Cheap when they are there already."""
        async with self._lock:
            while (head := await self._log.last_position()) > self.folds.position:
                self._catching = True
                try:
                    self.folds = await self._source.at(head, self.folds)
                finally:
                    self._catching = False


class Handler:
    """Carries out the commands of one service.

    `reading(principal, moment)` makes what `Asked` reads are given.
    """

    def __init__(
        self,
        service: Service,
        log: Log,
        references: LiveReferences,
        keys: KeyStore,
        reading: Callable[[Principal, Moment], Any],
    ) -> None:
        self._service = service
        self._log = log
        self._references = references
        self._keys = keys
        self._reading = reading
        self._cache: OrderedDict[Stream, _Loaded] = OrderedDict()
        self._actions = {action.name: action for action in service.actions}
        self._append_span = f"append {log.id}"

    async def handle(
        self,
        action: Action,
        command: Any,
        person: PersonId,
        key: str,
        *,
        history: bool = False,
        program: Program | None = None,
        traceparent: str | None = None,
        if_version: int | None = None,
    ) -> Done | Refused:
        """Carry out a command of a person, or of the portal that `program` is, once per (who asks, key).

        `command` holds the placeholder "" in the field that the action creates. `if_version` asserts the version of the
        action's stream as the caller saw it. `traceparent` is what the caller sent; the facts hold it, or, while this
        process is traced, the span below it that wrote them. Raises Overloaded or LogClosed, with nothing written.
        """
        today = self._log.clock.moment().today
        principal = self._references.folds.directory.principal(person, today, program)
        who = principal.person
        caller = _Caller(who, principal, history, Cause(None, None), traceparent, program)
        return await self._carry_out(action, command, self._kept(command_id(who, key)), caller, if_version)

    async def handle_as_system(
        self,
        action_name: str,
        command: Any,
        command_id: UUID,
        causation_id: UUID | None,
        correlation_id: UUID | None,
    ) -> None:
        """Carry out what a deadline, reaction or watch wants. It ends in an event: the rule's, or `command-refused`."""
        action = self._actions[action_name]
        command_id = self._kept(command_id)
        caller = _Caller(f"system/{self._service.name}", None, False, Cause(causation_id, correlation_id), None)
        outcome = await self._carry_out(action, command, command_id, caller, None)
        if isinstance(outcome, Refused) and outcome.refusal is not KEY_REUSED:
            refused = CommandRefused(
                str(command_id), action.name, outcome.code, action.stream.format_map(_fields(command))
            )
            await self._record([refused], caller, command_id, b"refused")

    async def handle_as_operator(
        self, action: Action, command: Any, key: str, *, history: bool = False
    ) -> Done | Refused:
        """Carry out what only somebody at the machine itself may: an action whose row names no role at all.

        For the first administrator of an empty installation, and for what became of the tasks of an old plan.
        """
        if action.may:
            raise ValueError(f"{action.name} belongs to {action.may}")
        subject = f"operator/{self._service.name}"
        caller = _Caller(subject, None, history, Cause(None, None), None)
        return await self._carry_out(action, command, self._kept(command_id(subject, key)), caller, None)

    async def record(self, events: Sequence[Any], subject: str, command_id: UUID) -> bool:
        """Append events of the system itself, each opening its stream; False when the command was known already."""
        caller = _Caller(subject, None, False, Cause(None, None), None)
        return await self._record(events, caller, self._kept(command_id), b"")

    async def _record(self, events: Sequence[Any], caller: _Caller, command_id: UUID, fingerprint: bytes) -> bool:
        streams = dict.fromkeys((self._log.id, stream_of(event)) for event in events)
        new = [await self._encode(event, command_id, caller, None) for event in events]
        for _ in range(_TRIES):
            expect = {stream: await self._log.version(stream[1]) for stream in streams}
            try:
                await self._log.append(Append(new, expect, CommandRecord(command_id, fingerprint)))
            except CommandKnown:
                return False
            except Conflict:
                continue  # another process writes to the same streams, perhaps the very same
            return True
        raise RuntimeError("what the service itself has to record finds no turn")

    def _kept(self, command_id: UUID) -> UUID:
        """The id under which a command is kept: in a sealed log a keyed hash, for which nobody can try keys."""
        if not self._log.sealed:
            return command_id
        return hashed_uuid(self._keys.fingerprint(b"zeren-command\n" + command_id.bytes))

    # --- one command, end to end -------------------------------------------------------------------------------

    async def _carry_out(
        self, action: Action, command: Any, command_id: UUID, caller: _Caller, if_version: int | None
    ) -> Done | Refused:
        with tracing.span(f"handle {action.name}", parent=caller.traceparent) as span:
            outcome = await self._decide(action, command, command_id, caller, if_version)
            span.set("zeren.log", self._log.id)
            span.set("zeren.action", action.name)
            span.set("zeren.outcome", outcome.code if isinstance(outcome, Refused) else "done")
            return outcome

    async def _decide(
        self, action: Action, command: Any, command_id: UUID, caller: _Caller, if_version: int | None
    ) -> Done | Refused:
        if action.creates and not getattr(command, action.creates):
            command = dataclasses.replace(command, **{action.creates: _identity(command_id, action.creates)})
        fingerprint = self._keys.fingerprint(clear_bytes(action.name, command))
        trust_cache = True
        for _ in range(_TRIES):
            attempt = await self._attempt(action, command, command_id, caller, if_version, trust_cache)
            # A decision that writes something is held against the log when it is written; these are not.
            if trust_cache and (isinstance(attempt, Refused) or not attempt[0]):
                trust_cache = False
                caller = await self._caught_up(caller)
                continue
            if isinstance(attempt, Refused):
                # A repeat of what was done before is answered as then, unless the caller lost the right to it.
                if attempt.refusal not in (NOT_FOUND, NOT_ALLOWED) and (known := await self._log.command(command_id)):
                    return await self._remembered(known, fingerprint)
                return attempt
            events, expect, loaded, held = attempt
            if not events:
                # It may be nothing because this very command did it before.
                known = await self._log.command(command_id)
                return await self._remembered(known, fingerprint) if known else Done((), None)
            try:
                with tracing.span(self._append_span) as span:
                    new = [await self._encode(event, command_id, caller, held) for event in events]
                    streams = {(self._log.id, event.stream) for event in new}
                    opened = {stream: 0 for stream in streams if stream not in expect}
                    appended = await self._log.append(
                        Append(new, {**opened, **expect}, CommandRecord(command_id, fingerprint))
                    )
                    _tell(span, self._log.id, appended)
            except Erased:
                return DATA_ERASED.of()
            except Conflict:
                for stream in loaded:
                    self._cache.pop(stream, None)
                caller = await self._caught_up(caller)
                if opened and await self._taken(opened):
                    if known := await self._log.command(command_id):
                        return await self._remembered(known, fingerprint)
                    return ALREADY_EXISTS.of()
                continue
            except CommandKnown:
                known = await self._log.command(command_id)
                if known is None:
                    raise RuntimeError("a command is known and cannot be found") from None
                return await self._remembered(known, fingerprint)
            self._learn(loaded, appended)
            return self._done(appended)
        return CONFLICT.of()

    async def _caught_up(self, caller: _Caller) -> _Caller:
        """The caller with the posts that they hold at the true head of the log."""
        await self._references.catch_up()
        if caller.principal is None:
            return caller
        today = self._log.clock.moment().today
        principal = self._references.folds.directory.principal(caller.principal.person, today, caller.program)
        return dataclasses.replace(caller, principal=principal)

    async def _attempt(
        self,
        action: Action,
        command: Any,
        command_id: UUID,
        caller: _Caller,
        if_version: int | None,
        trust_cache: bool,
    ) -> Refused | tuple[list[Any], dict[Stream, int], dict[Stream, _Loaded], Held | None]:
        """Load, permit and decide once: the events with every version they rest on, or a refusal."""
        moment = self._log.clock.moment()
        main = (self._log.id, action.stream.format_map(_fields(command)))
        loaded = {main: await self._load(main, trust_cache)}
        situation = loaded[main].state
        permitted = self._permit(action, command, situation, caller)
        if isinstance(permitted, Refused):
            return permitted
        mismatch = if_version is not None and loaded[main].versions[main] != if_version
        if mismatch and action.unit is not anywhere:
            return VERSION_MISMATCH.of(version=loaded[main].versions[main])
        arguments: list[Any] = []
        for read in action.reads:
            match read:
                case Streams():
                    names = [self._named(name) for name in read.names(command, situation)]
                    for name in names:
                        if name not in loaded:
                            loaded[name] = await self._load(name, trust_cache)
                    arguments.append(tuple(loaded[name].state for name in names))
                case Asked():
                    asker = caller.principal or Principal(PersonId(caller.subject), ())
                    arguments.append(await read.ask(self._reading(asker, moment), command, situation))
                case "moment":
                    arguments.append(moment)
                case "actor":
                    arguments.append(_actor(caller, permitted))
                case "ids":
                    arguments.append(lambda label: _identity(command_id, label))
                case "directory":
                    arguments.append(self._references.folds.directory)
                case "calendar":
                    arguments.append(self._references.folds.calendar)
                case "terms":
                    arguments.append(self._references.folds.terms)
                case "own":
                    arguments.append(self._references.folds.own)
        decision = action.decide(command, situation, *arguments)
        if mismatch and not (isinstance(decision, Refused) and decision.refusal is NOT_FOUND):
            # Where the rule says whom a thing concerns, others are not told by a version either that there is one.
            return VERSION_MISMATCH.of(version=loaded[main].versions[main])
        if isinstance(decision, Refused):
            return decision
        expect = {stream: version for seen in loaded.values() for stream, version in seen.versions.items()}
        if permitted is not None and self._service.owns_references:
            # A post that changed meanwhile (a revocation) must not be missed: its version is asserted too.
            post = (self._log.id, f"post/{permitted.post}")
            expect.setdefault(post, permitted.version)
        return list(decision), expect, loaded, permitted

    def _named(self, name: str | tuple[str, str]) -> Stream:
        return (self._log.id, name) if isinstance(name, str) else name

    def _permit(self, action: Action, command: Any, situation: Any, caller: _Caller) -> Held | Refused | None:
        """The post that the caller acts from; None for the system and for portals. What may not be seen is not found."""
        acting = _acting_anywhere(action, caller.principal) if action.unit is anywhere else None
        if isinstance(acting, Refused):
            return acting  # whether there is such a thing or not
        if action.needs_state and situation is None:
            return NOT_FOUND.of()
        if caller.principal is None or action.unit is anywhere:
            return acting
        directory = self._references.folds.directory
        unit = action.unit(command, situation)
        if caller.principal.machine is not None:
            if action.scope not in caller.principal.machine.scopes or unit is None:
                return NOT_ALLOWED.of()
            return None if directory.sees(caller.principal, unit) else NOT_FOUND.of()
        if unit is None:
            return _with_role(action, (h for h in caller.principal.posts if directory.is_topmost(h.over)))
        if unit not in directory.units or not directory.sees(caller.principal, unit):
            return NOT_FOUND.of()
        return directory.acting(caller.principal, action.may, unit) or NOT_ALLOWED.of()

    async def _load(self, stream: Stream, trust_cache: bool) -> _Loaded:
        if trust_cache and stream in self._cache:
            self._cache.move_to_end(stream)
            return self._cache[stream]
        source, name = stream
        evolve = self._fold(stream)
        state = None
        versions = {stream: 0}
        if source != self._log.id:
            # Its facts may have come in two streams, and in either more may come: both are held against the log.
            late = pointing_stream(name)
            versions = {
                stream: await self._log.version(name, source),
                (source, late): await self._log.version(late, source),
            }
        for fact in await self._log.stream(name, source):
            state = evolve(state, fact.event)
            if source == self._log.id:
                versions[stream] = fact.version
        return self._keep(stream, _Loaded(versions, state))

    def _fold(self, stream: Stream) -> Callable[[Any, Any], Any]:
        source, name = stream
        prefix = name.partition("/")[0]
        return self._service.folds[prefix if source == self._log.id else f"{source}/{prefix}"]

    def _keep(self, stream: Stream, loaded: _Loaded) -> _Loaded:
        self._cache[stream] = loaded
        self._cache.move_to_end(stream)
        while len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return loaded

    def _learn(self, loaded: Mapping[Stream, _Loaded], appended: Appended) -> None:
        """Advance the cached situations by what was just written, so that the next command need not read them."""
        for row in appended.rows:
            stream = (row.source, row.stream)
            if stream in loaded and stream in self._cache and row.data is not None:
                version, state = self._cache[stream].versions[stream], self._cache[stream].state
                if version == row.version - 1:
                    event = self._log.catalogue.decode(row.type, row.schema, row.data)
                    self._keep(stream, _Loaded({stream: row.version}, self._fold(stream)(state, event)))
                elif version < row.version:
                    del self._cache[stream]

    async def _taken(self, opened: Mapping[Stream, int]) -> bool:
        for _, name in opened:
            if await self._log.version(name):
                return True
        return False

    async def _remembered(self, known: Remembered, fingerprint: bytes) -> Done | Refused:
        if known.fingerprint != fingerprint:
            return KEY_REUSED.of()
        facts = tuple(await self._log.at(known.first, known.count))
        return Done(facts, known.first + known.count - 1 if known.count else None)

    def _done(self, appended: Appended) -> Done:
        facts = tuple(self._log.catalogue.fact(row) for row in appended.rows)
        return Done(facts, facts[-1].position)

    async def _encode(self, decided: Any, command_id: UUID, caller: _Caller, held: Held | None) -> NewEvent:
        """The event as it will be written: dated, its personal texts sealed, with everything that says on whose word."""
        moment = self._log.clock.moment()
        event: Any
        now = self._log.occurs(moment)
        occurred, event = (decided.occurred, decided.event) if isinstance(decided, On) else (now, decided)
        if occurred_text(occurred) > occurred_text(
            moment.today if len(occurred_text(occurred)) == 10 else moment.instant
        ):
            raise ValueError(f"{type(event).__name__} would occur after it is recorded")
        kind = self._log.catalogue.kind_of(event)
        stream = stream_of(event)
        event_id = self._log.new_event_id()
        sealed = {}
        for field, owner in kind.sealed_fields.items():
            text: PersonalText | None = getattr(event, field)
            if text is not None:
                subject = f"person/{getattr(event, owner)}" if owner else f"stream/{stream}"
                sealed[field] = await self._keys.seal(text, subject, Place(self._log.id, stream, event_id, field))
        if sealed:
            event = dataclasses.replace(event, **sealed)
        actor = _actor(caller, held)
        return NewEvent(
            event_id=event_id,
            stream=stream,
            type=kind.name,
            schema=kind.schema,
            occurred=occurred_text(occurred),
            published=kind.published,
            history=caller.history,
            actor_subject=actor.subject,
            actor_post=actor.post,
            actor_on_behalf=actor.on_behalf,
            command_id=command_id,
            correlation_id=event_id if self._log.sealed else caller.cause.correlation_id or command_id,
            causation_id=None if self._log.sealed else caller.cause.causation_id,
            traceparent=None if self._log.sealed else tracing.current() or caller.traceparent,
            data=self._log.catalogue.encode(event),
        )


def _acting_anywhere(action: Action, principal: Principal | None) -> Held | Refused | None:
    """The post from which somebody does what is not bound to a unit; None for the system and for portals."""
    if principal is None:
        return None
    if principal.machine is not None:
        return None if action.scope in principal.machine.scopes else NOT_ALLOWED.of()
    return _with_role(action, principal.posts)


def _with_role(action: Action, posts: Iterable[Held]) -> Held | Refused:
    return next((held for held in posts if set(held.roles) & set(action.may)), None) or NOT_ALLOWED.of()


def _tell(span: tracing.Span, log: str, appended: Appended) -> None:
    span.set("zeren.log", log)
    span.set("zeren.position", appended.first)
    span.set("zeren.facts", len(appended.rows))


def _actor(caller: _Caller, held: Held | None) -> Actor:
    return Actor(caller.subject, held.post if held else None, held.on_behalf if held else None)


def _identity(command_id: UUID, label: str) -> str:
    """A random-looking identity that a repeat of the same command arrives at again."""
    return str(hashed_uuid(hashlib.sha256(f"{command_id}\n{label}".encode()).digest()))


def _fields(command: Any) -> Mapping[str, Any]:
    return {field.name: getattr(command, field.name) for field in dataclasses.fields(command)}


def clear_bytes(name: str, command: Any) -> bytes:
    """The command's bytes for its keyed fingerprint: the only place where clear personal text is encoded, to be hashed."""
    return name.encode() + b"\n" + _CLEAR.encode(command)


def _clear(value: Any) -> Any:
    if isinstance(value, PersonalText):
        return value.clear()
    raise TypeError(f"a command may not hold {type(value).__name__}")


_CLEAR = msgspec.json.Encoder(enc_hook=_clear, decimal_format="string")

IssueCommand = Callable[[str, Any, UUID, UUID | None, UUID | None], Awaitable[None]]
"""The shape of `Handler.handle_as_system`."""
