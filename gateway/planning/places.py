"""What is wanted: a tree of places in the answer, each with objects of one kind, and the fields wanted there.

Objects at one position of the answer are of one place if the client wants the same fields of them and every subgraph treats
them alike; otherwise they are of several. So planning never asks about single types.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import (
    GraphQLOutputType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from gateway.planning.catalogue import TYPENAME, Catalogue, named

if TYPE_CHECKING:
    from gateway.planning.routes import Spot


class Names:
    """The response names at one position, whatever the type, so that no subgraph is sent two fields that do not merge."""

    def __init__(self) -> None:
        self._taken: dict[str, tuple[tuple[str, str], dict[str, str]]] = {}
        self._within: dict[str, Names] = {}

    def take(self, wish: str, name: str, arguments: str, shapes: dict[str, str]) -> str:
        """The wished name, or one with a number if something else goes by that."""
        key, number = wish, 0
        while not self._free(key, name, arguments, shapes):
            number += 1
            key = f"{wish}__{number}"
        _, known = self._taken.setdefault(key, ((name, arguments), {}))
        known.update(shapes)
        return key

    def _free(self, key: str, name: str, arguments: str, shapes: dict[str, str]) -> bool:
        if key == TYPENAME:
            return False
        if key not in self._taken:
            return True
        identity, known = self._taken[key]
        return identity == (name, arguments) and all(known.get(one, shape) == shape for one, shape in shapes.items())

    def within(self, key: str) -> Names:
        return self._within.setdefault(key, Names())


@dataclass(eq=False, slots=True)
class Wanted:
    """One field of a place. `key` is its name in the merged answer; `places` are those of its objects, none for a leaf.

    `spots` are where it is asked.
    """

    place: Place
    name: str
    arguments: str
    variables: frozenset[str]
    type: GraphQLOutputType
    key: str
    places: list[Place] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)

    @property
    def composite(self) -> bool:
        return is_composite_type(get_named_type(self.type))

    @property
    def abstract(self) -> bool:
        return is_abstract_type(get_named_type(self.type))


@dataclass(eq=False, slots=True)
class Place:
    """Objects of `types`, as values of `parent` (None: the root). `shown` is what the client sees there, by its own names.

    `spots` are the open selections in which fields of these objects can be asked. `asks_type` says that the client wants `__typename`, or nothing else.
    """

    types: tuple[str, ...]
    parent: Wanted | None
    names: Names
    wanted: dict[tuple[str, str, str], Wanted] = field(default_factory=dict)
    shown: list[tuple[str, Wanted | None]] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    asks_type: bool = False

    @property
    def type(self) -> str:
        """Any of its types: they are alike."""
        return self.types[0]


class Places:
    """Makes places, and the fields wanted there."""

    def __init__(self, catalogue: Catalogue, limit: int) -> None:
        self.catalogue = catalogue
        self._left = limit

    def place(self, types: tuple[str, ...], parent: Wanted | None, names: Names) -> Place:
        self._left -= 1
        if self._left < 0:
            raise TooBroad
        return Place(types, parent, names)

    def want(
        self,
        place: Place,
        name: str,
        arguments: str = "",
        variables: frozenset[str] = frozenset(),
        key: str | None = None,
    ) -> Wanted:
        """The field, made if it is not wanted yet. `key` is the client's name for it, None if the gateway itself wants it.

        Objects are wanted anew for every name of the client, because it may want other fields of them under each; the
        gateway's own wishes join any.
        """
        type_ = self.catalogue.schema.type_map[place.type].fields[name].type  # type: ignore[attr-defined]
        composite = is_composite_type(get_named_type(type_))
        if not composite or key is None:
            for (other, others, _), wanted in place.wanted.items():
                if other == name and others == arguments:
                    return wanted
        shapes = self.catalogue.shapes(place.type, name)
        raw = place.names.take(key or name, name, arguments, shapes)
        wanted = Wanted(place, name, arguments, variables, type_, raw)
        place.wanted[name, arguments, raw] = wanted
        if composite and key is None:
            self.divide(wanted, lambda _type: ((), ()))
        return wanted

    def divide(self, wanted: Wanted, wishes_of: Callable[[str], tuple[Hashable, Iterable[str]]]) -> None:
        """Makes the places of a field's objects. `wishes_of` gives by type what the client wants, and the fields' names."""
        catalogue = self.catalogue
        fields_in = catalogue.types[wanted.place.type].fields[wanted.name]
        known = [catalogue.possible_in(subgraph, named(found.type)) for subgraph, found in fields_in.items()]
        classes: dict[Hashable, list[str]] = {}
        for type_ in catalogue.possible(get_named_type(wanted.type).name):
            wishes, fields = wishes_of(type_)
            profiles = (catalogue.field_profile(type_, name) for name in fields)
            alike = (wishes, catalogue.profile(type_), *profiles, *(type_ in types for types in known))
            classes.setdefault(alike, []).append(type_)
        names = wanted.place.names.within(wanted.key)
        wanted.places = [self.place(tuple(types), wanted, names) for types in classes.values()]


class TooBroad(Exception):
    """The operation unfolds into more places, or needs more fetches, than a plan may have."""
