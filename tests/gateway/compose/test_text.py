"""The supergraph's text: the public join directives say where everything is."""

from __future__ import annotations

from gateway.compose import SubgraphSource, compose
from tests.gateway.composing import LINK, composed, same


def test_it_says_who_has_what() -> None:
    text = composed(
        towns='type Query { town(of: ID! = "1"): Town } type Town @key(fields: "id") @key(fields: "post { code }", resolvable: false) { id: ID! area: Int! post: Post } type Post { code: ID! }',
        taxes='extend type Town @key(fields: "id") { id: ID! @external area: Int! @external tax(in: Money = EUR): Int @requires(fields: "area") } enum Money { EUR CNY }',
    ).sdl
    assert text.startswith(
        same("""
        schema
          @link(url: "https://specs.apollo.dev/link/v1.0")
          @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
        {
          query: Query
        }
    """)
    )
    assert text[text.index("enum join__Graph") :] == (
        same("""
        enum join__Graph {
          TOWNS @join__graph(name: "towns", url: "http://towns.example/graphql")
          TAXES @join__graph(name: "taxes", url: "http://taxes.example/graphql")
        }

        enum Money
          @join__type(graph: TAXES)
        {
          EUR @join__enumValue(graph: TAXES)
          CNY @join__enumValue(graph: TAXES)
        }

        type Post
          @join__type(graph: TOWNS)
        {
          code: ID!
        }

        type Query
          @join__type(graph: TOWNS)
        {
          town(of: ID! = "1"): Town
        }

        type Town
          @join__type(graph: TOWNS, key: "id")
          @join__type(graph: TOWNS, key: "post { code }", resolvable: false)
          @join__type(graph: TAXES, key: "id", extension: true)
        {
          id: ID!
          area: Int! @join__field(graph: TOWNS) @join__field(graph: TAXES, external: true)
          post: Post @join__field(graph: TOWNS)
          tax(in: Money = EUR): Int @join__field(graph: TAXES, requires: "area")
        }
    """)
        + "\n"
    )


def test_names_of_subgraphs_that_look_alike_stay_apart() -> None:
    text = compose(
        [
            SubgraphSource(name, "", LINK + f"type Query {{ {field}: Int }}")
            for name, field in (("towns-1", "a"), ("towns_1", "b"), ("1st", "c"))
        ]
    ).sdl
    for graph in (
        'TOWNS_1 @join__graph(name: "towns-1", url: "")',
        'TOWNS_1_1 @join__graph(name: "towns_1", url: "")',
        '_1ST @join__graph(name: "1st", url: "")',
    ):
        assert graph in text
