"""@provides: a field of another subgraph that this one can answer too, on the path that says so."""

from __future__ import annotations

from tests.gateway.subgraphs import Federated, Served

USERS = """
    type Query { user: User }
    type User @key(fields: "id") { id: ID! name: String @shareable address: Address @shareable }
    type Address { city: String @shareable street: String @shareable }
"""
ADA = {"id": "1", "name": "Ada", "address": {"city": "London", "street": "Square"}}


def gateway() -> Federated:
    return Federated(
        Served("users", USERS, {"Query": {"user": ADA}, "User": [ADA]}),
        Served(
            "reviews",
            """
            type Query { latest: Review  longest: Review }
            type Review { body: String author: User @provides(fields: "name address { city }") editor: User }
            type User @key(fields: "id") { id: ID! name: String @external address: Address @external reviews: Int }
            type Address { city: String @external }
            """,
            {
                "Query": {
                    "latest": {
                        "body": "Nice",
                        "author": {"id": "1", "name": "Ada", "address": {"city": "London"}},
                        "editor": {"id": "1"},
                    }
                }
            },
        ),
    )


async def test_what_is_provided_is_not_fetched_elsewhere() -> None:
    federated = gateway()
    assert await federated.data("{ latest { author { name address { city } } } }") == {
        "latest": {"author": {"name": "Ada", "address": {"city": "London"}}}
    }
    assert [name for name, _ in federated.fetched()] == ["reviews"]


async def test_on_other_paths_it_is_fetched_from_its_owner() -> None:
    federated = gateway()
    assert await federated.data("{ latest { editor { name } } }") == {"latest": {"editor": {"name": "Ada"}}}
    assert [name for name, _ in federated.fetched()] == ["users", "reviews"]


async def test_what_is_not_provided_is_fetched_from_its_owner() -> None:
    federated = gateway()
    assert await federated.data("{ latest { author { name address { city street } } } }") == {
        "latest": {"author": {"name": "Ada", "address": {"city": "London", "street": "Square"}}}
    }
    assert [name for name, _ in federated.fetched()] == ["users", "reviews"]


ANIMALS = """
    type Query { dog: Dog cat: Cat }
    interface Animal { id: ID! name: String }
    type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
    type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
"""


async def test_provided_behind_an_interface() -> None:
    federated = Federated(
        Served("animals", ANIMALS, {"Dog": [{"id": "d", "age": 3}], "Cat": [{"id": "c", "age": 5}]}),
        Served(
            "zoo",
            """
            type Query { sleeping: Animal @shareable everyone: [Animal] @provides(fields: "name") }
            interface Animal { id: ID! name: String }
            type Dog implements Animal @key(fields: "id") { id: ID! name: String @external }
            type Cat implements Animal @key(fields: "id") { id: ID! name: String @external }
            """,
            {
                "Query": {
                    "everyone": [
                        {"__typename": "Dog", "id": "d", "name": "Fido"},
                        {"__typename": "Cat", "id": "c", "name": "Tom"},
                    ]
                }
            },
        ),
    )
    assert await federated.data("{ everyone { __typename name } }") == {
        "everyone": [{"__typename": "Dog", "name": "Fido"}, {"__typename": "Cat", "name": "Tom"}]
    }
    assert [name for name, _ in federated.fetched()] == ["zoo"]
    assert await federated.data("{ everyone { name ... on Cat { age } } }") == {
        "everyone": [{"name": "Fido"}, {"name": "Tom", "age": 5}]
    }


async def test_provided_for_one_member_of_a_union_only() -> None:
    federated = Federated(
        Served(
            "media",
            """
            type Query { book: Book }
            type Book @key(fields: "id") { id: ID! title: String @shareable }
            type Film @key(fields: "id") { id: ID! title: String }
            """,
            {"Book": [{"id": "b", "title": "Emma"}], "Film": [{"id": "f", "title": "Heat"}]},
        ),
        Served(
            "shelf",
            """
            type Query { shelf: [Media] @provides(fields: "... on Book { title }") }
            union Media = Book | Film
            type Book @key(fields: "id") { id: ID! title: String @external }
            type Film @key(fields: "id") { id: ID! }
            """,
            {
                "Query": {
                    "shelf": [{"__typename": "Book", "id": "b", "title": "Emma"}, {"__typename": "Film", "id": "f"}]
                }
            },
        ),
    )
    query = "{ shelf { ... on Book { title } ... on Film { title } } }"
    assert await federated.data(query) == {"shelf": [{"title": "Emma"}, {"title": "Heat"}]}
    (request,) = [one for one in federated.subgraphs["media"].asked]
    assert request.variables == {"representations": [{"__typename": "Film", "id": "f"}]}
