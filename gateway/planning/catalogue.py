"""What planning looks up in a supergraph again and again, reckoned once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from functools import cache

from graphql import GraphQLAbstractType, is_abstract_type, is_leaf_type

from gateway.supergraph import Chosen, FieldIn, FieldSet, Key, Supergraph

TYPENAME = "__typename"


class Catalogue:
    """Types are object types of the whole schema, also those that clients cannot see, unless said otherwise."""

    def __init__(self, supergraph: Supergraph) -> None:
        self.supergraph = supergraph
        self.schema = supergraph.schema
        self.types = supergraph.types
        self._root = supergraph.roots.get("query")
        sets = list(_all_chosen(supergraph))
        self._named_in_sets = sorted({chosen.name for chosen in sets})
        self._conditions = sorted({chosen.on for chosen in sets if chosen.on})
        self.profile = cache(self._profile)
        self.possible = cache(self._possible)

    def field(self, type_: str, name: str, subgraph: str) -> FieldIn | None:
        """How a subgraph has a field, None if it does not."""
        return self.types[type_].fields.get(name, {}).get(subgraph)

    def having(self, type_: str, name: str) -> dict[str, FieldIn]:
        """The subgraphs that resolve a field on every path."""
        fields = self.types[type_].fields.get(name, {})
        return {subgraph: found for subgraph, found in fields.items() if self.own(type_, name, subgraph)}

    def own(self, type_: str, name: str, subgraph: str) -> bool:
        """Whether a subgraph resolves a field without anybody's @provides.

        It always can give back what it names in its own key, @external or not: that comes with the entity.
        """
        found = self.field(type_, name, subgraph)
        if found is None:
            return False
        return not found.external or any(
            chosen.name == name for key in self.types[type_].keys.get(subgraph, ()) for chosen in key.fields
        )

    def keys(self, type_: str, subgraph: str) -> tuple[Key, ...]:
        """The ways in which a subgraph resolves an entity. The root of queries is anywhere the same: its key is empty."""
        if type_ == self._root:
            return (Key(()),)
        return tuple(key for key in self.types[type_].keys.get(subgraph, ()) if key.resolvable)

    def _possible(self, type_: str) -> tuple[str, ...]:
        found = self.schema.type_map[type_]
        if is_abstract_type(found):
            return tuple(member.name for member in self.schema.get_possible_types(found))
        return (type_,)

    def possible_in(self, subgraph: str, type_: str) -> tuple[str, ...]:
        """The object types that a subgraph answers where it says `type_`."""
        if is_abstract_type(self.schema.type_map[type_]):
            return self.types[type_].members.get(subgraph, ())
        return (type_,)

    def is_a(self, type_: str, condition: str) -> bool:
        """Whether objects of `type_` meet the type condition."""
        if type_ == condition:
            return True
        abstract = self.schema.type_map.get(condition)
        return is_abstract_type(abstract) and self._is_member(abstract, type_)

    def _is_member(self, abstract: GraphQLAbstractType, type_: str) -> bool:
        return type_ in self.possible(abstract.name)

    def applying(self, chosen: FieldSet, type_: str) -> Iterator[Chosen]:
        """The part of a field set that is meant for objects of a type."""
        return (one for one in chosen if one.on is None or self.is_a(type_, one.on))

    def shapes(self, type_: str, name: str) -> dict[str, str]:
        """By subgraph, what two fields of the same response name in one document must have alike."""
        found = self.types[type_].fields.get(name, {})
        return {
            subgraph: one.type
            if is_leaf_type(self.schema.type_map[named(one.type)])
            else re.sub(r"\w+", "{}", one.type)
            for subgraph, one in found.items()
        }

    def field_profile(self, type_: str, name: str) -> Hashable:
        """Equal for fields of two types that every subgraph has alike."""
        found = self.types[type_].fields.get(name, {})
        return tuple((subgraph, one) for subgraph, one in found.items())

    def _profile(self, type_: str) -> Hashable:
        """Equal for types that are reached and identified in the same way everywhere."""
        found = self.types[type_]
        return (
            frozenset(found.subgraphs),
            frozenset(found.keys.items()),
            tuple(self.field_profile(type_, name) for name in self._named_in_sets),
            tuple(self.is_a(type_, condition) for condition in self._conditions),
        )


def named(type_: str) -> str:
    """`Review` of `[Review!]!`."""
    return type_.strip("[]!")


def _all_chosen(supergraph: Supergraph) -> Iterator[Chosen]:
    for type_ in supergraph.types.values():
        for keys in type_.keys.values():
            for key in keys:
                yield from _within(key.fields)
        for fields in type_.fields.values():
            for one in fields.values():
                yield from _within(one.requires)
                yield from _within(one.provides)


def _within(chosen: FieldSet) -> Iterator[Chosen]:
    for one in chosen:
        yield one
        yield from _within(one.selections)
