"""Whether everything that clients can ask for can be had, from wherever a query has come by then.

A query is followed field by field through the subgraphs. Where it stands, it may be in several of them at once; from
there it can move to another that resolves a @key of the type, if the key's fields can be had. Planning may rely on it:
what composes has no dead end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
)

from gateway.compose.merged import bare
from gateway.fieldsets import printed
from gateway.supergraph import Chosen, CompositionError, FieldIn, FieldSet, TypeOf


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query stands: in a subgraph, at one of its types, with what that subgraph @provides there."""

    subgraph: str
    type: str
    provided: FieldSet = ()


Places = frozenset[Place]
Subgraphs = frozenset[str]


def unsatisfied(types: Mapping[str, TypeOf], api: GraphQLSchema, roots: Mapping[str, str]) -> list[CompositionError]:
    """Every field that cannot be had from somewhere, each with one query that shows it."""
    walk = _Walk(types, api, roots)
    for operation, root in roots.items():
        walk.follow(operation, root)
    return walk.errors


class _Walk:
    def __init__(self, types: Mapping[str, TypeOf], api: GraphQLSchema, roots: Mapping[str, str]) -> None:
        self.types = types
        self.api = api
        self.roots = set(roots.values())
        self.everywhere = frozenset(subgraph for type_ in types.values() for subgraph in type_.subgraphs)
        self.errors: list[CompositionError] = []
        self._told: set[tuple[str, ...]] = set()
        self._known: dict[tuple[str, Place, Subgraphs], Places] = {}
        self._asking: set[tuple[object, ...]] = set()
        """What is being found out just now, so that nothing is a condition of itself."""

    # --- following every query ----------------------------------------------------------------------------------

    def follow(self, operation: str, root: str) -> None:
        begin = frozenset(Place(subgraph, root) for subgraph in self.types[root].subgraphs)
        waiting: deque[tuple[str, Places, tuple[str, ...]]] = deque([(root, begin, (operation,))])
        seen = {(root, begin)}
        while waiting:
            name, places, path = waiting.popleft()
            for next_name, next_places, step in self._steps(name, places, path):
                if (next_name, next_places) not in seen:
                    seen.add((next_name, next_places))
                    waiting.append((next_name, next_places, (*path, step)))

    def _steps(self, name: str, places: Places, path: tuple[str, ...]) -> Iterable[tuple[str, Places, str]]:
        type_ = self.api.type_map.get(name)
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            for possible in self.api.get_possible_types(type_):
                if narrowed := self._narrowed(possible.name, places):
                    yield possible.name, narrowed, f"... on {possible.name}"
            return
        if not isinstance(type_, GraphQLObjectType):
            return
        reached = self.reached(name, places)
        for field_name, field in type_.fields.items():
            usable = [place for place in reached if self._usable(place, name, field_name)]
            if not usable:
                self._dead_end(name, field_name, places, reached, (*path, field_name))
                continue
            of = get_named_type(field.type)
            if is_composite_type(of):
                further = frozenset(self._entered(place, name, field_name) for place in usable)
                if isinstance(of, GraphQLInterfaceType | GraphQLUnionType):
                    self._check_runtime(name, field_name, further)
                yield of.name, further, field_name

    # --- what can be had where ----------------------------------------------------------------------------------

    def reached(self, name: str, places: Places, bound_for: Subgraphs = frozenset()) -> Places:
        """Everywhere that a query for an object can go from where it stands, by keys.

        `bound_for` are the subgraphs for whose keys this is asked: the way to a subgraph does not lead through it.
        """
        if name in self.roots:
            return places | {Place(subgraph, name) for subgraph in self.types[name].subgraphs}
        return frozenset(reached for place in places for reached in self._reached(name, place, bound_for))

    def _reached(self, name: str, place: Place, bound_for: Subgraphs = frozenset()) -> Places:
        question = (name, place, bound_for)
        if question in self._known:
            return self._known[question]
        if question in self._asking:
            return frozenset({place})
        alone = not self._asking
        self._asking.add(question)
        reached = {place}
        resolving = {sub for sub, keys in self.types[name].keys.items() if any(key.resolvable for key in keys)}
        before = 0
        while before != len(reached):
            before = len(reached)
            for subgraph in resolving - bound_for - {each.subgraph for each in reached if not each.provided}:
                if self._can_enter(subgraph, name, frozenset(reached), bound_for):
                    reached.add(Place(subgraph, name))
        self._asking.discard(question)
        if alone:
            self._known[question] = frozenset(reached)
        return frozenset(reached)

    def _can_enter(self, subgraph: str, name: str, reached: Places, bound_for: Subgraphs) -> bool:
        """Whether some key of the type, resolvable in the subgraph, can be had from where a query can be."""
        return any(
            key.resolvable and self._had(name, reached, key.fields, bound_for | {subgraph})
            for key in self.types[name].keys.get(subgraph, ())
        )

    def _can_return(self, place: Place, name: str) -> bool:
        """Whether a query can come back with what a field requires: by a key that can be had in this very place."""
        return any(
            key.resolvable and self._had(name, frozenset({place}), key.fields, self.everywhere)
            for key in self.types[name].keys.get(place.subgraph, ())
        )

    def _had(self, name: str, reached: Places, fields: FieldSet, bound_for: Subgraphs) -> bool:
        """Whether a field set of an object can be had from places that it has reached."""
        return all(self._one_had(name, reached, chosen, bound_for) for chosen in fields if self._applies(chosen, name))

    def _one_had(self, name: str, reached: Places, chosen: Chosen, bound_for: Subgraphs) -> bool:
        if chosen.name == "__typename":
            return True
        usable = [place for place in reached if self._usable(place, name, chosen.name, bound_for)]
        if not usable or not chosen.selections:
            return bool(usable)
        further = frozenset(self._entered(place, name, chosen.name) for place in usable)
        possible = {each for place in further for each in self._possible(place)}
        return all(
            self._had(each, self.reached(each, narrowed, bound_for), chosen.selections, bound_for)
            for each in possible
            if (narrowed := self._narrowed(each, further))
        )

    def _usable(self, place: Place, name: str, field_name: str, bound_for: Subgraphs = frozenset()) -> bool:
        """Whether a field of an object is resolved in a place, and what it requires can be had and brought there."""
        field = self._field(place, name, field_name)
        if field is None or (field.external and not self._provided(place, name, field_name)):
            return False
        if not field.requires:
            return True
        question = (name, field_name, place, bound_for)
        if question in self._asking:
            return False
        self._asking.add(question)
        reached = self._reached(name, place, bound_for)
        had = self._had(name, reached, field.requires, bound_for) and self._can_return(place, name)
        self._asking.discard(question)
        return had

    def _field(self, place: Place, name: str, field_name: str) -> FieldIn | None:
        return self.types[name].fields.get(field_name, {}).get(place.subgraph)

    def _provided(self, place: Place, name: str, field_name: str) -> list[Chosen]:
        return [each for each in place.provided if each.name == field_name and self._applies(each, name)]

    def _applies(self, chosen: Chosen, name: str) -> bool:
        """Whether something chosen is chosen of this object: its type condition holds."""
        if chosen.on in (None, name):
            return True
        members = self.types[chosen.on].members if chosen.on else {}
        return any(name in each for each in members.values())

    def _entered(self, place: Place, name: str, field_name: str) -> Place:
        """Where a query stands behind a field."""
        field = self._field(place, name, field_name)
        if field is None:
            return place
        provided = tuple(inner for each in self._provided(place, name, field_name) for inner in each.selections)
        return Place(place.subgraph, bare(field.type), (*provided, *field.provides))

    def _possible(self, place: Place) -> Sequence[str]:
        """The objects that a subgraph can answer where a query stands."""
        type_ = self.types[place.type]
        return (place.type,) if type_.kind == "OBJECT" else type_.members.get(place.subgraph, ())

    def _narrowed(self, name: str, places: Places) -> Places:
        """The same places, for the case that the object is of this type; without those where it never is."""
        return frozenset(
            Place(place.subgraph, name, place.provided) for place in places if name in self._possible(place)
        )

    # --- what is wrong ------------------------------------------------------------------------------------------

    def _check_runtime(self, name: str, field_name: str, further: Places) -> None:
        possible = [set(self._possible(place)) for place in further]
        if not set.intersection(*possible) and self._first("runtime", name, field_name):
            said = "; ".join(
                f"{' or '.join(self._possible(place)) or 'nothing'} in {place.subgraph}" for place in further
            )
            self.errors.append(
                CompositionError(
                    "SHAREABLE_HAS_MISMATCHED_RUNTIME_TYPES",
                    f"{name}.{field_name}: it is shared, and answers {said}",
                    tuple(sorted(place.subgraph for place in further)),
                    f"{name}.{field_name}",
                    "let all that share a field answer the same objects",
                )
            )

    def _dead_end(self, name: str, field_name: str, places: Places, reached: Places, path: tuple[str, ...]) -> None:
        if not self._first("way", name, field_name):
            return
        here = sorted({place.subgraph for place in places})
        reasons = [
            self._reason(name, field_name, subgraph, reached) for subgraph in self.types[name].fields[field_name]
        ]
        self.errors.append(
            CompositionError(
                "SATISFIABILITY_ERROR",
                f"{name}.{field_name}: {_query(path)} cannot be answered: from {', '.join(here)}, "
                + "; ".join(reason for reason in reasons if reason),
                tuple(here),
                f"{name}.{field_name}",
                f"give {name} a @key that both sides have, or share the field",
            )
        )

    def _reason(self, name: str, field_name: str, subgraph: str, reached: Places) -> str:
        """Why a subgraph that has a field does not answer it here."""
        field = self.types[name].fields[field_name][subgraph]
        keys = [key for key in self.types[name].keys.get(subgraph, ()) if key.resolvable]
        if field.external:
            return f"{subgraph} names it as external only"
        if any(place.subgraph == subgraph for place in reached):
            return f"what {subgraph} requires for it, {printed(field.requires)}, cannot be had, or not brought back by a @key"
        if not keys:
            return f"{subgraph} resolves it, and has no resolvable @key of {name}"
        said = " or ".join(f'"{printed(key.fields)}"' for key in keys)
        return f"{subgraph} resolves it, and its @key {said} cannot be had"

    def _first(self, *what: str) -> bool:
        """Whether this was not said of this field yet."""
        if what in self._told:
            return False
        self._told.add(what)
        return True


def _query(path: tuple[str, ...]) -> str:
    """A path as a query: `{ a { ... on T { y } } }`."""
    operation, *steps = path
    head = "" if operation == "query" else f"{operation} "
    return head + "".join(f"{{ {step} " for step in steps) + "}" * len(steps)
