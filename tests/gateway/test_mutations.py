"""Mutations: root fields one after the other, each with all that it needs, whatever subgraphs they lie in."""

from __future__ import annotations

from typing import Any

from gateway.request import SubgraphUnreachable
from tests.gateway.subgraphs import Federated, Served


class Counter:
    """A number that two subgraphs add to, and what they did in turn."""

    def __init__(self) -> None:
        self.number = 0
        self.told: list[str] = []

    def add(self, _source: Any, by: int) -> dict[str, Any]:
        self.number += by
        self.told.append(f"add {by}")
        return {"id": "c", "number": self.number}

    def double(self, _source: Any) -> dict[str, Any]:
        self.number *= 2
        self.told.append("double")
        return {"id": "c"}

    def now(self, _source: Any) -> int:
        self.told.append("read")
        return self.number


def gateway(counter: Counter) -> Federated:
    return Federated(
        Served(
            "a",
            'type Query { n: Int } type Mutation { add(by: Int!): Counter } type Counter @key(fields: "id") { id: ID! number: Int }',
            {"Mutation": {"add": counter.add}, "Counter": [{"id": "c", "number": counter.now}]},
        ),
        Served(
            "b",
            'type Mutation { double: Counter } type Counter @key(fields: "id") { id: ID! note: String }',
            {
                "Mutation": {"double": counter.double},
                "Counter": [{"id": "c", "note": lambda _source: f"note at {counter.now(None)}"}],
            },
        ),
    )


async def test_each_waits_for_all_of_the_one_before() -> None:
    counter = Counter()
    query = (
        "mutation { a: add(by: 1) { number note } double { number } b: add(by: 5) { note } c: add(by: 1) { number } }"
    )
    assert await gateway(counter).data(query) == {
        "a": {"number": 1, "note": "note at 1"},
        "double": {"number": 2},
        "b": {"note": "note at 7"},
        "c": {"number": 8},
    }
    assert counter.told == ["add 1", "read", "double", "read", "add 5", "read", "add 1"]


async def test_only_the_root_is_a_mutation() -> None:
    federated = gateway(Counter())
    await federated.data("mutation M($by: Int!) { add(by: $by) { note } __typename }", by=2)
    (first,), (second,) = federated.subgraphs["a"].asked, federated.subgraphs["b"].asked
    assert (first.operation, first.query) == ("mutation", "mutation($by:Int!){add(by: $by){id}}")
    assert second.operation == "query"
    assert second.query.startswith("query(")


async def test_one_that_fails_does_not_keep_the_next_from_being_done() -> None:
    counter = Counter()
    federated = gateway(counter)
    federated.subgraphs["b"].failing = SubgraphUnreachable("b", "SUBGRAPH_AWAY")
    answer = await federated.ask("mutation { double { number } add(by: 1) { number } }")
    assert answer.data == {"double": None, "add": {"number": 1}}
    assert [error["path"] for error in answer.errors] == [["double"]]


async def test_the_root_of_queries_below_a_mutation_is_asked_wherever_its_fields_lie() -> None:
    federated = Federated(
        Served(
            "a",
            "type Query { one: Int } type Mutation { save: Saved } type Saved { query: Query done: Int }",
            {"Mutation": {"save": {"done": 1, "query": {"one": 5}}}},
        ),
        Served(
            "b",
            'type Query { two: Int user: User } type User @key(fields: "id") { id: ID! }',
            {"Query": {"two": 2, "user": {"id": "1"}}},
        ),
    )
    assert await federated.data("mutation { save { done query { one two user { id } q: __typename } } }") == {
        "save": {"done": 1, "query": {"one": 5, "two": 2, "user": {"id": "1"}, "q": "Query"}}
    }
    assert [name for name, _ in federated.fetched()] == ["a", "b"]
    assert 'Flatten(path: "save.query")' in federated.plan("mutation { save { query { two } } }")
