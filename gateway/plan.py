"""A plan: which subgraph is asked what, in which order, and what of earlier answers goes into later questions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from graphql import DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode, parse, print_ast

from gateway.shape import ObjectShape


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from the root of the merged answer to the objects that a fetch adds to.

    `lists` is how many lists lie within one another there. `types` are the types that objects must have to be meant, None
    where all are.
    """

    key: str
    lists: int = 0
    types: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a representation: `name` to the subgraph, found in the merged answer under `key`.

    `parts` are those of an object by its type, None for a leaf. `abstract` objects name their type. What is `needed` may
    not be null, otherwise there is no representation.
    """

    name: str
    key: str
    needed: bool
    abstract: bool = False
    parts: Mapping[str, tuple[Part, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """One question to one subgraph.

    `variables` are those of the client that the document uses. `fields` are the names in its answer, if it asks the root of
    the subgraph. `path` leads to the objects that the answer is merged into,
    empty for the root. `representations` are by type what identifies an entity, empty where the root of the subgraph is
    asked; `representations_variable` is what the document calls them.
    """

    subgraph: str
    operation: Literal["query", "mutation"]
    document: str
    variables: tuple[str, ...]
    fields: tuple[str, ...] = ()
    path: tuple[Step, ...] = ()
    representations: Mapping[str, tuple[Part, ...]] | None = None
    representations_variable: str = "representations"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other, because later ones need what earlier ones bring."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """All at once."""

    nodes: tuple[Node, ...]


Node: TypeAlias = Fetch | Sequence | Parallel


@dataclass(frozen=True, slots=True)
class Plan:
    """How one operation is answered.

    `root` is None where no subgraph is needed. `shape` makes the client's answer of the merged one. `introspection` is the
    part of the operation that the gateway answers from its own schema, None without one.
    """

    root: Node | None
    shape: ObjectShape
    introspection: DocumentNode | None = None

    def fetches(self) -> tuple[Fetch, ...]:
        """All of them, in the order in which the plan prints them."""
        return tuple(_fetches(self.root)) if self.root else ()

    def __str__(self) -> str:
        return "QueryPlan {\n" + (_indented(_written(self.root)) if self.root else "") + "}\n"


def _fetches(node: Node) -> Iterator[Fetch]:
    if isinstance(node, Fetch):
        yield node
    else:
        for child in node.nodes:
            yield from _fetches(child)


def _written(node: Node) -> str:
    if isinstance(node, Fetch):
        return _written_fetch(node)
    return f"{type(node).__name__} {{\n" + "".join(_indented(_written(child)) for child in node.nodes) + "}\n"


def _written_fetch(fetch: Fetch) -> str:
    operation = cast(OperationDefinitionNode, parse(fetch.document).definitions[0])
    selections = operation.selection_set
    body = ""
    if fetch.representations is not None:
        body = "{\n" + "".join(
            _indented(_written_parts(f"... on {name}", parts)) for name, parts in fetch.representations.items()
        )
        body += "} =>\n"
        selections = cast(SelectionSetNode, cast(FieldNode, selections.selections[0]).selection_set)
    text = f'Fetch(service: "{fetch.subgraph}") {{\n{_indented(body + print_ast(selections))}}}\n'
    if fetch.path:
        text = f'Flatten(path: "{path_text(fetch.path)}") {{\n{_indented(text)}}}\n'
    return text


def _written_parts(head: str, parts: tuple[Part, ...], abstract: bool = True) -> str:
    lines = "__typename\n" if abstract else ""
    for part in parts:
        if part.parts is None:
            lines += f"{part.name}\n"
        elif part.abstract:
            inner = "".join(_written_parts(f"... on {name}", inner) for name, inner in part.parts.items())
            lines += f"{part.name} {{\n{_indented(inner)}}}\n"
        else:
            lines += _written_parts(part.name, next(iter(part.parts.values())), abstract=False)
    return f"{head} {{\n{_indented(lines)}}}\n"


def path_text(path: tuple[Step, ...]) -> str:
    """`reviews.@.product`, with `@` for every list and `|[Book]` where only those types are meant."""
    words = []
    for step in path:
        words += [step.key, *["@"] * step.lists]
        if step.types is not None:
            words[-1] += f"|[{','.join(sorted(step.types))}]"
    return ".".join(words)


def _indented(text: str) -> str:
    return textwrap.indent(text if text.endswith("\n") else text + "\n", "  ")
