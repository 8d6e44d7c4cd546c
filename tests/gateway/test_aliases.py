"""Names: the client's, and those that the gateway needs beside them."""

from __future__ import annotations

from typing import Any

from tests.gateway.subgraphs import Federated, Served


def gateway() -> Federated:
    def greet(_source: Any, word: str = "hi", to: str | None = None) -> str:
        return f"{word} {to}"

    def friend(source: Any, number: int) -> Any:
        return {"id": str(number), "name": f"friend {number}", "greet": greet, "friend": friend}

    ada = {"id": "1", "name": "Ada", "greet": greet, "friend": friend}
    return Federated(
        Served(
            "a",
            """
            type Query { user: User greet(word: String = "hi", to: String): String filter(by: Filter): String }
            input Filter { words: [String!] least: Float = 1.5 kind: Kind }
            enum Kind { GOOD BAD }
            type User @key(fields: "id") {
                id: ID! name: String greet(word: String = "hi", to: String): String friend(number: Int!): User
            }
            """,
            {"Query": {"user": ada, "greet": greet, "filter": lambda _source, by: repr(by)}},
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! visits(since: Int): Int }',
            {"User": [{"id": str(number), "visits": lambda source, since: since} for number in range(10)]},
        ),
    )


async def test_a_name_of_the_client_for_another_field_does_not_hide_the_key() -> None:
    assert await gateway().data("{ user { id: name visits(since: 3) __typename: name } }") == {
        "user": {"id": "Ada", "visits": 3, "__typename": "Ada"}
    }


async def test_one_field_under_several_names_and_with_several_arguments() -> None:
    federated = gateway()
    query = """{ user {
        a: name b: name greet one: greet(word: "a") two: greet(word: "b")
        f1: friend(number: 1) { name } f2: friend(number: 2) { n: name visits(since: 2) }
        x: visits(since: 1) y: visits(since: 2)
    } }"""
    assert await federated.data(query) == {
        "user": {
            "a": "Ada",
            "b": "Ada",
            "greet": "hi None",
            "one": "a None",
            "two": "b None",
            "f1": {"name": "friend 1"},
            "f2": {"n": "friend 2", "visits": 2},
            "x": 1,
            "y": 2,
        }
    }


async def test_two_names_for_the_same_objects_with_other_fields() -> None:
    assert await gateway().data("{ p: user { name } q: user { visits(since: 4) } }") == {
        "p": {"name": "Ada"},
        "q": {"visits": 4},
    }


async def test_variables_go_where_they_are_used_and_nowhere_else() -> None:
    federated = gateway()
    query = """query ($word: String!, $to: String, $since: Int = 7, $unasked: String = "d") {
        greet(word: $word, to: $unasked) user { greet(to: $to) visits(since: $since) }
    }"""
    assert await federated.data(query, word="hello") == {
        "greet": "hello d",
        "user": {"greet": "hi None", "visits": 7},
    }
    (first,), (second,) = federated.subgraphs["a"].asked, federated.subgraphs["b"].asked
    assert first.variables == {"word": "hello", "unasked": "d"}
    assert "$since" not in first.query
    assert second.variables.keys() == {"representations", "since"}
    assert "$word" not in second.query


async def test_a_variable_that_is_called_as_the_gateways_own() -> None:
    assert await gateway().data(
        "query ($representations: Int) { user { visits(since: $representations) } }", representations=2
    ) == {"user": {"visits": 2}}


async def test_variables_within_input_objects() -> None:
    query = "query ($words: [String!], $kind: Kind) { filter(by: { words: $words, kind: $kind }) }"
    assert await gateway().data(query, words="one", kind="BAD") == {
        "filter": "{'words': ['one'], 'least': 1.5, 'kind': 'BAD'}"
    }
