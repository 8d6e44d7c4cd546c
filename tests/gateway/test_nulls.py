"""Null where the type forbids it goes up to the next place that may be null, as if one schema answered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.subgraphs import Federated, Served


def gateway(entity: Any) -> Federated:
    """`must` and `may` come from the second subgraph, which answers with `entity`."""
    item = {"id": "1", "name": "One"}
    return Federated(
        Served(
            "a",
            """
            type Query { item: Item must: Item! list: [Item] full: [Item!] strict: [Item!]! box: Box }
            type Box { item: Item! note: String }
            type Item @key(fields: "id") { id: ID! name: String }
            """,
            {
                "Query": {
                    "item": item,
                    "must": item,
                    "list": [item, {"id": "2", "name": "Two"}],
                    "full": [item, item],
                    "strict": [item],
                    "box": {"item": item, "note": "n"},
                }
            },
        ),
        Served(
            "b",
            'type Item @key(fields: "id") { id: ID! must: String! may: String }',
            {"Item": [] if entity is None else [entity, {"id": "2", "must": "two", "may": "two"}]},
        ),
    )


@pytest.mark.parametrize(
    ("query", "data", "path"),
    [
        ("{ item { name may } }", {"item": {"name": "One", "may": None}}, None),
        ("{ item { name must } }", {"item": None}, ["item", "must"]),
        ("{ list { must } }", {"list": [None, None]}, ["list", 0, "must"]),
        ("{ full { must } }", {"full": None}, ["full", 0, "must"]),
        ("{ box { note item { must } } }", {"box": None}, ["box", "item", "must"]),
        ("{ strict { must } item { name } }", None, ["strict", 0, "must"]),
        ("{ must { must } }", None, ["must", "must"]),
    ],
)
async def test_an_entity_that_is_not_there(query: str, data: Any, path: Any) -> None:
    answer = await gateway(None).ask(query)
    assert answer.data == data
    assert [error["path"] for error in answer.errors][:1] == ([path] if path else [])
    assert all("non-nullable field Item.must" in error["message"] for error in answer.errors)


async def test_an_error_of_the_subgraph_explains_its_null() -> None:
    """The subgraph makes the entity null itself, and says why; the gateway adds nothing."""
    answer = await gateway({"id": "1", "must": ValueError("broken"), "may": "m"}).ask("{ list { name must may } }")
    assert answer.data == {"list": [None, {"name": "Two", "must": "two", "may": "two"}]}
    assert [(error["path"], error["message"]) for error in answer.errors] == [(["list", 0, "must"], "broken")]


async def test_a_nullability_that_only_another_subgraph_has_promised_is_not_the_clients() -> None:
    """`name: String!` in one and `name: String` in the other is `String` to the client."""
    gateway = Federated(
        Served(
            "a",
            "type Query { user: User @shareable } type User { name: String! @shareable }",
            {"Query": {"user": None}},
        ),
        Served("b", "type Query { user: User @shareable } type User { name: String @shareable age: Int }"),
    )
    assert await gateway.data("{ user { name } }") == {"user": None}


async def test_null_in_lists_of_lists() -> None:
    gateway = Federated(
        Served(
            "a",
            "type Query { grid: [[Int!]]! deep: [[[Int]!]] }",
            {"Query": {"grid": [[1], None], "deep": [[[1, None]], None]}},
        )
    )
    assert await gateway.data("{ grid deep }") == {"grid": [[1], None], "deep": [[[1, None]], None]}
