"""@requires: what a field is reckoned from is fetched from its owners first, and handed over with the entity."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from gateway.request import SubgraphUnreachable
from tests.gateway.subgraphs import Federated, Served


def total(*names: str) -> Any:
    return lambda source: sum(source[name] for name in names)


PRODUCTS = Served(
    "products",
    'type Query { product: Product } type Product @key(fields: "upc") { upc: ID! name: String price: Int! weight: Int }',
    {"Query": {"product": {"upc": "1", "name": "Table", "price": 90, "weight": 10}}},
)


def shop() -> Federated:
    return Federated(
        PRODUCTS,
        Served(
            "shipping",
            """
            type Product @key(fields: "upc") {
                upc: ID! price: Int! @external weight: Int @external
                estimate: Int @requires(fields: "price weight") free: Boolean
            }
            """,
            {"Product": [{"upc": "1", "estimate": total("price", "weight"), "free": False}]},
        ),
    )


async def test_required_fields_come_with_the_entity() -> None:
    gateway = shop()
    assert await gateway.data("{ product { estimate } }") == {"product": {"estimate": 100}}
    assert gateway.plan("{ product { estimate } }") == dedent("""\
        QueryPlan {
          Sequence {
            Fetch(service: "products") {
              {
                product {
                  upc
                  price
                  weight
                }
              }
            }
            Flatten(path: "product") {
              Fetch(service: "shipping") {
                {
                  ... on Product {
                    __typename
                    upc
                    price
                    weight
                  }
                } =>
                {
                  ... on Product {
                    estimate
                  }
                }
              }
            }
          }
        }
        """)


async def test_what_the_client_does_not_want_is_not_in_its_answer() -> None:
    assert await shop().data("{ product { estimate free } }") == {"product": {"estimate": 100, "free": False}}


async def test_a_clients_alias_does_not_hide_what_is_required() -> None:
    assert await shop().data("{ product { price: name weight: estimate upc: free } }") == {
        "product": {"price": "Table", "weight": 100, "upc": False}
    }


async def test_requiring_from_a_third_subgraph_and_other_fields_of_the_second_take_one_fetch_of_it() -> None:
    gateway = Federated(
        Served(
            "cart",
            'type Query { item: Product } type Product @key(fields: "upc") { upc: ID! }',
            {"Query": {"item": {"upc": "1"}}},
        ),
        Served(
            "products",
            'type Product @key(fields: "upc") { upc: ID! price: Int }',
            {"Product": [{"upc": "1", "price": 5}]},
        ),
        Served(
            "shipping",
            'type Product @key(fields: "upc") { upc: ID! price: Int @external fee: Int @requires(fields: "price") days: Int }',
            {"Product": [{"upc": "1", "fee": total("price"), "days": 2}]},
        ),
    )
    assert await gateway.data("{ item { days fee } }") == {"item": {"days": 2, "fee": 5}}
    assert [name for name, _ in gateway.fetched()] == ["cart", "products", "shipping"]


async def test_a_field_that_requires_one_that_requires() -> None:
    gateway = Federated(
        Served(
            "a",
            'type Query { user: User } type User @key(fields: "id") { id: ID! born: Int }',
            {"Query": {"user": {"id": "1", "born": 1815}}, "User": [{"id": "1", "born": 1815}]},
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! born: Int @external age: Int @requires(fields: "born") }',
            {"User": [{"id": "1", "age": lambda source: 1852 - source["born"]}]},
        ),
        Served(
            "c",
            'type User @key(fields: "id") { id: ID! age: Int @external grown: Boolean @requires(fields: "age") }',
            {"User": [{"id": "1", "grown": lambda source: source["age"] >= 18}]},
        ),
    )
    assert await gateway.data("{ user { grown } }") == {"user": {"grown": True}}
    assert [name for name, _ in gateway.fetched()] == ["a", "b", "c"]


async def test_two_subgraphs_that_require_of_one_another() -> None:
    """Neither field needs the other one, but each needs something of the other subgraph."""
    gateway = Federated(
        Served(
            "a",
            """
            type Query { feed: [Post] }
            type Post @key(fields: "id") { id: ID! author: Author @external loud: Boolean @requires(fields: "author { years }") }
            type Author @key(fields: "id") { id: ID! years: Int @external }
            """,
            {
                "Query": {"feed": [{"id": "p1"}, {"id": "p2"}]},
                "Post": [{"id": one, "loud": lambda source: source["author"]["years"] > 5} for one in ("p1", "p2")],
            },
        ),
        Served(
            "b",
            """
            type Post @key(fields: "id") { id: ID! loud: Boolean @external author: Author title: String @requires(fields: "loud") }
            type Author @key(fields: "id") { id: ID! years: Int }
            """,
            {
                "Post": [
                    {"id": "p1", "author": {"id": "u1", "years": 9}, "title": lambda source: f"loud: {source['loud']}"},
                    {"id": "p2", "author": {"id": "u2", "years": 1}, "title": lambda source: f"loud: {source['loud']}"},
                ],
                "Author": [{"id": "u1", "years": 9}, {"id": "u2", "years": 1}],
            },
        ),
    )
    query = "{ feed { title author { years } loud } }"
    assert await gateway.data(query) == {
        "feed": [
            {"title": "loud: True", "author": {"years": 9}, "loud": True},
            {"title": "loud: False", "author": {"years": 1}, "loud": False},
        ]
    }
    assert len(gateway.fetched()) == 4


async def test_required_fields_with_arguments() -> None:
    """The client's own `price` with other arguments does not get in the way."""

    def price(_source: Any, currency: str) -> str:
        return f"5 {currency}"

    gateway = Federated(
        Served(
            "products",
            'type Query { product: Product } type Product @key(fields: "upc") { upc: ID! price(currency: String!): String }',
            {"Query": {"product": {"upc": "1", "price": price}}},
        ),
        Served(
            "shipping",
            """
            type Product @key(fields: "upc") {
                upc: ID! price(currency: String!): String @external
                fee: String @requires(fields: "price(currency: \\"EUR\\")") duty: String @requires(fields: "price(currency: \\"CNY\\")")
            }
            """,
            {
                "Product": [
                    {
                        "upc": "1",
                        "fee": lambda source: f"fee on {source['price']}",
                        "duty": lambda source: f"duty on {source['price']}",
                    }
                ]
            },
        ),
    )
    assert await gateway.data('{ product { price(currency: "USD") fee } }') == {
        "product": {"price": "5 USD", "fee": "fee on 5 EUR"}
    }
    assert await gateway.data('{ product { fee price(currency: "USD") duty } }') == {
        "product": {"fee": "fee on 5 EUR", "price": "5 USD", "duty": "duty on 5 CNY"}
    }


async def test_required_fields_of_several_types_behind_an_interface_and_a_union() -> None:
    gateway = Federated(
        Served(
            "a",
            """
            type Query { box: Box }
            type Box @key(fields: "id") { id: ID! content: Content wrapped: Wrapped }
            interface Content { name: String }
            type Book implements Content { name: String pages: Int }
            type Film implements Content { name: String minutes: Int }
            union Wrapped = Book | Film
            """,
            {
                "Query": {
                    "box": {
                        "id": "1",
                        "content": {"__typename": "Book", "name": "Emma", "pages": 400},
                        "wrapped": {"__typename": "Film", "name": "Heat", "minutes": 170},
                    }
                }
            },
        ),
        Served(
            "b",
            """
            type Box @key(fields: "id") {
                id: ID! content: Content @external wrapped: Wrapped @external
                label: String @requires(fields: "content { name ... on Book { pages } ... on Film { minutes } }")
                size: String @requires(fields: "wrapped { ... on Book { pages } ... on Film { minutes } }")
            }
            interface Content { name: String }
            type Book implements Content @external { name: String pages: Int }
            type Film implements Content @external { name: String minutes: Int }
            union Wrapped = Book | Film
            """,
            {
                "Box": [
                    {
                        "id": "1",
                        "label": lambda source: str(sorted(source["content"].items())),
                        "size": lambda source: str(sorted(source["wrapped"].items())),
                    }
                ]
            },
        ),
    )
    assert await gateway.data("{ box { label size } }") == {
        "box": {
            "label": "[('__typename', 'Book'), ('name', 'Emma'), ('pages', 400)]",
            "size": "[('__typename', 'Film'), ('minutes', 170)]",
        }
    }


async def test_null_is_handed_over_where_the_type_allows_it() -> None:
    gateway = Federated(
        Served(
            "a",
            'type Query { user: User } type User @key(fields: "id") { id: ID! nick: String home: Home } type Home { town: String }',
            {"Query": {"user": {"id": "1", "nick": None, "home": None}}},
        ),
        Served(
            "b",
            """
            type User @key(fields: "id") {
                id: ID! nick: String @external home: Home @external hello: String @requires(fields: "nick home { town }")
            }
            type Home @external { town: String }
            """,
            {"User": [{"id": "1", "hello": lambda source: f"hello {source['nick']} of {source['home']}"}]},
        ),
    )
    assert await gateway.data("{ user { hello } }") == {"user": {"hello": "hello None of None"}}


async def test_what_could_not_be_fetched_is_not_handed_over() -> None:
    """The field itself then is null, and the error is that of the fetch that failed."""
    products = Served("products", 'type Product @key(fields: "upc") { upc: ID! price: Int! }')
    products.failing = SubgraphUnreachable("products", "SUBGRAPH_AWAY")
    gateway = Federated(
        Served(
            "cart",
            'type Query { item: Product } type Product @key(fields: "upc") { upc: ID! }',
            {"Query": {"item": {"upc": "1"}}},
        ),
        products,
        Served(
            "shipping",
            'type Product @key(fields: "upc") { upc: ID! price: Int! @external fee: Int @requires(fields: "price") }',
            {"Product": [{"upc": "1", "fee": 5}]},
        ),
    )
    answer = await gateway.ask("{ item { fee } }")
    assert answer.data == {"item": {"fee": None}}
    assert [(error["path"], error["extensions"]["service"]) for error in answer.errors] == [(["item"], "products")]
    assert gateway.subgraphs["shipping"].asked == []
