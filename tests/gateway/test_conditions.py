"""@skip and @include: what is left out is neither in the answer nor asked of anybody."""

from __future__ import annotations

import pytest

from tests.gateway.subgraphs import Federated, Served


def gateway() -> Federated:
    return Federated(
        Served(
            "a",
            'type Query { user: User } type User @key(fields: "id") { id: ID! name: String email: String }',
            {"Query": {"user": {"id": "1", "name": "Ada", "email": "a@example.org"}}},
        ),
        Served(
            "b",
            'type User @key(fields: "id") { id: ID! email: String @external visits: Int mail: Int @requires(fields: "email") }',
            {"User": [{"id": "1", "visits": 3, "mail": 9}]},
        ),
    )


QUERY = """
    query ($visits: Boolean!, $bare: Boolean = false) {
        user { name visits @include(if: $visits) ...More @skip(if: $bare) }
    }
    fragment More on User { email }
"""


@pytest.mark.parametrize(
    ("variables", "user", "asked"),
    [
        ({"visits": True}, {"name": "Ada", "visits": 3, "email": "a@example.org"}, ["a", "b"]),
        ({"visits": False}, {"name": "Ada", "email": "a@example.org"}, ["a"]),
        ({"visits": False, "bare": True}, {"name": "Ada"}, ["a"]),
    ],
)
async def test_by_variables(variables: dict[str, bool], user: object, asked: list[str]) -> None:
    federated = gateway()
    assert await federated.data(QUERY, **variables) == {"user": user}
    assert [name for name, _ in federated.fetched()] == asked
    assert all("email" in text for name, text in federated.fetched() if name == "a" and not variables.get("bare"))


async def test_one_occurrence_that_is_included_is_enough() -> None:
    federated = gateway()
    query = "query ($no: Boolean!) { user { name @include(if: $no) ... on User { name } visits @skip(if: true) } }"
    assert await federated.data(query, no=False) == {"user": {"name": "Ada"}}


async def test_an_object_of_which_everything_is_left_out_is_still_there() -> None:
    federated = gateway()
    query = "query ($no: Boolean!) { user { name @include(if: $no) visits @include(if: $no) } }"
    assert await federated.data(query, no=False) == {"user": {}}
    assert [name for name, _ in federated.fetched()] == ["a"]


async def test_an_operation_of_which_everything_is_left_out_asks_nobody() -> None:
    federated = gateway()
    assert await federated.data("{ user @skip(if: true) { name } }") == {}
    assert federated.fetched() == []


async def test_variables_of_conditions_are_not_passed_on() -> None:
    federated = gateway()
    await federated.data("query ($yes: Boolean!) { user { name @include(if: $yes) } }", yes=True)
    assert federated.fetched() == [("a", "query{user{name}}")]


async def test_a_requirement_is_not_fetched_for_a_field_that_is_left_out() -> None:
    federated = gateway()
    await federated.data("query ($yes: Boolean!) { user { name mail @skip(if: $yes) } }", yes=True)
    assert federated.fetched() == [("a", "query{user{name}}")]
