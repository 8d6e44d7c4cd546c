"""Shapes of federated schemas that gateways are known to stumble over, each with the one right answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.subgraphs import Federated, Served


async def test_a_key_through_a_list() -> None:
    gateway = Federated(
        Served(
            "link",
            'type Product @key(fields: "id") @key(fields: "id pid") { id: ID! pid: ID! }',
            {"Product": [{"id": "1", "pid": "p1"}, {"id": "2", "pid": "p2"}]},
        ),
        Served(
            "list",
            """
            type ProductList @key(fields: "products { id pid }") { products: [Product!]! first: Product @shareable }
            type Product @key(fields: "id pid") { id: ID! pid: ID! }
            """,
            {
                "ProductList": [
                    {
                        "products": [{"id": "1", "pid": "p1"}, {"id": "2", "pid": "p2"}],
                        "first": {"id": "1", "pid": "p1"},
                    }
                ]
            },
        ),
        Served(
            "top",
            """
            type Query { top: ProductList! }
            type ProductList @key(fields: "products { id }") { products: [Product!]! @shareable }
            type Product @key(fields: "id") { id: ID! }
            """,
            {"Query": {"top": {"products": [{"id": "1"}, {"id": "2"}]}}},
        ),
        Served(
            "price",
            """
            type ProductList @key(fields: "products { id pid }") { products: [Product!]! first: Product @shareable }
            type Product @key(fields: "id pid") { id: ID! pid: ID! price: Int }
            """,
            {
                "Product": [{"id": "1", "pid": "p1", "price": 10}, {"id": "2", "pid": "p2", "price": 20}],
                "ProductList": [{"products": [], "first": {"id": "1", "pid": "p1", "price": 10}}],
            },
        ),
    )
    assert await gateway.data("{ top { products { id pid price } first { id } } }") == {
        "top": {
            "products": [{"id": "1", "pid": "p1", "price": 10}, {"id": "2", "pid": "p2", "price": 20}],
            "first": {"id": "1"},
        }
    }


async def test_a_mash_of_keys() -> None:
    gateway = Federated(
        Served(
            "a",
            """
            type Query { b: B }
            type B { a: [A!] }
            type A @key(fields: "id pid") @key(fields: "id composite { one two }") { id: ID! pid: ID! composite: AId! name: String }
            type AId @shareable { one: ID! two: ID! }
            """,
            {"Query": {"b": {"a": [{"id": "1", "pid": "p", "composite": {"one": "x", "two": "y"}, "name": "n"}]}}},
        ),
        Served(
            "b",
            """
            type A @key(fields: "id composite { two }", resolvable: false) @key(fields: "id composite { one two }") {
                id: ID! composite: AId! more: Int
            }
            type AId @shareable { one: ID! two: ID! }
            """,
            {"A": [{"id": "1", "composite": {"one": "x", "two": "y"}, "more": 7}]},
        ),
        Served(
            "c",
            """
            type A @key(fields: "id composite { two }") { id: ID! composite: AId! most: Int }
            type AId @shareable { two: ID! }
            """,
            {"A": [{"id": "1", "composite": {"two": "y"}, "most": 9}]},
        ),
    )
    assert await gateway.data("{ b { a { name more most } } }") == {"b": {"a": [{"name": "n", "more": 7, "most": 9}]}}
    assert [one.variables["representations"] for one in gateway.subgraphs["c"].asked] == [
        [{"__typename": "A", "id": "1", "composite": {"two": "y"}}]
    ]


async def test_what_is_provided_further_down() -> None:
    gateway = Federated(
        Served(
            "categories",
            """
            type Query { categories: [Category] }
            type Category @key(fields: "id") { id: ID! name: String @shareable children: [Category] @shareable }
            """,
            {"Query": {"categories": []}, "Category": [{"id": "c", "name": "Wood", "children": []}]},
        ),
        Served(
            "products",
            """
            type Query { products: [Product] @provides(fields: "categories { id name children { id name } }") }
            type Product @key(fields: "id") { id: ID! categories: [Category] @external }
            type Category @key(fields: "id") { id: ID! name: String @external children: [Category] @external }
            """,
            {
                "Query": {
                    "products": [
                        {
                            "id": "1",
                            "categories": [{"id": "c", "name": "Wood", "children": [{"id": "d", "name": "Oak"}]}],
                        }
                    ]
                }
            },
        ),
        Served(
            "assortment",
            """
            type Product @key(fields: "id") { id: ID! categories: [Category] @shareable price: Int }
            type Category @key(fields: "id") { id: ID! }
            """,
            {"Product": [{"id": "1", "categories": [{"id": "c"}], "price": 3}]},
        ),
    )
    assert await gateway.data("{ products { id categories { name children { id name } } } }") == {
        "products": [{"id": "1", "categories": [{"name": "Wood", "children": [{"id": "d", "name": "Oak"}]}]}]
    }
    assert [name for name, _ in gateway.fetched()] == ["products"]


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ('{ node(id: "u1") { id ... on User { name } } }', {"node": {"id": "u1", "name": "Ada"}}),
        (
            '{ node(id: "p1") { id __typename ... on Product { price } } }',
            {"node": {"id": "p1", "__typename": "Product", "price": 5}},
        ),
        ('{ node(id: "x") { id } }', {"node": None}),
    ],
)
async def test_node(query: str, data: Any) -> None:
    """One subgraph knows every id, and of every type no more than that."""

    def node(_source: Any, id: str) -> Any:
        kind = {"u": "User", "p": "Product"}.get(id[0])
        return kind and {"__typename": kind, "id": id}

    gateway = Federated(
        Served(
            "nodes",
            """
            type Query { node(id: ID!): Node }
            interface Node { id: ID! }
            type User implements Node @key(fields: "id") { id: ID! }
            type Product implements Node @key(fields: "id") { id: ID! }
            """,
            {"Query": {"node": node}},
        ),
        Served(
            "users", 'type User @key(fields: "id") { id: ID! name: String }', {"User": [{"id": "u1", "name": "Ada"}]}
        ),
        Served(
            "shop", 'type Product @key(fields: "id") { id: ID! price: Int }', {"Product": [{"id": "p1", "price": 5}]}
        ),
    )
    assert await gateway.data(query) == data


async def test_an_enum_whose_values_differ() -> None:
    """To be given, a value must be known to all; to be answered, to one."""
    gateway = Federated(
        Served(
            "a",
            "type Query { kinds: [Kind] kind(of: Given): String } enum Kind { A B } enum Given { X Y }",
            {"Query": {"kinds": ["A", "B"], "kind": lambda _source, of: of}},
        ),
        Served(
            "b",
            "type Query { last: Kind other(of: Given): String } enum Kind { B C } enum Given { Y Z }",
            {"Query": {"last": "C", "other": lambda _source, of: of}},
        ),
    )
    assert await gateway.data("{ kinds last kind(of: Y) other(of: Y) }") == {
        "kinds": ["A", "B"],
        "last": "C",
        "kind": "Y",
        "other": "Y",
    }


async def test_an_input_that_each_knows_in_part() -> None:
    gateway = Federated(
        Served(
            "a",
            "type Query { a(by: By!): String } input By { both: Int! first: Int }",
            {"Query": {"a": lambda _s, by: str(by)}},
        ),
        Served(
            "b",
            "type Query { b(by: By!): String } input By { both: Int second: Int }",
            {"Query": {"b": lambda _s, by: str(by)}},
        ),
    )
    query = "query ($by: By!) { a(by: $by) b(by: { both: 2 }) }"
    assert await gateway.data(query, by={"both": 1}) == {"a": "{'both': 1}", "b": "{'both': 2}"}


async def test_children_of_one_name_whose_types_differ() -> None:
    """`id: ID` and `id: ID!` of two members, asked by the client under one name through an interface."""
    gateway = Federated(
        Served(
            "a",
            """
            type Query { users: [Account!]! }
            union Account = User | Admin
            type User @key(fields: "id") { id: ID name: String similar: [Account] }
            type Admin @key(fields: "id") { id: ID name: String similar: [Account] }
            """,
            {"Query": {"users": [{"__typename": "User", "id": "u", "similar": [{"__typename": "Admin", "id": "a"}]}]}},
        ),
        Served(
            "b",
            'type Admin @key(fields: "id") { id: ID! photo: String } type User @key(fields: "id") { id: ID photo: String }',
            {"Admin": [{"id": "a", "photo": "pa"}], "User": [{"id": "u", "photo": "pu"}]},
        ),
    )
    query = """{ users {
        ... on User { id photo similar { ... on Admin { id photo } ... on User { id photo } } }
        ... on Admin { id name }
    } }"""
    assert await gateway.data(query) == {"users": [{"id": "u", "photo": "pu", "similar": [{"id": "a", "photo": "pa"}]}]}


async def test_an_interface_that_comes_back_to_itself() -> None:
    gateway = Federated(
        Served(
            "a",
            "type Query { product: Product } interface Product { samePrice: [Product] } "
            'type Book implements Product @key(fields: "id") { id: ID! samePrice: [Product] }',
            {
                "Query": {
                    "product": {
                        "__typename": "Book",
                        "id": "1",
                        "samePrice": [
                            {"__typename": "Book", "id": "2", "samePrice": [{"__typename": "Book", "id": "1"}]}
                        ],
                    }
                }
            },
        ),
        Served(
            "b",
            'type Book @key(fields: "id") { id: ID! price: Float }',
            {"Book": [{"id": one, "price": 1.5} for one in "12"]},
        ),
    )
    query = "{ product { samePrice { ... on Book { price } samePrice { ... on Book { id price } } } } }"
    assert await gateway.data(query) == {
        "product": {"samePrice": [{"price": 1.5, "samePrice": [{"id": "1", "price": 1.5}]}]}
    }


async def test_inaccessible_fields_and_keys_are_used_and_not_shown() -> None:
    gateway = Federated(
        Served(
            "a",
            'type Query { user: User } type User @key(fields: "secret") { secret: ID! @inaccessible name: String }',
            {"Query": {"user": {"secret": "s", "name": "Ada"}}},
        ),
        Served(
            "b",
            'type User @key(fields: "secret") { secret: ID! @inaccessible age: Int }',
            {"User": [{"secret": "s", "age": 36}]},
        ),
    )
    assert await gateway.data("{ user { name age } }") == {"user": {"name": "Ada", "age": 36}}


async def test_a_field_that_moves_and_is_required() -> None:
    gateway = Federated(
        Served(
            "a",
            """
            type Query { user: User }
            type User @key(fields: "id") { id: ID! name: String @override(from: "b") born: Int }
            """,
            {
                "Query": {"user": {"id": "1", "name": "from a", "born": 1815}},
                "User": [{"id": "1", "name": "from a", "born": 1815}],
            },
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! name: String }',
            {"User": [{"id": "1", "name": "from b"}]},
        ),
        Served(
            "c",
            """
            type Query { other: User }
            type User @key(fields: "id") { id: ID! name: String @external greeting: String @requires(fields: "name") }
            """,
            {
                "Query": {"other": {"id": "1"}},
                "User": [{"id": "1", "greeting": lambda source: f"hello {source['name']}"}],
            },
        ),
    )
    assert await gateway.data("{ user { greeting } other { name greeting } }") == {
        "user": {"greeting": "hello from a"},
        "other": {"name": "from a", "greeting": "hello from a"},
    }


async def test_shared_roots_of_lists_and_of_entities() -> None:
    """Each subgraph has the whole list, in one order, and of every object something of its own."""

    def part(name: str, field: str) -> Served:
        objects = [{"id": str(number), field: f"{field} {number}"} for number in range(2)]
        return Served(
            name,
            f"type Query {{ products: [Product!]! @shareable }} type Product {{ id: ID! @shareable {field}: String }}",
            {"Query": {"products": objects}},
        )

    gateway = Federated(part("names", "name"), part("prices", "price"), part("shelves", "shelf"))
    assert await gateway.data("{ products { id name price shelf } }") == {
        "products": [
            {"id": str(number), "name": f"name {number}", "price": f"price {number}", "shelf": f"shelf {number}"}
            for number in range(2)
        ]
    }
    assert await gateway.data("{ products { id shelf } }") == {
        "products": [{"id": "0", "shelf": "shelf 0"}, {"id": "1", "shelf": "shelf 1"}]
    }
    assert [name for name, _ in gateway.fetched()] == ["names", "prices", "shelves", "shelves"]


async def test_parts_of_a_parent_are_brought_together_over_its_key() -> None:
    """Objects without key lie below an entity that three subgraphs have; the one in the middle knows only the key."""
    gateway = Federated(
        Served(
            "d",
            'type Query { product(id: ID!): Product } type Product @key(fields: "id") { id: ID! name: String }',
            {"Query": {"product": lambda _s, id: {"id": id, "name": "Table"}}},
        ),
        Served(
            "a",
            'type Product @key(fields: "id") @key(fields: "pid") { id: ID! pid: ID! category: Category @shareable }'
            " type Category { id: ID! @shareable }",
            {"Product": [{"id": "1", "pid": "p1", "category": {"id": "c"}}]},
        ),
        Served(
            "c",
            'type Product @key(fields: "pid") { pid: ID! category: Category @shareable }'
            " type Category { id: ID! @shareable details: String }",
            {"Product": [{"pid": "p1", "category": {"id": "c", "details": "of wood"}}]},
        ),
    )
    assert await gateway.data('{ product(id: "1") { name category { id details } } }') == {
        "product": {"name": "Table", "category": {"id": "c", "details": "of wood"}}
    }


async def test_required_of_an_interface_and_of_what_lies_below_it() -> None:
    gateway = Federated(
        Served(
            "a",
            """
            type Query { user: User }
            type User @key(fields: "id") { id: ID! name: String }
            """,
            {"Query": {"user": {"id": "1", "name": "Ada"}}},
        ),
        Served(
            "b",
            """
            type User @key(fields: "id") { id: ID! address: Address }
            interface Address { id: ID! }
            type Home implements Address @key(fields: "id") { id: ID! city: String }
            type Work implements Address @key(fields: "id") { id: ID! city: String }
            """,
            {"User": [{"id": "1", "address": {"__typename": "Work", "id": "w", "city": "London"}}]},
        ),
        Served(
            "c",
            """
            type User @key(fields: "id") {
                id: ID! address: Address @external
                town: String @requires(fields: "address { ... on Home { city } ... on Work { city desk } }")
            }
            interface Address { id: ID! }
            type Home implements Address @key(fields: "id") { id: ID! city: String @external }
            type Work implements Address @key(fields: "id") { id: ID! city: String @external desk: Int @external }
            """,
            {"User": [{"id": "1", "town": lambda source: f"{source['address']['city']} {source['address']['desk']}"}]},
        ),
        Served("d", 'type Work @key(fields: "id") { id: ID! desk: Int }', {"Work": [{"id": "w", "desk": 4}]}),
    )
    assert await gateway.data("{ user { name town } }") == {"user": {"name": "Ada", "town": "London 4"}}
    assert [name for name, _ in gateway.fetched()] == ["a", "b", "c", "d"]


async def test_an_entity_that_only_a_third_subgraph_resolves() -> None:
    """The field's own subgraph names the entity; a stub of it elsewhere resolves nothing."""
    gateway = Federated(
        Served(
            "posts",
            'type Query { post: Post } type Post { author: User } type User @key(fields: "id", resolvable: false) { id: ID! }',
            {"Query": {"post": {"author": {"id": "1"}}}},
        ),
        Served(
            "likes",
            'type Query { like: User } type User @key(fields: "id", resolvable: false) { id: ID! }',
            {"Query": {"like": {"id": "1"}}},
        ),
        Served(
            "users", 'type User @key(fields: "id") { id: ID! name: String }', {"User": [{"id": "1", "name": "Ada"}]}
        ),
    )
    assert await gateway.data("{ post { author { name } } like { name } }") == {
        "post": {"author": {"name": "Ada"}},
        "like": {"name": "Ada"},
    }
