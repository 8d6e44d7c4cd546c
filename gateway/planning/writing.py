"""Writes the fetches that were found: the document of each, its representations, and in which order they go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from graphql import GraphQLList, GraphQLOutputType, is_list_type, is_non_null_type

from gateway.plan import Fetch, Node, Parallel, Part, Sequence, Step
from gateway.planning.catalogue import TYPENAME, Catalogue
from gateway.planning.places import Place
from gateway.planning.routes import Group, Selection
from gateway.supergraph import Chosen, FieldSet


@dataclass(frozen=True, slots=True)
class Writer:
    """`variables` are the definitions of the operation's variables, as text, by name."""

    catalogue: Catalogue
    operation: Literal["query", "mutation"]
    variables: Mapping[str, str]

    def node(self, groups: list[Group]) -> Node | None:
        """The order of fetches: what needs nothing of one another at once, the rest after what it needs."""
        if not groups:
            return None
        parts = _apart(groups)
        if len(parts) > 1:
            return _joined(Parallel, [self.node(part) for part in parts])
        if len(groups) == 1:
            return self.fetch(groups[0])
        here = set(groups)
        first = [group for group in groups if here.isdisjoint(group.after)]
        rest = [group for group in groups if not here.isdisjoint(group.after)]
        return _joined(Sequence, [self.node(first), self.node(rest)])

    def fetch(self, group: Group) -> Fetch:
        used: dict[str, None] = {}
        selections = self._selections(group.subgraph, group.selection, group.places, used)
        definitions = [self.variables[name] for name in self.variables if name in used]
        kind = self.operation if group.root else "query"
        if group.root or not any(group.identified.values()):
            asked = group.selection.fields.get(group.places[0], {})
            return Fetch(
                subgraph=group.subgraph,
                operation=kind,
                document=f"{kind}{_declared(definitions)}{selections}",
                variables=tuple(used),
                path=_path(group),
                fields=tuple(wanted.key for wanted in group.places[0].wanted.values() if wanted in asked),
            )
        name = "representations"
        while name in self.variables:
            name += "_"
        document = (
            f"query{_declared([f'${name}:[_Any!]!', *definitions])}{{_entities(representations:${name}){selections}}}"
        )
        return Fetch(
            subgraph=group.subgraph,
            operation="query",
            document=document,
            variables=tuple(used),
            path=_path(group),
            representations={
                type_: self._parts(place, fields) for place, fields in group.identified.items() for type_ in place.types
            },
            representations_variable=name,
        )

    def _selections(self, subgraph: str, selection: Selection, places: Iterable[Place], used: dict[str, None]) -> str:
        """A selection set: what all types there have alike once, the rest by type."""
        possible = self._possible(subgraph, selection)
        by_type: dict[str, list[str]] = {type_: [] for type_ in possible}
        names: dict[str, str] = {}
        for place, fields in selection.fields.items():
            for wanted in place.wanted.values():
                if wanted not in fields:
                    continue
                below = fields[wanted]
                used |= dict.fromkeys(sorted(wanted.variables))
                text = wanted.name if wanted.key == wanted.name else f"{wanted.key}:{wanted.name}"
                text += wanted.arguments
                if below is not None:
                    text += self._selections(subgraph, below, wanted.places, used)
                names[text] = wanted.name
                for type_ in place.types:
                    if type_ in by_type and text not in by_type[type_]:
                        by_type[type_].append(text)
        lines = [TYPENAME] if selection.typed else []
        known = self.catalogue.types.get(selection.type)
        common = [
            text
            for text, name in names.items()
            if known is not None
            and subgraph in known.fields.get(name, {})
            and all(text in texts for texts in by_type.values())
        ]
        lines += common
        for type_, texts in by_type.items():
            own = [text for text in texts if text not in common]
            if own:
                lines.append(f"... on {type_}{{{' '.join(own)}}}")
        return f"{{{' '.join(lines or [TYPENAME])}}}"

    def _possible(self, subgraph: str, selection: Selection) -> Iterable[str]:
        if selection.type == "_Entity":
            return [type_ for place in selection.fields for type_ in place.types]
        return self.catalogue.possible_in(subgraph, selection.type)

    def _parts(self, place: Place, fields: FieldSet) -> tuple[Part, ...]:
        """What a representation of a place's objects is made of; field sets of one name are joined."""
        joined: dict[tuple[str, str], Chosen] = {}
        for chosen in self.catalogue.applying(fields, place.type):
            before = joined.get((chosen.name, chosen.arguments))
            selections = before.selections + chosen.selections if before else chosen.selections
            joined[chosen.name, chosen.arguments] = Chosen(chosen.name, selections, None, chosen.arguments)
        return tuple(self._part(place, chosen) for chosen in joined.values())

    def _part(self, place: Place, chosen: Chosen) -> Part:
        wanted = next(
            found for found in place.wanted.values() if (found.name, found.arguments) == (chosen.name, chosen.arguments)
        )
        in_key = any(
            one.name == chosen.name
            for subgraph in self.catalogue.types[place.type].keys
            for key in self.catalogue.keys(place.type, subgraph)
            for one in key.fields
        )
        parts = None
        if chosen.selections:
            parts = {type_: self._parts(inner, chosen.selections) for inner in wanted.places for type_ in inner.types}
        return Part(chosen.name, wanted.key, is_non_null_type(wanted.type) or in_key, wanted.abstract, parts)


def _declared(definitions: list[str]) -> str:
    return f"({','.join(definitions)})" if definitions else ""


def _path(group: Group) -> tuple[Step, ...]:
    """The way from the root to a fetch's objects. Types are named where other places at the position are not meant."""
    steps: list[Step] = []
    here = group.places
    while parents := list(dict.fromkeys(place.parent for place in here if place.parent)):
        types = frozenset(type_ for place in here for type_ in place.types)
        everyone = {type_ for parent in parents for place in parent.places for type_ in place.types}
        parent = parents[0]
        steps.append(Step(parent.key, _lists(parent.type), types if parent.abstract and types != everyone else None))
        here = list(dict.fromkeys(parent.place for parent in parents))
    return tuple(reversed(steps))


def _lists(type_: GraphQLOutputType) -> int:
    if is_non_null_type(type_):
        return _lists(type_.of_type)
    return 1 + _lists(type_.of_type) if is_list_type(type_) and isinstance(type_, GraphQLList) else 0


def _apart(groups: list[Group]) -> list[list[Group]]:
    """Groups parted so that none needs one of another part."""
    place = {group: index for index, group in enumerate(groups)}
    left = set(groups)
    parts: list[list[Group]] = []
    for group in groups:
        part: list[Group] = []
        near = [group]
        while near:
            one = near.pop()
            if one in left:
                left.remove(one)
                part.append(one)
                near += [*one.after, *one.before]
        if part:
            parts.append(sorted(part, key=place.__getitem__))
    return parts


def _joined(kind: type[Sequence] | type[Parallel], nodes: Iterable[Node | None]) -> Node:
    """Nodes under one of a kind, those of the same kind taken in."""
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, kind):
            flat += node.nodes
        elif node is not None:
            flat.append(node)
    return kind(tuple(flat))
