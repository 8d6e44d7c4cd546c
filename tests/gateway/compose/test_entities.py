"""Entities: keys and the fields that need others, as planning reads them."""

from __future__ import annotations

from gateway.supergraph import Chosen, FieldIn, Key
from tests.gateway.composing import api, codes, composed, same

PRODUCTS = """
type Query { products: [Product!]! }
type Product @key(fields: "id") @key(fields: "maker { code } model") {
  id: ID!
  model: String!
  maker: Maker!
  weight: Int!
}
type Maker { code: ID! }
"""
SHIPPING = """
extend type Product @key(fields: "id") {
  id: ID! @external
  weight: Int! @external
  cost(express: Boolean = false): Int @requires(fields: "weight")
}
"""


def test_an_entity_is_one_type_for_clients() -> None:
    assert api(products=PRODUCTS, shipping=SHIPPING) == same("""
        type Maker {
          code: ID!
        }

        type Product {
          cost(express: Boolean = false): Int
          id: ID!
          maker: Maker!
          model: String!
          weight: Int!
        }

        type Query {
          products: [Product!]!
        }
    """)


def test_planning_is_told_keys_and_owners() -> None:
    product = composed(products=PRODUCTS, shipping=SHIPPING).types["Product"]
    by_maker = Key((Chosen("maker", (Chosen("code"),)), Chosen("model")))
    assert product.keys == {"products": (Key((Chosen("id"),)), by_maker), "shipping": (Key((Chosen("id"),)),)}
    assert product.fields["weight"] == {"products": FieldIn("Int!"), "shipping": FieldIn("Int!", external=True)}
    assert product.fields["cost"] == {"shipping": FieldIn("Int", requires=(Chosen("weight"),))}
    # @external on the key of a type that is only extended says nothing: the subgraph has it.
    assert product.fields["id"] == {"products": FieldIn("ID!"), "shipping": FieldIn("ID!")}


def test_root_types_have_common_names_and_keep_their_own() -> None:
    supergraph = composed(
        products="""schema { query: Everything } type Everything { everything: Int }""",
        shipping="type Query { costs: [Int!] } type Mutation { ship: Boolean }",
    )
    assert supergraph.roots == {"query": "Query", "mutation": "Mutation"}
    assert supergraph.root_names == {
        "products": {"query": "Everything"},
        "shipping": {"query": "Query", "mutation": "Mutation"},
    }
    assert supergraph.types["Query"].fields["everything"] == {"products": FieldIn("Int")}


def test_a_field_has_one_owner_unless_all_say_that_it_is_shareable() -> None:
    one = "type Query { one: Box } type Box { size: Int @shareable }"
    assert codes(one=one, two="type Query { two: Box } type Box { size: Int }") == ["INVALID_FIELD_SHARING"]
    assert codes(one=one, two="type Query { two: Box } type Box @shareable { size: Int }") == []
