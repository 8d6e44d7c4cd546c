"""Carries out a plan: asks the subgraphs, puts their answers together, and says what went wrong where.

Answers are merged as plain dictionaries and made into the client's shape once, at the end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.plan import Fetch, Node, Part, Sequence, Step
from gateway.refusals import OF_SUBGRAPHS, SUBGRAPH_FAILED, SUBGRAPH_NOT_GRAPHQL
from gateway.request import Subgraph, SubgraphRequest, SubgraphResponse, SubgraphUnreachable
from gateway.shape import ObjectShape, Path, Problems

log = logging.getLogger(__name__)

Object = dict[str, Any]

MISSING: Any = object()


@dataclass(slots=True)
class Execution:
    """One operation under way. `passed` are the extensions of a subgraph's error that clients may see; `messages`: its
    message too.

    `data` is the merged answer, `errors` those of subgraphs as clients see them, `answered` the headers of their answers.
    """

    subgraphs: Mapping[str, Subgraph]
    shape: ObjectShape
    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    passed: Collection[str]
    messages: bool = True
    data: Object = field(default_factory=dict)
    errors: list[Object] = field(default_factory=list)
    answered: list[Mapping[str, str]] = field(default_factory=list)

    async def run(self, node: Node) -> None:
        """Carries out a node of the plan. Never fails: what goes wrong is an error of the answer."""
        if isinstance(node, Fetch):
            await self._fetch(node)
        elif isinstance(node, Sequence):
            for child in node.nodes:
                await self.run(child)
        else:
            await asyncio.gather(*map(self.run, node.nodes))

    def finish(self) -> Object | None:
        """The client's answer. What nobody explained so far is added to the errors."""
        problems = Problems(tuple(error["path"]) for error in self.errors)
        answer = self.shape.complete(self.data, None, problems)
        self.errors += problems.errors
        return answer

    async def _fetch(self, fetch: Fetch) -> None:
        if fetch.representations is None:
            await self._fetch_root(fetch)
        else:
            await self._fetch_entities(fetch, fetch.representations)

    async def _fetch_root(self, fetch: Fetch) -> None:
        objects: list[Object] = []
        _follow(self.data, fetch.path, objects)
        if not objects:
            return
        roots = [path for _, path in _walk(self.data, fetch.path)]
        places: list[Path] = [(*root, key) for root in roots for key in fetch.fields]
        response = await self._ask(fetch, {}, places)
        if response is None:
            return
        for place in objects:
            merge(place, _data(response))
        for error in response.errors:
            path = _path_of(error)
            self._tell(fetch, error, [root + path for root in roots] if path else places)

    async def _fetch_entities(self, fetch: Fetch, parts: Mapping[str, tuple[Part, ...]]) -> None:
        objects: list[Object] = []
        _follow(self.data, fetch.path, objects)
        representations, indexes = represented(objects, parts)
        if not representations:
            return
        places = _Places(self.data, fetch.path, objects, indexes)
        response = await self._ask(fetch, {fetch.representations_variable: representations}, places)
        if response is None:
            return
        entities = _data(response).get("_entities")
        if type(entities) is list and len(entities) == len(representations):
            for place, index in zip(objects, indexes, strict=True):
                if index is not None and type(entities[index]) is dict:
                    merge(place, entities[index])
        elif not response.errors:
            self._fail(fetch, SUBGRAPH_NOT_GRAPHQL.code, places)
        by_entity = places.by_entity() if response.errors else {}
        for error in response.errors:
            path = _path_of(error)
            if path[:1] == ("_entities",) and len(path) > 1:
                self._tell(fetch, error, [place + path[2:] for place in by_entity.get(path[1], ())])
            else:
                self._tell(fetch, error, places)

    async def _ask(self, fetch: Fetch, variables: Object, places: Iterable[Path]) -> SubgraphResponse | None:
        """The answer of the fetch's subgraph; None, and an error at the places meant, if there is none to be used."""
        for name in fetch.variables:
            if name in self.variables:
                variables[name] = self.variables[name]
        request = SubgraphRequest(fetch.document, variables, fetch.operation, self.headers)
        try:
            response = await self.subgraphs[fetch.subgraph].ask(request)
        except SubgraphUnreachable as unreachable:
            self._fail(fetch, unreachable.code, places)
            return None
        except Exception:
            log.exception("Asking subgraph %s failed", fetch.subgraph)
            self._fail(fetch, SUBGRAPH_FAILED.code, places)
            return None
        self.answered.append(response.headers)
        if type(response.data) is not dict and not response.errors:
            self._fail(fetch, SUBGRAPH_NOT_GRAPHQL.code, places)
            return None
        return response

    def _tell(self, fetch: Fetch, error: Any, places: Iterable[Path]) -> None:
        """An error that a subgraph sent: its message and what may be passed on, if it is an error as GraphQL has it."""
        message = error.get("message") if isinstance(error, dict) else None
        if not isinstance(message, str) or not message:
            self._fail(fetch, SUBGRAPH_NOT_GRAPHQL.code, places)
            return
        sent = error.get("extensions")
        extensions = {key: sent[key] for key in self.passed if key in sent} if isinstance(sent, dict) else {}
        told = message if self.messages else f"Subgraph {fetch.subgraph} answered with an error."
        self._add(told, {"code": "SUBGRAPH_ERROR", **extensions, "service": fetch.subgraph}, places)

    def _fail(self, fetch: Fetch, code: str, places: Iterable[Path]) -> None:
        told = OF_SUBGRAPHS.get(code, SUBGRAPH_FAILED).en.format(service=fetch.subgraph)
        self._add(told, {"code": code, "service": fetch.subgraph}, places)

    def _add(self, message: str, extensions: Object, places: Iterable[Path]) -> None:
        paths = dict.fromkeys(path for place in places for path in self.shape.client_paths(place, self.data))
        for path in paths:
            self.errors.append({"message": message, "path": list(path), "extensions": extensions})


@dataclass(frozen=True, slots=True)
class _Places:
    """The paths of the objects that a fetch is about. They are looked for only when an error needs them."""

    data: Object
    path: tuple[Step, ...]
    objects: list[Object]
    indexes: list[int | None]

    def __iter__(self) -> Iterator[Path]:
        return (path for _, path in self._numbered())

    def by_entity(self) -> dict[str | int, list[Path]]:
        """By the number of the representation."""
        found: dict[str | int, list[Path]] = {}
        for index, path in self._numbered():
            found.setdefault(index, []).append(path)
        return found

    def _numbered(self) -> Iterator[tuple[int, Path]]:
        known = {id(one): index for one, index in zip(self.objects, self.indexes, strict=True) if index is not None}
        return ((known[id(one)], path) for one, path in _walk(self.data, self.path) if id(one) in known)


def _walk(data: Object, path: tuple[Step, ...]) -> list[tuple[Object, Path]]:
    """The objects at a path of the plan, each with its own."""
    walked: list[tuple[Object, Path]] = [(data, ())]
    for step in path:
        walked = [
            found for one, here in walked for found in _with_paths(one.get(step.key), step.types, (*here, step.key))
        ]
    return walked


def _with_paths(value: Any, types: frozenset[str] | None, path: Path) -> Iterator[tuple[Object, Path]]:
    if type(value) is list:
        for index, one in enumerate(value):
            yield from _with_paths(one, types, (*path, index))
    elif type(value) is dict and (types is None or value.get("__typename") in types):
        yield value, path


def _follow(data: Object, path: tuple[Step, ...], into: list[Object]) -> None:
    """The objects at a path."""
    here = [data]
    for step in path:
        further: list[Object] = []
        for one in here:
            _spread(one.get(step.key), step.types, further)
        here = further
    into += here


def _spread(value: Any, types: frozenset[str] | None, into: list[Object]) -> None:
    if type(value) is list:
        for one in value:
            _spread(one, types, into)
    elif type(value) is dict and (types is None or value.get("__typename") in types):
        into.append(value)


def represented(objects: list[Object], parts: Mapping[str, tuple[Part, ...]]) -> tuple[list[Object], list[int | None]]:
    """The representations of objects, each once; and by object which one is its, None for what cannot be represented."""
    only = next(iter(parts)) if len(parts) == 1 else ""
    representations: list[Object] = []
    indexes: list[int | None] = []
    known: dict[Hashable, int] = {}
    for one in objects:
        type_ = one.get("__typename", only)
        representation = _represent(one, parts[type_], type_) if type_ in parts else None
        if representation is None:
            indexes.append(None)
            continue
        index = known.setdefault(_identity(representation), len(representations))
        if index == len(representations):
            representations.append(representation)
        indexes.append(index)
    return representations, indexes


def _identity(representation: Object) -> Hashable:
    """Equal for equal representations of one type. Most hold nothing but strings and numbers, in the same order."""
    values = tuple(representation.values())
    for value in values:
        if type(value) is not str and type(value) is not int:
            return orjson.dumps(representation)
    return values


def _represent(one: Object, parts: tuple[Part, ...], type_: str | None) -> Object | None:
    """None if something is missing, or null that must not be."""
    representation: Object = {} if type_ is None else {"__typename": type_}
    for part in parts:
        value = one.get(part.key, MISSING)
        if part.parts is not None and value is not None and value is not MISSING:
            value = _represent_below(value, part, part.parts)
        if value is MISSING or (value is None and part.needed):
            return None
        representation[part.name] = value
    return representation


def _represent_below(value: Any, part: Part, by_type: Mapping[str, tuple[Part, ...]]) -> Any:
    if type(value) is list:
        several = [None if one is None else _represent_below(one, part, by_type) for one in value]
        return MISSING if any(one is MISSING for one in several) else several
    if type(value) is not dict:
        return MISSING
    type_ = value["__typename"] if part.abstract else next(iter(by_type))
    found = _represent(value, by_type.get(type_, ()), type_ if part.abstract else None)
    return MISSING if found is None else found


def _data(response: SubgraphResponse) -> Mapping[str, Any]:
    return response.data if isinstance(response.data, dict) else {}


def _path_of(error: Any) -> Path:
    """Where a subgraph says that its error is; empty if it does not say so intelligibly."""
    path = error.get("path") if isinstance(error, dict) else None
    return tuple(path) if isinstance(path, list) and all(type(step) in (str, int) for step in path) else ()


def merge(into: Object, new: Mapping[str, Any]) -> None:
    """Adds an answer to what is known of the same object."""
    for key, value in new.items():
        known = into.get(key)
        if known is None:
            into[key] = value
        elif value is not None and value is not known:
            _merge_values(known, value)


def _merge_values(known: Any, value: Any) -> None:
    if type(known) is dict and type(value) is dict:
        merge(known, value)
    elif type(known) is list and type(value) is list and len(known) == len(value):
        for index, (one, other) in enumerate(zip(known, value, strict=True)):
            if one is None:
                known[index] = other
            elif other is not None:
                _merge_values(one, other)
