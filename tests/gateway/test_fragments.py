"""Fragments: named, inline, nested, with type conditions; fields wanted in several of them are joined."""

from __future__ import annotations

import pytest

from tests.gateway.subgraphs import Federated, Served


def gateway() -> Federated:
    return Federated(
        Served(
            "a",
            """
            type Query { user: User node: Node }
            interface Node { id: ID! }
            interface Named implements Node { id: ID! name: String }
            type User implements Node & Named @key(fields: "id") { id: ID! name: String home: Home }
            type Home { city: String street: String }
            """,
            {
                "Query": {
                    "user": {"id": "1", "name": "Ada", "home": {"city": "London", "street": "Square"}},
                    "node": {"__typename": "User", "id": "1", "name": "Ada", "home": None},
                }
            },
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! visits: Int friend: User }',
            {"User": [{"id": "1", "visits": 3, "friend": {"id": "1", "visits": 3}}]},
        ),
    )


@pytest.mark.parametrize(
    ("query", "data"),
    [
        (
            "{ user { ...A ...B } } fragment A on User { name home { city } } fragment B on User { visits home { street } }",
            {"user": {"name": "Ada", "home": {"city": "London", "street": "Square"}, "visits": 3}},
        ),
        (
            "{ user { ... { name } ... on User { visits ... on Named { n: name ... on Node { id } } } } }",
            {"user": {"name": "Ada", "visits": 3, "n": "Ada", "id": "1"}},
        ),
        (
            "{ ...R user { visits } } fragment R on Query { user { ...U } } fragment U on User { friend { ...F } } fragment F on User { name }",
            {"user": {"friend": {"name": None}, "visits": 3}},
        ),
        (
            "{ node { ... on Named { name ... on User { visits } } ... on User { home { city } } } }",
            {"node": {"name": "Ada", "visits": 3, "home": None}},
        ),
    ],
    ids=["joined", "nested", "at the root", "of interfaces"],
)
async def test_fragments(query: str, data: object) -> None:
    federated = gateway()
    answer = await federated.ask(query)
    assert answer.data == data


async def test_the_order_is_that_of_the_document() -> None:
    answer = await gateway().data("{ user { visits ...A id } } fragment A on User { home { street city } name visits }")
    assert list(answer["user"]) == ["visits", "home", "name", "id"]
    assert list(answer["user"]["home"]) == ["street", "city"]
