"""`node(id)`: any entity by an identity that says of itself which type it is of, as Relay's clients refetch what they have.

A subgraph of its own, made from the others: to every type that one of them resolves by `@key(fields: "id")` it adds a
`nodeId`, and `node(id: …)` takes one. It knows nothing but the identity: whether there is such a thing, and whether the
asker may see it, say the subgraphs that are asked for its other fields.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Any

from graphql import GraphQLSchema, build_schema, graphql, is_object_type

from gateway.request import SubgraphRequest, SubgraphResponse
from gateway.subgraph import SubgraphSource, applied, read

NAME = "nodes"

_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])\n'
_ROOT = '''
"""Whatever has an identity of its own among everything that is served here."""
interface Node { nodeId: ID! }
type Query {
  """What a `nodeId` names; null for what is none. What nobody tells of it, or not to the asker, is null."""
  node(id: ID!): Node
'''
_TYPE = "type {name} implements Node {key}{{ id: ID! nodeId: ID! }}\n"


def entity_types(sources: Iterable[SubgraphSource]) -> tuple[str, ...]:
    """The types that some subgraph resolves by their `id` alone."""
    found: dict[str, None] = {}
    for source in sources:
        subgraph, _ = read(source)
        for name, kind in subgraph.schema.type_map.items() if subgraph else ():
            keys = applied(kind, "federation__key") if is_object_type(kind) else []
            if any(key.get("fields") == "id" and key.get("resolvable", True) for key in keys):
                found[name] = None
    return tuple(found)


class Nodes:
    """The subgraph of identities of these types."""

    name = NAME

    def __init__(self, types: Sequence[str]) -> None:
        self._types = frozenset(types)
        keyed = "".join(_TYPE.format(name=name, key='@key(fields: "id") ') for name in types)
        self.sdl = f"{_LINK}{_ROOT}}}\n{keyed}"
        self._schema = _executable(types)

    @property
    def source(self) -> SubgraphSource:
        return SubgraphSource(self.name, "", self.sdl)

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        root: dict[str, Any] = {"node": self._node, "_entities": self._entities, "_service": {"sdl": self.sdl}}
        result = await graphql(self._schema, request.query, root, variable_values=dict(request.variables))
        return SubgraphResponse(result.data, [dict(error.formatted) for error in result.errors or ()])

    def _node(self, _info: object, id: str) -> dict[str, str] | None:
        named = named_by(id)
        return _of(*named) if named is not None and named[0] in self._types else None

    def _entities(self, _info: object, representations: Sequence[dict[str, Any]]) -> list[dict[str, str] | None]:
        return [
            _of(one["__typename"], str(one["id"])) if one.get("id") is not None else None for one in representations
        ]


def node_id(type_name: str, id: str) -> str:
    return base64.urlsafe_b64encode(f"{type_name}:{id}".encode()).decode().rstrip("=")


def named_by(node_id: str) -> tuple[str, str] | None:
    """Type and identity that a `nodeId` names; None where it is none."""
    try:
        text = base64.b64decode(node_id + "=" * (-len(node_id) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    type_name, is_there, id = text.partition(":")
    return (type_name, id) if is_there and id else None


def _of(type_name: str, id: str) -> dict[str, str]:
    return {"__typename": type_name, "id": id, "nodeId": node_id(type_name, id)}


def _executable(types: Sequence[str]) -> GraphQLSchema:
    plain = "".join(_TYPE.format(name=name, key="") for name in types)
    machinery = f"""
      _service: _Service!
      _entities(representations: [_Any!]!): [_Entity]!
    }}
    scalar _Any
    type _Service {{ sdl: String! }}
    union _Entity = {" | ".join(types)}
    """
    return build_schema(f"{_ROOT}{machinery}{plain}")
