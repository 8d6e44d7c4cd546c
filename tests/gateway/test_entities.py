"""An object whose fields lie in several subgraphs is fetched from each by its key, once."""

from __future__ import annotations

from textwrap import dedent

from gateway.engine import RequestContext
from gateway.request import SubgraphRequest
from tests.gateway.subgraphs import Federated, Served

PRODUCTS = """
    type Query { products: [Product!]! product: Product }
    type Product @key(fields: "upc") { upc: ID! name: String! }
"""

TABLE = {"upc": "1", "name": "Table"}
CHAIR = {"upc": "2", "name": "Chair"}


def shop() -> Federated:
    return Federated(
        Served("products", PRODUCTS, {"Query": {"products": [TABLE, CHAIR, TABLE], "product": CHAIR}}),
        Served(
            "stock",
            'type Product @key(fields: "upc") { upc: ID! left: Int shelf: Shelf } type Shelf { row: Int! }',
            {"Product": [{"upc": "1", "left": 3, "shelf": {"row": 7}}, {"upc": "2", "left": 0, "shelf": None}]},
        ),
    )


async def test_what_one_subgraph_has_is_asked_in_one_fetch() -> None:
    gateway = shop()
    assert await gateway.data("{ product { name upc } }") == {"product": {"name": "Chair", "upc": "2"}}
    assert gateway.fetched() == [("products", "query{product{name upc}}")]


async def test_entities_are_fetched_by_key() -> None:
    gateway = shop()
    query = "{ products { name left shelf { row } } }"
    assert await gateway.data(query) == {
        "products": [
            {"name": "Table", "left": 3, "shelf": {"row": 7}},
            {"name": "Chair", "left": 0, "shelf": None},
            {"name": "Table", "left": 3, "shelf": {"row": 7}},
        ]
    }
    assert gateway.plan(query) == dedent("""\
        QueryPlan {
          Sequence {
            Fetch(service: "products") {
              {
                products {
                  name
                  upc
                }
              }
            }
            Flatten(path: "products.@") {
              Fetch(service: "stock") {
                {
                  ... on Product {
                    __typename
                    upc
                  }
                } =>
                {
                  ... on Product {
                    left
                    shelf {
                      row
                    }
                  }
                }
              }
            }
          }
        }
        """)


async def test_an_entity_that_occurs_twice_is_asked_for_once() -> None:
    gateway = shop()
    await gateway.data("{ products { left } }")
    (request,) = gateway.subgraphs["stock"].asked
    assert request.variables == {
        "representations": [{"__typename": "Product", "upc": "1"}, {"__typename": "Product", "upc": "2"}]
    }


async def test_where_no_object_is_there_is_nothing_asked() -> None:
    gateway = Federated(
        Served("products", PRODUCTS, {"Query": {"products": [], "product": None}}),
        Served("stock", 'type Product @key(fields: "upc") { upc: ID! left: Int }'),
    )
    assert await gateway.data("{ products { left } product { left } }") == {"products": [], "product": None}
    assert gateway.subgraphs["stock"].asked == []


async def test_an_entity_that_a_subgraph_does_not_know_has_nulls() -> None:
    gateway = Federated(
        Served("products", PRODUCTS, {"Query": {"products": [TABLE, CHAIR]}}),
        Served(
            "stock",
            'type Product @key(fields: "upc") { upc: ID! left: Int }',
            {"Product": [{"upc": "2", "left": 4}]},
        ),
    )
    assert await gateway.data("{ products { left } }") == {"products": [{"left": None}, {"left": 4}]}


async def test_an_object_without_its_key_is_not_asked_for() -> None:
    gateway = Federated(
        Served(
            "books",
            'type Query { books: [Book] } type Book { title: String author: Author } type Author @key(fields: "id") { id: ID }',
            {
                "Query": {
                    "books": [
                        {"title": "One", "author": {"id": "a"}},
                        {"title": "Two", "author": {"id": None}},
                        {"title": "Three", "author": None},
                        None,
                    ]
                }
            },
        ),
        Served(
            "authors",
            'type Author @key(fields: "id") { id: ID name: String }',
            {"Author": [{"id": "a", "name": "Ada"}, {"id": None, "name": "Nobody"}]},
        ),
    )
    assert await gateway.data("{ books { title author { name } } }") == {
        "books": [
            {"title": "One", "author": {"name": "Ada"}},
            {"title": "Two", "author": {"name": None}},
            {"title": "Three", "author": None},
            None,
        ]
    }
    (request,) = gateway.subgraphs["authors"].asked
    assert request.variables == {"representations": [{"__typename": "Author", "id": "a"}]}


async def test_composite_and_nested_keys() -> None:
    gateway = Federated(
        Served(
            "registry",
            """
            type Query { parcels: [Parcel!]! }
            type Parcel @key(fields: "number district { code region { id } }") { number: Int! district: District! }
            type District @shareable { code: ID! region: Region! }
            type Region @shareable { id: ID! }
            """,
            {
                "Query": {
                    "parcels": [
                        {"number": 1, "district": {"code": "n", "region": {"id": "r1"}}},
                        {"number": 1, "district": {"code": "n", "region": {"id": "r2"}}},
                    ]
                }
            },
        ),
        Served(
            "taxes",
            """
            type Parcel @key(fields: "number district { code region { id } }") { number: Int! district: District! tax: Int! }
            type District @shareable { code: ID! region: Region! }
            type Region @shareable { id: ID! }
            """,
            {
                "Parcel": [
                    {"number": 1, "district": {"code": "n", "region": {"id": "r2"}}, "tax": 20},
                    {"number": 1, "district": {"code": "n", "region": {"id": "r1"}}, "tax": 10},
                ]
            },
        ),
    )
    assert await gateway.data("{ parcels { tax } }") == {"parcels": [{"tax": 10}, {"tax": 20}]}
    representation = gateway.subgraphs["taxes"].asked[0].variables["representations"][0]
    assert representation == {"__typename": "Parcel", "number": 1, "district": {"code": "n", "region": {"id": "r1"}}}


def chain() -> Federated:
    """`a` knows users by id, `c` by email; only `b` knows both."""
    return Federated(
        Served(
            "a",
            'type Query { user: User } type User @key(fields: "id") { id: ID! name: String }',
            {"Query": {"user": {"id": "1", "name": "Ada"}}},
        ),
        Served(
            "b",
            'type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! }',
            {"User": [{"id": "1", "email": "ada@example.org"}]},
        ),
        Served(
            "c",
            'type User @key(fields: "email") { email: String! joined: Int }',
            {"User": [{"email": "ada@example.org", "joined": 1843}]},
        ),
    )


async def test_a_key_that_the_object_does_not_bring_is_fetched_first() -> None:
    gateway = chain()
    assert await gateway.data("{ user { name joined } }") == {"user": {"name": "Ada", "joined": 1843}}
    assert [name for name, _ in gateway.fetched()] == ["a", "b", "c"]


async def test_a_key_that_does_not_resolve_is_no_way_in() -> None:
    gateway = Federated(
        Served(
            "a",
            'type Query { user: User } type User @key(fields: "id") { id: ID! name: String }',
            {"Query": {"user": {"id": "1", "name": "Ada"}}, "User": [{"id": "1", "name": "Ada"}]},
        ),
        Served(
            "posts",
            'type Query { post: Post } type Post { by: User } type User @key(fields: "id", resolvable: false) { id: ID! }',
            {"Query": {"post": {"by": {"id": "1"}}}},
        ),
    )
    assert await gateway.data("{ post { by { id name } } }") == {"post": {"by": {"id": "1", "name": "Ada"}}}
    assert [name for name, _ in gateway.fetched()] == ["a", "posts"]


async def test_independent_fetches_go_side_by_side_and_those_for_one_subgraph_together() -> None:
    gateway = Federated(
        Served("products", PRODUCTS, {"Query": {"products": [TABLE]}}),
        Served(
            "stock", 'type Product @key(fields: "upc") { upc: ID! left: Int shelf: Int }', {"Product": [{"upc": "1"}]}
        ),
        Served("reviews", 'type Product @key(fields: "upc") { upc: ID! stars: Int }', {"Product": [{"upc": "1"}]}),
    )
    assert gateway.plan("{ products { left stars shelf } }") == dedent("""\
        QueryPlan {
          Sequence {
            Fetch(service: "products") {
              {
                products {
                  upc
                }
              }
            }
            Parallel {
              Flatten(path: "products.@") {
                Fetch(service: "stock") {
                  {
                    ... on Product {
                      __typename
                      upc
                    }
                  } =>
                  {
                    ... on Product {
                      left
                      shelf
                    }
                  }
                }
              }
              Flatten(path: "products.@") {
                Fetch(service: "reviews") {
                  {
                    ... on Product {
                      __typename
                      upc
                    }
                  } =>
                  {
                    ... on Product {
                      stars
                    }
                  }
                }
              }
            }
          }
        }
        """)


async def test_root_fields_of_several_subgraphs_go_side_by_side() -> None:
    gateway = Federated(
        Served("a", "type Query { one: Int two: Int }", {"Query": {"one": 1, "two": 2}}),
        Served("b", "type Query { three: Int }", {"Query": {"three": 3}}),
    )
    assert await gateway.data("{ three one two }") == {"three": 3, "one": 1, "two": 2}
    assert sorted(gateway.fetched()) == [("a", "query{one two}"), ("b", "query{three}")]
    assert "Parallel" in gateway.plan("{ three one two }")


async def test_headers_of_the_client_are_passed_on() -> None:
    gateway = shop()
    prepared = gateway.engine.prepare("{ products { left } }")
    await gateway.engine.execute(prepared, {}, RequestContext({"authorization": "Bearer x"}))
    requests: list[SubgraphRequest] = [one for served in gateway.subgraphs.values() for one in served.asked]
    assert [dict(one.headers) for one in requests] == [{"authorization": "Bearer x"}] * 2


# A field that several subgraphs have


async def test_a_shared_field_is_taken_where_the_object_is_anyway() -> None:
    gateway = Federated(
        Served(
            "a",
            'type Query { user: User } type User @key(fields: "id") { id: ID! name: String @shareable }',
            {"Query": {"user": {"id": "1", "name": "Ada"}}},
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! name: String @shareable age: Int }',
            {"User": [{"id": "1", "name": "Ada", "age": 36}]},
        ),
    )
    assert await gateway.data("{ user { name } }") == {"user": {"name": "Ada"}}
    assert [name for name, _ in gateway.fetched()] == ["a"]


async def test_a_field_that_two_could_answer_is_asked_of_who_must_be_asked_anyway() -> None:
    gateway = Federated(
        Served(
            "a", 'type Query { user: User } type User @key(fields: "id") { id: ID! }', {"Query": {"user": {"id": "1"}}}
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! name: String @shareable }',
            {"User": [{"id": "1", "name": "x"}]},
        ),
        Served(
            "c",
            'type User @key(fields: "id") { id: ID! name: String @shareable age: Int }',
            {"User": [{"id": "1", "name": "Ada", "age": 36}]},
        ),
    )
    assert await gateway.data("{ user { name age } }") == {"user": {"name": "Ada", "age": 36}}
    assert [name for name, _ in gateway.fetched()] == ["a", "c"]


async def test_objects_without_key_are_put_together_from_several_roots() -> None:
    gateway = Federated(
        Served(
            "names",
            "type Query { city: City @shareable } type City { id: ID! @shareable name: String districts: [District] @shareable }"
            " type District { number: Int @shareable name: String }",
            {"Query": {"city": {"id": "1", "name": "Chengdu", "districts": [{"number": 1, "name": "Jinjiang"}]}}},
        ),
        Served(
            "people",
            "type Query { city: City @shareable } type City { id: ID! @shareable people: Int districts: [District] @shareable }"
            " type District { number: Int @shareable people: Int }",
            {"Query": {"city": {"id": "1", "people": 21, "districts": [{"number": 1, "people": 2}]}}},
        ),
    )
    assert await gateway.data("{ city { id name people districts { number name people } } }") == {
        "city": {
            "id": "1",
            "name": "Chengdu",
            "people": 21,
            "districts": [{"number": 1, "name": "Jinjiang", "people": 2}],
        }
    }
    assert await gateway.data("{ city { people } }") == {"city": {"people": 21}}
    assert [name for name, _ in gateway.fetched()] == ["names", "people", "people"]


async def test_an_object_without_key_is_reached_through_the_entity_it_belongs_to() -> None:
    gateway = Federated(
        Served(
            "a",
            'type Query { product: Product } type Product @key(fields: "id") { id: ID! category: Category @shareable }'
            " type Category { name: String @shareable }",
            {"Query": {"product": {"id": "1", "category": {"name": "Tables"}}}},
        ),
        Served(
            "b",
            'type Product @key(fields: "id") { id: ID! category: Category @shareable } type Category { details: String }',
            {"Product": [{"id": "1", "category": {"details": "All of wood"}}]},
        ),
    )
    assert await gateway.data("{ product { category { name details } } }") == {
        "product": {"category": {"name": "Tables", "details": "All of wood"}}
    }


async def test_an_overridden_field_is_asked_of_its_new_owner() -> None:
    gateway = Federated(
        Served(
            "old",
            'type Query { user: User } type User @key(fields: "id") { id: ID! name: String age: Int }',
            {"Query": {"user": {"id": "1", "name": "old", "age": 36}}},
        ),
        Served(
            "new",
            'type User @key(fields: "id") { id: ID! name: String @override(from: "old") }',
            {"User": [{"id": "1", "name": "new"}]},
        ),
    )
    assert await gateway.data("{ user { name age } }") == {"user": {"name": "new", "age": 36}}


async def test_a_key_that_only_the_extension_marks_external_can_still_be_asked() -> None:
    gateway = Federated(
        Served(
            "users",
            'type Query { users: [User] } type User @key(fields: "id") { id: ID! name: String }',
            {"Query": {"users": [{"id": "1"}]}, "User": [{"id": "1", "name": "Ada"}]},
        ),
        Served(
            "reviews",
            'type Query { review: Review } type Review { by: User } type User @extends @key(fields: "id")'
            " { id: ID! @external reviews: Int }",
            {"Query": {"review": {"by": {"id": "1", "reviews": 5}}}, "User": [{"id": "1", "reviews": 5}]},
        ),
    )
    assert await gateway.data("{ review { by { id name reviews } } }") == {
        "review": {"by": {"id": "1", "name": "Ada", "reviews": 5}}
    }
