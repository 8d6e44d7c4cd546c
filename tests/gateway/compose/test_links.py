"""SDL as servers and libraries write it: `@link` with its renames, roots, extensions, and what is refused by name."""

from __future__ import annotations

import pytest

from tests.gateway.composing import api, codes, composed, errors, same

FEDERATION = "https://specs.apollo.dev/federation/v2"
OTHER = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"]) type Town @key(fields: "id") { id: ID! mayor: String }'


@pytest.mark.parametrize(
    ("link", "key"),
    [
        (f'@link(url: "{FEDERATION}.0", import: ["@key"])', "@key"),
        (f'@link(url: "{FEDERATION}.11", import: [{{ name: "@key", as: "@primary" }}])', "@primary"),
        (f'@link(url: "{FEDERATION}.3")', "@federation__key"),
        (f'@link(url: "{FEDERATION}.3", as: "fed")', "@fed__key"),
        (
            f'@link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "{FEDERATION}.5", import: ["@key", "FieldSet"])',
            "@key",
        ),
    ],
)
def test_directives_are_understood_under_every_name(link: str, key: str) -> None:
    town = f'type Query {{ town: Town }} type Town {key}(fields: "id") {{ id: ID! }}'
    supergraph = composed(towns=f"extend schema {link} {town}", people=OTHER)
    assert set(supergraph.types["Town"].keys) == {"towns", "people"}


def test_definitions_and_the_machinery_of_federation_are_not_of_the_schema() -> None:
    assert api(
        towns="""
        schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "FieldSet"]) { query: Everything }
        directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
        directive @key(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
        directive @federation__requires(fields: FieldSet!) on FIELD_DEFINITION
        directive @unit(of: String) on FIELD_DEFINITION
        scalar FieldSet scalar link__Import enum link__Purpose { SECURITY EXECUTION } scalar federation__Scope
        type Everything { town: Town _service: _Service! _entities(representations: [_Any!]!): [_Entity]! }
        type Town @key(fields: "id") { id: ID! height: Int @unit(of: "m") }
        extend type Town { name: String }
        scalar _Any union _Entity = Town type _Service { sdl: String }
        """
    ) == same("""
        type Query {
          town: Town
        }

        type Town {
          height: Int
          id: ID!
          name: String
        }
    """)


def test_a_subgraph_that_answers_entities_only_has_no_query_of_its_own() -> None:
    with_machinery = OTHER + " type Query { _service: _Service! } type _Service { sdl: String }"
    supergraph = composed(
        towns=OTHER.replace("mayor: String", "name: String") + " type Query { town: Town }", people=with_machinery
    )
    assert supergraph.root_names == {"towns": {"query": "Query"}, "people": {}}


def test_a_server_without_federation_takes_part_with_all_its_fields_shareable() -> None:
    plain = "schema { query: Query } type Query { %s: Point } type Point { x: Int }"
    assert codes(a=plain % "a", b=plain % "b") == []


@pytest.mark.parametrize(
    ("sdl", "code", "said"),
    [
        ('schema { query: Query } type Query { a: T } type T @key(fields: "id") { id: ID! }', "UNSUPPORTED_FEATURE", "Federation 1"),
        (f'extend schema @link(url: "{FEDERATION}.99") type Query {{ a: Int }}', "UNKNOWN_FEDERATION_LINK_VERSION", "v2.99"),
        ('extend schema @link(url: "https://specs.apollo.dev/federation/v3.0") type Query { a: Int }', "UNKNOWN_FEDERATION_LINK_VERSION", "v3.0"),
        (f'extend schema @link(url: "{FEDERATION}.0", import: ["@shared"]) type Query {{ a: Int }}', "INVALID_LINK_DIRECTIVE_USAGE", "@shared"),
        (f'extend schema @link(url: "{FEDERATION}.0", import: ["@interfaceObject"]) type Query {{ a: Int }}', "INVALID_LINK_DIRECTIVE_USAGE", "@interfaceObject"),
        (f'extend schema @link(url: "{FEDERATION}.0", import: [{{ name: "@key", as: "key" }}]) type Query {{ a: Int }}', "INVALID_LINK_DIRECTIVE_USAGE", "@"),
        ('extend schema @link(url: "https://specs.apollo.dev/connect/v0.1", import: ["@connect"]) type Query { a: Int }', "UNSUPPORTED_FEATURE", "connect"),
        (f'schema @link(url: "{FEDERATION}.0") {{ query: Q }} type Q {{ a: Query }} type Query {{ b: Int }}', "ROOT_QUERY_USED", "Query"),
        ("type Query { a: Int @shared }", "INVALID_GRAPHQL", "@shared"),
        ("type Query { a: Int", "INVALID_GRAPHQL", "line"),
        ("type Query { a: Int a: Int }", "INVALID_GRAPHQL", "a"),
        ("type Query { a: Int } type Query { b: Int }", "INVALID_GRAPHQL", "Query"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(sdl: str, code: str, said: str) -> None:
    (error,) = errors(towns=sdl)
    assert (error.code, error.subgraphs) == (code, ("towns",))
    assert said in error.message
    assert error.mend


@pytest.mark.parametrize(
    ("directive", "use"),
    [
        ("@interfaceObject", 'type Query { a: T } type T @interfaceObject @key(fields: "id") { id: ID! }'),
        ("@authenticated", "type Query { a: Int @authenticated }"),
        ("@requiresScopes", 'type Query { a: Int @requiresScopes(scopes: [["x"]]) }'),
        ("@policy", 'type Query { a: Int @policy(policies: [["x"]]) }'),
        ("@cost", "type Query { a: Int @cost(weight: 3) }"),
        ("@listSize", "type Query { a: [Int] @listSize(assumedSize: 3) }"),
        ("@context", 'type Query { a: T } type T @context(name: "x") { id: ID! }'),
        ("@override", 'type Query { a: Int @override(from: "b", label: "percent(5)") }'),
    ],
)
def test_what_is_not_honoured_is_not_ignored(directive: str, use: str) -> None:
    (said,) = errors(a=f'extend schema @link(url: "{FEDERATION}.9", import: ["@key", "{directive}"]) {use}')
    assert said.code == "UNSUPPORTED_FEATURE"
    assert directive in said.message


def test_composed_directives_are_refused_too() -> None:
    (said,) = errors(
        a=f'extend schema @link(url: "{FEDERATION}.1", import: ["@composeDirective"]) @link(url: "https://units.example/unit/v1.0", import: ["@unit"]) @composeDirective(name: "@unit") directive @unit on FIELD_DEFINITION type Query {{ a: Int @unit }}'
    )
    assert (said.code, "@composeDirective" in said.message) == ("UNSUPPORTED_FEATURE", True)


def test_two_subgraphs_have_two_names() -> None:
    assert codes(_="type Query { a: Int }") == ["INVALID_SUBGRAPH_NAME"]
