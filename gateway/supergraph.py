"""What composition makes and planning reads: who has which type and field, how entities are reached, and the schema.

Plain data. Names are those of the composed schema; where a subgraph renames a directive by `@link`, that is settled
before. Terms are those of the Apollo Federation 2 specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphql import GraphQLSchema

Kind = Literal["OBJECT", "INTERFACE", "UNION", "ENUM", "INPUT_OBJECT", "SCALAR"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """One field of a field set, such as `organization { id }` in `@key(fields: "id organization { id }")`.

    `on` is the type condition of the inline fragment that it stands in, None outside of any. `arguments` are as printed in
    a document, `(unit: KG)`, empty where there are none; only @requires may have them.
    """

    name: str
    selections: FieldSet = ()
    on: str | None = None
    arguments: str = ""


FieldSet = tuple[Chosen, ...]
"""The argument of @key, @requires and @provides, parsed; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Key:
    """One way to reach an entity in a subgraph. Not `resolvable`: the subgraph names the entity and cannot resolve it."""

    fields: FieldSet
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class FieldIn:
    """How one subgraph has a field that it can resolve, or names as @external.

    `type` is the field's type as that subgraph writes it (`[Review!]`). An `external` field is resolved elsewhere, except
    on paths where the subgraph @provides it. A field that another subgraph overrides is not listed at all.
    """

    type: str
    external: bool = False
    requires: FieldSet = ()
    provides: FieldSet = ()


@dataclass(frozen=True, slots=True)
class TypeOf:
    """One named type of the composed schema, and what each subgraph has of it.

    `subgraphs` are those that define it. `keys` are, by subgraph, the ways in which it can be reached there. `fields` are
    by name and then by subgraph. `interfaces` and `members` (of a union; of an interface, the object types that implement it)
    are by subgraph, because an abstract type may stand for other types in each. `values` are those of an enum, by subgraph.
    """

    name: str
    kind: Kind
    subgraphs: tuple[str, ...]
    keys: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldIn]] = field(default_factory=dict)
    interfaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supergraph:
    """Everything that planning needs.

    `subgraphs` are names in the order given, with the URL that each was given with ("" in process). `schema` holds
    everything, also what is @inaccessible; `api` is what clients see and are validated against. `roots` name the root
    types (`Query`, `Mutation`, `Subscription`) by operation, absent where there is none; in every subgraph they are
    called so here, whatever its own `schema { }` says. `root_names` are, by subgraph and operation, what that subgraph itself
    calls them. `sdl` is the supergraph's text, with the join directives of the public specification.
    """

    subgraphs: Mapping[str, str]
    types: Mapping[str, TypeOf]
    schema: GraphQLSchema
    api: GraphQLSchema
    sdl: str
    roots: Mapping[str, str] = field(default_factory=dict)
    root_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompositionError:
    """Why subgraphs cannot be composed: a code of the public specification, where, and how it can be mended."""

    code: str
    message: str
    subgraphs: tuple[str, ...] = ()
    where: str = ""
    mend: str = ""


class CompositionFailed(Exception):
    """All errors of one composition."""

    def __init__(self, errors: tuple[CompositionError, ...]) -> None:
        super().__init__("; ".join(f"{error.code}: {error.message}" for error in errors))
        self.errors = errors
