"""The catalogue: which event classes a log knows, and how they become bytes and come back.

The bytes are JSON in the order of the class's fields, integers and strings only: decimals and dates are strings.
What is written is read again for as long as the log exists, so a class never changes its meaning; an older schema
comes back through pure upcasters, one step each.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from shared.domain import Actor, KeyOf, PersonalText, PersonId, PostId
from shared.facts import KERNEL_EVENTS, KERNEL_PUBLISHED, Fact
from shared.log.format import Row, occurred_value

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class UnknownEvent(Exception):
    """The log holds an event type or schema that this program does not know: deploy the newer program first."""


def type_name(event: type) -> str:
    """The type in the log: the class name in kebab-case, `TaskSplit` → `task-split`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", event.__name__).lower()


def encode_hook(value: Any) -> Any:
    if isinstance(value, PersonalText):
        return value.token()
    raise TypeError(f"an event may not hold {type(value).__name__}")


def decode_hook(kind: type, value: Any) -> Any:
    if kind is PersonalText:
        return PersonalText(value, sealed=True)
    raise TypeError(f"an event may not hold {kind.__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """What the catalogue knows of one event class."""

    name: str
    event: type
    schema: int
    published: bool
    stream_format: str
    sealed_fields: Mapping[str, str | None]
    """Personal fields and, for each, the field that names whose key seals it (None: the stream's own key)."""
    decoder: msgspec.json.Decoder[Any]


class Catalogue:
    """All event classes that one service may write (own) or read (own and received).

    `published` are the classes whose events leave the service. `upcasters` maps (type, schema) to the step that turns
    the plain JSON object of that schema into that of the next one.
    """

    def __init__(
        self,
        own: Iterable[type],
        published: Iterable[type],
        received: Iterable[type] = (),
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self.upcasters = dict(upcasters or {})
        leaving = {*published, *KERNEL_PUBLISHED}
        self.kinds: dict[str, Kind] = {}
        self._own: set[type] = set()
        for event in (*KERNEL_EVENTS, *own):
            self._add(event, event in leaving)
            self._own.add(event)
        for event in received:
            if type_name(event) not in self.kinds:
                self._add(event, published=False)

    def _add(self, event: type, published: bool) -> None:
        name = type_name(event)
        if name in self.kinds:
            raise ValueError(f"two event classes are called {name}")
        sealed = sealed_fields(event)
        if published and sealed:
            raise ValueError(f"{name} is published and has personal fields: {sorted(sealed)}")
        if float in _types_inside(event):
            raise ValueError(f"{name}: a number with a fraction is a Decimal")
        if any(
            PersonalText in _types_inside(hint) for field, hint in get_type_hints(event).items() if field not in sealed
        ):
            raise ValueError(f"{name}: a personal text must be a field of the event itself")
        steps = {schema for upcast, schema in self.upcasters if upcast == name}
        schema = 1 + len(steps)
        if missing := set(range(1, schema)) - steps:
            raise ValueError(f"{name}: the step from schema {min(missing)} is missing")
        decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(event, dec_hook=decode_hook)
        self.kinds[name] = Kind(name, event, schema, published, event.STREAM, sealed, decoder)  # type: ignore[attr-defined]

    def kind_of(self, event: Any) -> Kind:
        """The kind of an event of our own; TypeError for one that this service may not write."""
        if type(event) not in self._own:
            raise TypeError(f"{type(event).__name__} is not an event of this service")
        return self.kinds[type_name(type(event))]

    def own(self, name: str) -> Kind | None:
        """The kind of this name, if it is one of our own."""
        kind = self.kinds.get(name)
        return kind if kind is not None and kind.event in self._own else None

    def stream_of(self, event: Any) -> str:
        return stream_of(event)

    @staticmethod
    def encode(event: Any) -> bytes:
        """The event's bytes. ValueError when it holds a personal text that is not sealed."""
        return _ENCODER.encode(event)

    def decode(self, type: str, schema: int, data: bytes) -> Any:
        """The event; UnknownEvent for a type or a schema newer than this program."""
        kind = self.kinds.get(type)
        if kind is None or schema > kind.schema:
            raise UnknownEvent(f"{type} schema {schema}")
        if schema == kind.schema:
            return kind.decoder.decode(data)
        plain = msgspec.json.decode(data)
        for step in range(schema, kind.schema):
            plain = self.upcasters[type, step](plain)
        return kind.decoder.decode(msgspec.json.encode(plain))

    def fact(self, row: Row) -> Fact:
        """The row with its event decoded."""
        if row.data is None:
            raise UnknownEvent(f"{row.type} at {row.position} is redacted")
        return Fact(
            position=row.position,
            event_id=row.event_id,
            source=row.source,
            source_seq=row.source_seq,
            stream=row.stream,
            version=row.version,
            type=row.type,
            event=self.decode(row.type, row.schema, row.data),
            occurred=occurred_value(row.occurred),
            recorded_at=row.recorded_at,
            learned_at=row.learned_at,
            history=row.history,
            actor=Actor(
                row.actor_subject,
                PostId(row.actor_post) if row.actor_post else None,
                PersonId(row.actor_on_behalf) if row.actor_on_behalf else None,
            ),
            command_id=row.command_id,
            correlation_id=row.correlation_id,
            causation_id=row.causation_id,
        )


def stream_of(event: Any) -> str:
    """The stream an event belongs to, from its class's STREAM and its own fields."""
    stream: str = event.STREAM.format_map(_Fields(event))
    return stream


class _Fields(dict[str, Any]):
    def __init__(self, event: Any) -> None:
        super().__init__()
        self._event = event

    def __missing__(self, key: str) -> Any:
        return getattr(self._event, key)


def _types_inside(kind: Any, seen: frozenset[Any] = frozenset()) -> Iterator[Any]:
    """Every type that a value of `kind` can hold, however deep."""
    yield kind
    for argument in get_args(kind):
        yield from _types_inside(argument, seen)
    if dataclasses.is_dataclass(kind) and kind not in seen:
        for hint in get_type_hints(kind).values():
            yield from _types_inside(hint, seen | {kind})


def sealed_fields(event: type) -> dict[str, str | None]:
    """Names of the personal fields of an event class, with the field that names whose key seals each."""
    found: dict[str, str | None] = {}
    for name, hint in get_type_hints(event, include_extras=True).items():
        owner = None
        if get_origin(hint) is Annotated:
            owner = next((mark.field for mark in hint.__metadata__ if isinstance(mark, KeyOf)), None)
            hint = hint.__origin__
        if hint is PersonalText or PersonalText in get_args(hint):
            found[name] = owner
    return found
