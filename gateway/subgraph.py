"""A subgraph as it tells of itself: its SDL, freed of what differs between servers and libraries.

Whatever a subgraph's SDL looks like, afterwards every type has one definition, root types are called Query, Mutation and
Subscription, directives of the federation specification are called `federation__…`, and the machinery of federation
(`_service`, `_entities`, `_Any`, definitions of its directives) is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    DefinitionNode,
    DirectiveDefinitionNode,
    DirectiveNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    GraphQLError,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    NamedTypeNode,
    NameNode,
    Node,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
    Visitor,
    build_ast_schema,
    parse,
    validate_schema,
    visit,
)
from graphql.validation.validate import validate_sdl

from gateway.links import DEFINITIONS, NOT_HONOURED, Names, arguments_of, names_of
from gateway.supergraph import CompositionError

ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
MACHINERY = frozenset({"_Any", "_Entity", "_Service", "_FieldSet"})
FEDERATION_1 = frozenset({"key", "requires", "provides", "external", "extends"})

DEFINITION_OF: dict[type[TypeExtensionNode], type[TypeDefinitionNode]] = {
    ScalarTypeExtensionNode: ScalarTypeDefinitionNode,
    ObjectTypeExtensionNode: ObjectTypeDefinitionNode,
    InterfaceTypeExtensionNode: InterfaceTypeDefinitionNode,
    UnionTypeExtensionNode: UnionTypeDefinitionNode,
    EnumTypeExtensionNode: EnumTypeDefinitionNode,
    InputObjectTypeExtensionNode: InputObjectTypeDefinitionNode,
}


@dataclass(frozen=True, slots=True)
class SubgraphSource:
    """A subgraph to be composed: its name, where it answers ("" in process), and what its `_service { sdl }` says."""

    name: str
    url: str
    sdl: str


@dataclass(frozen=True, slots=True)
class SubgraphSchema:
    """A subgraph's schema under common names.

    `root_names` are what it calls its root types itself, by operation. `extended` are the types that it only extends
    (`extend type`, `@extends`). `plain` is a server that knows nothing of federation: it links no version of it.
    `directives` are its own executable directives.
    """

    name: str
    url: str
    schema: GraphQLSchema
    root_names: Mapping[str, str]
    extended: frozenset[str]
    version: tuple[int, int] | None

    @property
    def plain(self) -> bool:
        return self.version is None


def applied(node: Any, directive: str) -> list[dict[str, Any]]:
    """The arguments of each `@federation__…` (or, for `deprecated` and the like, built-in) directive on a schema element."""
    directives = (node.ast_node.directives if node.ast_node else None) or ()
    return [arguments_of(found) for found in directives if found.name.value == directive]


def read(source: SubgraphSource) -> tuple[SubgraphSchema | None, list[CompositionError]]:
    """A subgraph's schema, or everything that is wrong with it by itself."""
    try:
        document = parse(source.sdl)
    except GraphQLError as error:
        return None, [_invalid(source, error)]
    schema_nodes = [
        node for node in document.definitions if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode)
    ]
    names, errors = names_of(source.name, [found for node in schema_nodes for found in node.directives or ()])
    if errors:
        return None, errors
    if names.federation is None and (what := _federation_1(document)):
        message = f"this is Federation 1: it uses {what} and links no version of the specification"
        mend = 'add extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", …])'
        return None, [CompositionError("UNSUPPORTED_FEATURE", message, (source.name,), "schema", mend)]

    definitions, extended = _one_definition_each(document.definitions, names)
    root_names, errors = _root_names(source, schema_nodes, definitions)
    if errors:
        return None, errors
    definitions = _renamed(definitions, names, {local: ROOTS[operation] for operation, local in root_names.items()})
    definitions = _without_machinery(definitions)
    errors = _not_honoured(source, [*definitions, *_renamed(schema_nodes, names, {})])
    whole = DocumentNode(definitions=(*definitions, *parse(DEFINITIONS).definitions))
    # What is not honoured has no definition here, and is refused already.
    unknown = "Unknown directive '@federation__"
    if problems := [each for each in validate_sdl(whole) if not (errors and each.message.startswith(unknown))]:
        return None, [*errors, *(_invalid(source, problem) for problem in problems)]
    schema = build_ast_schema(whole, assume_valid_sdl=True)
    problems = [problem for problem in validate_schema(schema) if "Query root type must be" not in problem.message]
    errors += [_invalid(source, problem) for problem in problems]
    if errors:
        return None, errors
    present = {operation: local for operation, local in root_names.items() if ROOTS[operation] in schema.type_map}
    extended |= {
        node.name.value
        for node in definitions
        if isinstance(node, TypeDefinitionNode)
        and any(found.name.value == "federation__extends" for found in node.directives or ())
    }
    return SubgraphSchema(source.name, source.url, schema, present, frozenset(extended), names.federation), []


def _invalid(source: SubgraphSource, error: GraphQLError) -> CompositionError:
    message = error.message
    if error.locations:
        message += f" (line {error.locations[0].line}, column {error.locations[0].column})"
    mend = "correct the subgraph's SDL"
    if error.message.startswith("Unknown directive"):
        mend = "define the directive, or import it by @link if it is one of the federation specification"
    return CompositionError("INVALID_GRAPHQL", message, (source.name,), "", mend)


def _federation_1(document: DocumentNode) -> str | None:
    """What tells that a subgraph without `@link` is written for Federation 1."""
    used: list[str] = []

    class Found(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            if node.name.value in FEDERATION_1:
                used.append(f"@{node.name.value}")

    visit(document, Found())
    return used[0] if used else None


def _one_definition_each(given: Sequence[DefinitionNode], names: Names) -> tuple[list[DefinitionNode], set[str]]:
    """Definitions joined with their extensions, without those of specifications; and the names of types only extended.

    What is defined twice stays so, for validation to find.
    """
    defined: dict[str, TypeDefinitionNode] = {}
    others: list[DefinitionNode] = []
    extensions: dict[str, list[TypeExtensionNode]] = defaultdict(list)
    for node in given:
        if isinstance(node, SchemaDefinitionNode | SchemaExtensionNode):
            continue
        if isinstance(node, TypeDefinitionNode | TypeExtensionNode | DirectiveDefinitionNode):
            name = node.name.value
            if names.is_of_specification(name) or name in MACHINERY:
                continue
            if isinstance(node, TypeExtensionNode):
                extensions[name].append(node)
                continue
            if isinstance(node, TypeDefinitionNode) and name not in defined:
                defined[name] = node
                continue
        others.append(node)
    extended = set(extensions) - set(defined)
    for name, more in extensions.items():
        whole = defined.get(name) or _as_definition(more.pop(0))
        for extension in more:
            if isinstance(whole, DEFINITION_OF[type(extension)]):
                whole = _joined(whole, extension)
            else:
                others.append(extension)
        defined[name] = whole
    return [*defined.values(), *others], extended


def _as_definition(extension: TypeExtensionNode) -> TypeDefinitionNode:
    given: Any = {part: value for part, value in _parts(extension).items() if value}
    return DEFINITION_OF[type(extension)](name=extension.name, loc=extension.loc, **given)


def _joined(definition: TypeDefinitionNode, extension: TypeExtensionNode) -> TypeDefinitionNode:
    own = _parts(definition)
    given: Any = {part: (*(own[part] or ()), *(more or ())) for part, more in _parts(extension).items()}
    return replace(definition, **given)


def _parts(node: Node) -> dict[str, tuple[Any, ...] | None]:
    """What an extension can add to."""
    parts = ("directives", "interfaces", "fields", "types", "values")
    return {part: getattr(node, part) for part in parts if hasattr(node, part)}


def _root_names(
    source: SubgraphSource,
    schema_nodes: Iterable[SchemaDefinitionNode | SchemaExtensionNode],
    definitions: Iterable[DefinitionNode],
) -> tuple[dict[str, str], list[CompositionError]]:
    """What a subgraph calls its root types, by operation."""
    types = {node.name.value for node in definitions if isinstance(node, TypeDefinitionNode)}
    given = {
        operation.operation.value: operation.type.name.value
        for node in schema_nodes
        for operation in node.operation_types or ()
    }
    if not given:
        return {operation: name for operation, name in ROOTS.items() if name in types}, []
    errors = [
        CompositionError(
            f"ROOT_{name.upper()}_USED",
            f"the type {name} is not the root of {operation} operations",
            (source.name,),
            name,
            f"rename {name}, or make it the root in schema {{ }}",
        )
        for operation, name in ROOTS.items()
        if name in types and given.get(operation) != name
    ]
    return given, errors


def _renamed(definitions: Iterable[DefinitionNode], names: Names, types: Mapping[str, str]) -> list[DefinitionNode]:
    """Everything under the common names."""
    types = dict(types) | {local: f"federation__{name}" for local, name in names.types.items()}

    class Common(Visitor):
        def leave_directive(self, node: DirectiveNode, *_: Any) -> DirectiveNode | None:
            name = names.directives.get(node.name.value)
            return replace(node, name=NameNode(value=f"federation__{name}")) if name else None

        def leave_named_type(self, node: NamedTypeNode, *_: Any) -> NamedTypeNode | None:
            name = types.get(node.name.value)
            return replace(node, name=NameNode(value=name)) if name else None

    def common(node: Node) -> Any:
        node = visit(node, Common())
        if isinstance(node, TypeDefinitionNode) and node.name.value in types:
            node = replace(node, name=NameNode(value=types[node.name.value]))
        return node

    return [common(node) for node in definitions]


def _without_machinery(definitions: Iterable[DefinitionNode]) -> list[DefinitionNode]:
    """Without `_service` and `_entities`; a Query that has no other field is left out."""
    kept: list[DefinitionNode] = []
    for node in definitions:
        if isinstance(node, ObjectTypeDefinitionNode) and node.name.value == "Query":
            fields = tuple(each for each in node.fields or () if each.name.value not in ("_service", "_entities"))
            if not fields:
                continue
            node = replace(node, fields=fields)
        kept.append(node)
    return kept


def _not_honoured(source: SubgraphSource, definitions: Iterable[Node]) -> list[CompositionError]:
    used: dict[str, None] = {}

    class Found(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            name = node.name.value.removeprefix("federation__")
            if node.name.value != name and name in NOT_HONOURED:
                used[name] = None
            if name == "override" and node.name.value != name and arguments_of(node).get("label") is not None:
                used["override(label:)"] = None

    for node in definitions:
        visit(node, Found())
    return [
        CompositionError(
            "UNSUPPORTED_FEATURE",
            f"@{name} is not supported",
            (source.name,),
            "",
            "do without it: this gateway does not ignore what it cannot honour",
        )
        for name in used
    ]
