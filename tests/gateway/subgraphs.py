"""Subgraphs for tests, in the same process: SDL with federation directives and plain data, answered by graphql-core.

    reviews = Served("reviews", "type Product @key(fields: \\"upc\\") { upc: ID! reviews: [Review!]! } ...", {
        "Query": {"latest": [{"body": "Love it"}]},
        "Product": [{"upc": "1", "reviews": [{"body": "Love it"}]}],
    })

`Query` and `Mutation` are one object each, every other type is a list of entities. A value may be a function of the object
that it belongs to and of the field's arguments; objects of abstract types say their `__typename`. An exception as a value is
raised. What a representation brings besides the key is there for functions to read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLResolveInfo,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    build_ast_schema,
    extend_schema,
    graphql,
    parse,
)

from gateway.compose import SubgraphSource, compose
from gateway.engine import Answer, Engine
from gateway.request import SubgraphRequest, SubgraphResponse

FEDERATION = "https://specs.apollo.dev/federation/v2.3"

HEAD = f"""extend schema @link(url: "{FEDERATION}", import: ["@key", "@shareable", "@external", "@requires", "@provides",
"@inaccessible", "@tag", "@override", "@interfaceObject", "@extends"])
"""


class Served:
    """One subgraph. `asked` are the requests it got; `failing` is raised instead of an answer, `answer` given instead, `before` awaited."""

    def __init__(self, name: str, sdl: str, data: Mapping[str, Any] | None = None, head: str = HEAD) -> None:
        self.name = name
        self.sdl = head + sdl
        self.asked: list[SubgraphRequest] = []
        self.failing: Exception | None = None
        self.answer: SubgraphResponse | None = None
        self.before: Callable[[], Awaitable[object]] | None = None
        self._data = data or {}
        self.schema = executable(self.sdl)

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        self.asked.append(request)
        if self.before is not None:
            await self.before()
        if self.failing is not None:
            raise self.failing
        if self.answer is not None:
            return self.answer
        root = dict(self._data.get("Mutation" if request.operation == "mutation" else "Query", {}))
        root["_entities"] = lambda _source, representations: [self.entity(one) for one in representations]
        root["_service"] = {"sdl": self.sdl}
        result = await graphql(
            self.schema, request.query, root, variable_values=dict(request.variables), field_resolver=resolve
        )
        return SubgraphResponse(result.data, [dict(error.formatted) for error in result.errors or ()])

    def entity(self, representation: Mapping[str, Any]) -> Any:
        """The entity that a representation means, None if there is none."""
        for one in self._data.get(representation["__typename"], ()):
            if isinstance(one, Exception):
                return one
            if all(
                meant(one[key], value) for key, value in representation.items() if key in one and not callable(one[key])
            ):
                return merged(representation, one)
        return None


def meant(known: Any, value: Any) -> bool:
    """Whether a part of a representation fits what is known of the entity."""
    if isinstance(known, dict) and isinstance(value, dict):
        return all(meant(known[key], inner) for key, inner in value.items() if key in known and key != "__typename")
    return isinstance(known, Exception) or bool(known == value)


def merged(representation: Mapping[str, Any], entity: Mapping[str, Any]) -> dict[str, Any]:
    both = {**representation, **entity}
    for key, value in representation.items():
        if isinstance(value, dict) and isinstance(entity.get(key), dict):
            both[key] = merged(value, entity[key])
    return both


def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    value = source.get(info.field_name)
    if isinstance(value, Exception):
        raise value
    return value(source, **arguments) if callable(value) else value


def executable(sdl: str) -> GraphQLSchema:
    """A schema that graphql-core can execute, with what every subgraph has besides its own types."""
    document = parse(sdl)
    definitions: dict[str, Any] = {}
    roots = {"query": "Query", "mutation": "Mutation"}
    entities: dict[str, None] = {}
    others = []
    for found in document.definitions:
        if isinstance(found, SchemaDefinitionNode | SchemaExtensionNode):
            roots |= {one.operation.value: one.type.name.value for one in found.operation_types or ()}
            continue
        name = getattr(getattr(found, "name", None), "value", "")
        if isinstance(found, ObjectTypeDefinitionNode | ObjectTypeExtensionNode):
            if any(one.name.value == "key" for one in found.directives or ()):
                entities[name] = None
            known = definitions.get(name)
            definitions[name] = ObjectTypeDefinitionNode(
                name=found.name,
                interfaces=(*(known.interfaces or () if known else ()), *(found.interfaces or ())),
                fields=(*(known.fields or () if known else ()), *(found.fields or ())),
            )
        else:
            others.append(found)
    if roots["query"] not in definitions:
        definitions |= {roots["query"]: parse(f"type {roots['query']}").definitions[0]}
    schema_definition = parse(
        "schema {" + " ".join(f"{kind}: {name}" for kind, name in roots.items() if name in definitions) + "}"
    )
    whole = DocumentNode(definitions=(*schema_definition.definitions, *others, *definitions.values()))
    schema = build_ast_schema(whole, assume_valid=True, assume_valid_sdl=True)
    more = f"scalar _Any type _Service {{ sdl: String! }} extend type {roots['query']} {{ _service: _Service! "
    if entities:
        more += "_entities(representations: [_Any!]!): [_Entity]! } union _Entity = " + " | ".join(entities)
    else:
        more += "}"
    return extend_schema(schema, parse(more), assume_valid=True, assume_valid_sdl=True)


class Federated:
    """The gateway over some subgraphs, composed from what they say of themselves."""

    def __init__(self, *subgraphs: Served) -> None:
        self.subgraphs = {one.name: one for one in subgraphs}
        self.supergraph = compose([SubgraphSource(one.name, "", one.sdl) for one in subgraphs])
        self.engine = Engine(self.supergraph, self.subgraphs)

    async def ask(self, query: str, **variables: Any) -> Answer:
        return await self.engine.execute(self.engine.prepare(query), variables)

    async def data(self, query: str, **variables: Any) -> Any:
        """The answer's data, which nothing may be wrong with."""
        answer = await self.ask(query, **variables)
        assert not answer.errors
        return answer.data

    def plan(self, query: str, **variables: Any) -> str:
        return str(self.engine.plan(self.engine.prepare(query), variables))

    def fetched(self) -> list[tuple[str, str]]:
        """What was asked of whom since the beginning, by subgraph in turn."""
        return [(name, one.query) for name, served in self.subgraphs.items() for one in served.asked]
