"""Reads what the client wants into places: fragments unfolded, fields of one name joined, @skip and @include decided.

A plan is made for one set of values of the variables in @skip and @include, so that what is left out is never fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    print_ast,
    visit,
)

from gateway.planning.catalogue import TYPENAME
from gateway.planning.places import Place, Places

Collected = dict[str, list[FieldNode]]


class Wishes:
    """`conditions` are the values of the variables in @skip and @include."""

    def __init__(self, places: Places, document: DocumentNode, conditions: Mapping[str, bool]) -> None:
        self._places = places
        self._conditions = conditions
        self._fragments = {
            found.name.value: found for found in document.definitions if isinstance(found, FragmentDefinitionNode)
        }

    def collect(self, type_: str, selections: Iterable[SelectionSetNode]) -> Collected:
        """The fields wanted of an object of a type, by response name, as the specification's CollectFields."""
        collected: Collected = {}
        seen: set[str] = set()
        for selection_set in selections:
            self._collect(type_, selection_set, collected, seen)
        return collected

    def _collect(self, type_: str, selection_set: SelectionSetNode, into: Collected, seen: set[str]) -> None:
        for selection in selection_set.selections:
            if not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                into.setdefault((selection.alias or selection.name).value, []).append(selection)
                continue
            if isinstance(selection, FragmentSpreadNode):
                if selection.name.value in seen:
                    continue
                seen.add(selection.name.value)
                fragment: FragmentDefinitionNode | InlineFragmentNode = self._fragments[selection.name.value]
            else:
                fragment = cast(InlineFragmentNode, selection)
            condition = fragment.type_condition
            if condition is None or self._places.catalogue.is_a(type_, condition.name.value):
                self._collect(type_, fragment.selection_set, into, seen)

    def _included(self, selection: SelectionNode) -> bool:
        return all(
            self._value(directive) == (directive.name.value == "include")
            for directive in selection.directives or ()
            if directive.name.value in ("skip", "include")
        )

    def _value(self, directive: DirectiveNode) -> bool:
        value = (directive.arguments or ())[0].value
        if isinstance(value, VariableNode):
            return self._conditions[value.name.value]
        return cast(BooleanValueNode, value).value

    def read(self, place: Place, collected: Collected) -> None:
        """Notes at a place, and at all below it, what the client wants there."""
        for key, nodes in collected.items():
            name = nodes[0].name.value
            if name == TYPENAME:
                place.shown.append((key, None))
            else:
                self._read_field(place, key, nodes)
        if place.parent is not None:
            place.asks_type = place.parent.abstract or not all(wanted for _, wanted in place.shown) or not place.shown

    def _read_field(self, place: Place, key: str, nodes: list[FieldNode]) -> None:
        arguments = nodes[0].arguments or ()
        text = ""
        if arguments:
            ordered = sorted(arguments, key=lambda argument: argument.name.value)
            text = f"({', '.join(print_ast(argument) for argument in ordered)})"
        wanted = self._places.want(place, nodes[0].name.value, text, frozenset(variables_in(arguments)), key)
        place.shown.append((key, wanted))
        if not wanted.composite:
            return
        below = [node.selection_set for node in nodes if node.selection_set]
        by_type: dict[str, Collected] = {}

        def wishes_of(type_: str) -> tuple[object, Iterator[str]]:
            by_type[type_] = found = self.collect(type_, below)
            names = (each[0].name.value for each in found.values() if each[0].name.value != TYPENAME)
            return tuple((one, *map(id, each)) for one, each in found.items()), names

        self._places.divide(wanted, wishes_of)
        for inner in wanted.places:
            self.read(inner, by_type[inner.type])


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.append(node.name.value)


def variables_in(nodes: Iterable[Node]) -> list[str]:
    """The names of all variables used in some nodes."""
    visitor = _Variables()
    for node in nodes:
        visit(node, visitor)
    return visitor.names
