"""The client's answer, made of the merged one: its names and order, what it may see, and null where null must be.

Compiled once per plan into nested functions over plain dictionaries. A value that its type does not allow becomes null with an
error; null where the type forbids it makes the object around it null, with an error only if none explains it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from types import NoneType
from typing import Any, NamedTuple, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLNamedType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from gateway.planning.places import Place, Wanted

Path: TypeAlias = tuple[str | int, ...]

Trail: TypeAlias = "tuple[Trail, str | int] | None"
"""A path as it is walked: what came before, and the last step. Only turned into a Path where something is wrong."""


class Problems:
    """What goes wrong while an answer is made. `explained` are the paths of errors that are known."""

    def __init__(self, explained: Iterable[Path] = ()) -> None:
        self.errors: list[dict[str, Any]] = []
        self._explained: dict[str | int, Any] = {}
        for path in explained:
            self._explain(path)

    def null(self, trail: Trail, where: Where) -> None:
        """Null where the type forbids it."""
        path = whole(trail)
        known = self._explained
        for step in path:
            known = known.get(step, {})
            if END in known:
                return
        if not known:
            self._error(path, f"Cannot return null for non-nullable field {where.field}.", where)

    def invalid(self, trail: Trail, where: Where) -> None:
        """A value that the type does not allow. It is not repeated: it is not for the client's eyes."""
        self._error(whole(trail), f"The value of {where.field} is not of type {where.type}.", where)

    def _error(self, path: Path, message: str, where: Where) -> None:
        extensions = {"code": "INVALID_VALUE"}
        if where.subgraphs:
            extensions["service"] = where.subgraphs[0]
        self.errors.append({"message": message, "path": list(path), "extensions": extensions})
        self._explain(path)

    def _explain(self, path: Path) -> None:
        known = self._explained
        for step in path:
            known = known.setdefault(step, {})
        known[END] = {}


END = -1
"""Ends the path of an error: no list has such an index."""


class Where(NamedTuple):
    """What an error says of its field: `Type.field`, its type, and the subgraphs that were asked."""

    field: str
    type: str
    subgraphs: tuple[str, ...]


Complete: TypeAlias = Callable[[Any, Trail, Problems], Any]
"""What the client is to see of a value; None if it must be null."""


class Value(NamedTuple):
    """How values of one type are made. Those of one of the `plain` Python types are taken as they are, the most by far.

    What comes out of `complete` as None, where `required` forbids it, makes null what is around it.
    """

    plain: frozenset[type]
    complete: Complete
    required: bool


class Entry(NamedTuple):
    """One field of an object: its name for the client, its name in the merged answer, and its value."""

    key: str
    raw: str
    plain: frozenset[type]
    value: Value
    where: Where


@dataclass(slots=True)
class ObjectShape:
    """What the client sees of the objects at one position. `static` is their type where there is only one.

    `named` is, by type, what their fields are called by the client, by the names of the merged answer.
    """

    where: Where
    static: str | None
    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    named: dict[str, dict[str, list[tuple[str, ObjectShape | None]]]] = field(default_factory=dict)

    def complete(self, value: Any, trail: Trail, problems: Problems) -> dict[str, Any] | None:
        """The object for the client, None if it must be null."""
        if value is None:
            return None
        if type(value) is not dict:
            problems.invalid(trail, self.where)
            return None
        entries = self.entries.get(self.static or value.get("__typename", ""))
        if entries is None:
            problems.invalid(trail, self.where)
            return None
        seen: dict[str, Any] = {}
        for key, raw, plain, made, where in entries:
            found = value.get(raw)
            if type(found) not in plain:
                found = made.complete(found, (trail, key), problems)
                if found is None and made.required:
                    problems.null((trail, key), where)
                    return None
            seen[key] = found
        return seen

    def client_paths(self, path: Path, value: Any) -> list[Path]:
        """A path of the merged answer `value` as the client knows it, cut where the client wants nothing of it.

        There are several where the client wants one field under several names.
        """
        if not path:
            return [()]
        step, rest = path[0], path[1:]
        if isinstance(step, int):
            below = value[step] if type(value) is list and 0 <= step < len(value) else None
            return [(step, *after) for after in self.client_paths(rest, below)]
        known = value if type(value) is dict else {}
        type_ = self.static or known.get("__typename")
        every = [self.named[type_]] if type_ in self.named else list(self.named.values())
        found: dict[Path, None] = {}
        for names in every:
            for key, shape in names.get(step, ()):
                afters = shape.client_paths(rest, known.get(step)) if shape else [_leading(rest)]
                found |= dict.fromkeys((key, *after) for after in afters)
        return list(found) or [()]


class Shapes:
    """Makes the shape of one plan. `api` is the schema that clients see, whose types and nullability hold."""

    def __init__(self, api: GraphQLSchema) -> None:
        self._api = api
        self._below: dict[Wanted, ObjectShape] = {}

    def root(
        self, type_: str, places: Sequence[Place], order: Sequence[str], introspection: Sequence[str]
    ) -> ObjectShape:
        """The shape of a whole answer. Fields are in the client's `order`; those of introspection are there already."""
        shape = ObjectShape(Where(type_, type_, ()), type_)
        for place in places:
            self._add(shape, place)
        every = {entry.key: entry for entry in shape.entries.get(type_, ())}
        for key in introspection:
            every[key] = Entry(key, introspected(key), frozenset(), Value(frozenset(), _as_it_is, False), shape.where)
        shape.entries[type_] = tuple(every[key] for key in order)
        return shape

    def _add(self, shape: ObjectShape, place: Place) -> None:
        for type_ in place.types:
            if type_ not in self._api.type_map:
                continue
            entries = tuple(self._entry(type_, key, wanted) for key, wanted in place.shown)
            shape.entries[type_] = shape.entries.get(type_, ()) + entries
            names = shape.named.setdefault(type_, {})
            for key, wanted in place.shown:
                if wanted is not None:
                    names.setdefault(wanted.key, []).append((key, self._below.get(wanted)))

    def _entry(self, type_: str, key: str, wanted: Wanted | None) -> Entry:
        if wanted is None:
            name = Value(frozenset(), lambda _value, _trail, _problems: type_, False)
            return Entry(key, "__typename", name.plain, name, Where(type_, type_, ()))
        declared = self._api.type_map[type_].fields[wanted.name].type  # type: ignore[attr-defined]
        subgraphs = tuple(dict.fromkeys(spot.group.subgraph for spot in wanted.spots))
        where = Where(f"{type_}.{wanted.name}", str(declared), subgraphs)
        value = self._value(declared, wanted, where)
        return Entry(key, wanted.key, value.plain, value, where)

    def _value(self, type_: GraphQLOutputType, wanted: Wanted, where: Where) -> Value:
        required = is_non_null_type(type_)
        nullable = type_.of_type if is_non_null_type(type_) else type_
        if is_list_type(nullable):
            plain, complete = _NEVER, _list(self._value(nullable.of_type, wanted, where), where)
        elif is_leaf_type(nullable):
            plain, complete = _leaf(nullable, where)
        else:
            plain, complete = _NEVER, self._object(wanted, get_named_type(nullable), where).complete
        return Value(plain if required else plain | {NoneType}, complete, required)

    def _object(self, wanted: Wanted, type_: GraphQLNamedType, where: Where) -> ObjectShape:
        if wanted in self._below:
            return self._below[wanted]
        shape = ObjectShape(where, None if wanted.abstract else type_.name)
        for place in wanted.places:
            self._add(shape, place)
        self._below[wanted] = shape
        return shape


def introspected(key: str) -> str:
    """Where the merged answer has what the gateway itself says of its schema: under no name that a client can choose."""
    return f" {key}"


def whole(trail: Trail) -> Path:
    """A trail as a path."""
    steps: list[str | int] = []
    while trail is not None:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))


def _leading(path: Path) -> Path:
    """The indexes at the head of a path: all that can follow a leaf."""
    return tuple(takewhile(lambda step: isinstance(step, int), path))


def _as_it_is(value: Any, trail: Trail, problems: Problems) -> Any:
    return value


def _list(each: Value, where: Where) -> Complete:
    plain, complete, required = each

    def complete_list(value: Any, trail: Trail, problems: Problems) -> list[Any] | None:
        if value is None:
            return None
        if type(value) is not list:
            problems.invalid(trail, where)
            return None
        seen: list[Any] = []
        for index, found in enumerate(value):
            if type(found) not in plain:
                found = complete(found, (trail, index), problems)
                if found is None and required:
                    problems.null((trail, index), where)
                    return None
            seen.append(found)
        return seen

    return complete_list


def _leaf(type_: GraphQLNamedType, where: Where) -> tuple[frozenset[type], Complete]:
    if isinstance(type_, GraphQLEnumType):
        plain, allowed = _NEVER, _one_of(frozenset(type_.values))
    else:
        plain, allowed = _SCALARS.get(type_.name, (_NEVER, _is_any))

    def complete_leaf(value: Any, trail: Trail, problems: Problems) -> Any:
        if value is not None and not allowed(value):
            problems.invalid(trail, where)
            return None
        return value

    return plain, complete_leaf


def _one_of(values: frozenset[str]) -> Callable[[Any], bool]:
    return lambda value: type(value) is str and value in values


def _is_any(value: Any) -> bool:
    return True


def _is_none(value: Any) -> bool:
    return False


def _is_int(value: Any) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


_NEVER: frozenset[type] = frozenset()

_SCALARS: Mapping[str, tuple[frozenset[type], Callable[[Any], bool]]] = {
    "Int": (_NEVER, _is_int),
    "Float": (frozenset({float, int}), _is_none),
    "String": (frozenset({str}), _is_none),
    "Boolean": (frozenset({bool}), _is_none),
    "ID": (frozenset({str}), _is_none),
}
"""What JSON must hold for a built-in scalar: Python types that will do, and what is asked of others."""
