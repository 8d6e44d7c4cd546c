"""From the supergraph's text the two schemas: of everything, and of what clients may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graphql import (
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    GraphQLSchema,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
    parse,
    visit,
)
from graphql.language.visitor import REMOVE, Visitor


def whole_schema(sdl: str) -> GraphQLSchema:
    """Everything that the subgraphs have, without what says where it is."""
    return _built(sdl, _is_join)


def api_schema(sdl: str) -> GraphQLSchema:
    """What clients see: without what is @inaccessible, and without any mark of the composition."""
    document = parse(sdl, no_location=True)
    hidden = {
        node.name.value for node in document.definitions if isinstance(node, TypeDefinitionNode) and _inaccessible(node)
    }

    class Seen(Visitor):
        def enter(self, node: Node, *_: Any) -> Any:
            return REMOVE if _inaccessible(node) else None

    def seen(names: tuple[NamedTypeNode, ...] | None) -> tuple[NamedTypeNode, ...]:
        return tuple(name for name in names or () if name.name.value not in hidden)

    kept: list[Any] = []
    for node in visit(document, Seen()).definitions:
        if isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            node = replace(node, interfaces=seen(node.interfaces))
        elif isinstance(node, UnionTypeDefinitionNode):
            node = replace(node, types=seen(node.types))
        elif isinstance(node, SchemaDefinitionNode):
            roots = tuple(each for each in node.operation_types if each.type.name.value not in hidden)
            node = replace(node, operation_types=roots)
        kept.append(node)
    return _built(DocumentNode(definitions=tuple(kept)), lambda name: _is_join(name) or name in ("tag", "inaccessible"))


def _inaccessible(node: Node) -> bool:
    return any(each.name.value == "inaccessible" for each in getattr(node, "directives", None) or ())


def _is_join(name: str) -> bool:
    return name == "link" or name.startswith(("link__", "join__"))


def _built(sdl: str | DocumentNode, left_out: Callable[[str], bool]) -> GraphQLSchema:
    document = parse(sdl, no_location=True) if isinstance(sdl, str) else sdl

    class Plain(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> Any:
            return REMOVE if left_out(node.name.value) else None

    definitions = [
        node
        for node in document.definitions
        if not (isinstance(node, TypeDefinitionNode | DirectiveDefinitionNode) and left_out(node.name.value))
    ]
    return build_ast_schema(visit(DocumentNode(definitions=tuple(definitions)), Plain()), assume_valid_sdl=True)
