"""What goes wrong in a subgraph is told where the client meets it, by the subgraph's name, and without what is its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.engine import Answer, GraphQLErrors
from gateway.request import SubgraphResponse, SubgraphUnreachable
from tests.gateway.subgraphs import Federated, Served

ITEMS = [{"id": "1", "name": "One"}, {"id": "2", "name": "Two"}, {"id": "1", "name": "One"}]


def gateway(entities: Sequence[Any] = ()) -> Federated:
    return Federated(
        Served(
            "a",
            """
            type Query { items: [Item] groups: [[Group]] other: Int count: Int! }
            type Group { item: Item }
            type Item @key(fields: "id") { id: ID! name: String }
            """,
            {
                "Query": {
                    "items": ITEMS,
                    "groups": [[{"item": ITEMS[0]}], None, [{"item": ITEMS[1]}, {"item": None}]],
                    "other": ValueError("no other"),
                }
            },
        ),
        Served(
            "b",
            'type Item @key(fields: "id") { id: ID! stock: Stock secret: Int } type Stock { left: Int places: [Int] }',
            {"Item": list(entities) or [{"id": "1", "stock": {"left": 1}}, {"id": "2", "stock": {"left": 2}}]},
        ),
    )


def paths(answer: Answer) -> list[Any]:
    return [error["path"] for error in answer.errors]


async def test_of_a_root_field() -> None:
    answer = await gateway().ask("{ else: other items { name } }")
    assert answer.data == {"else": None, "items": [{"name": "One"}, {"name": "Two"}, {"name": "One"}]}
    assert list(answer.errors) == [
        {"message": "no other", "path": ["else"], "extensions": {"code": "SUBGRAPH_ERROR", "service": "a"}}
    ]


async def test_of_an_entity_is_told_at_every_place_where_it_occurs() -> None:
    broken = {"id": "1", "stock": {"left": ValueError("not counted"), "places": []}}
    answer = await gateway([broken, {"id": "2", "stock": None}]).ask("{ items { s: stock { l: left } } }")
    assert answer.data == {"items": [{"s": {"l": None}}, {"s": None}, {"s": {"l": None}}]}
    assert paths(answer) == [["items", 0, "s", "l"], ["items", 2, "s", "l"]]


async def test_paths_have_the_indexes_of_all_lists_on_the_way() -> None:
    broken = {"id": "2", "stock": {"left": ValueError("not counted"), "places": []}}
    answer = await gateway([{"id": "1", "stock": {"left": 1}}, broken]).ask("{ groups { item { stock { left } } } }")
    assert paths(answer) == [["groups", 2, 0, "item", "stock", "left"]]


async def test_an_entity_whose_resolution_fails() -> None:
    answer = await gateway([ValueError("no entities today")]).ask("{ items { stock { left } } }")
    assert answer.data == {"items": [{"stock": None}] * 3}
    assert paths(answer) == [["items", 0], ["items", 2], ["items", 1]]
    assert {error["message"] for error in answer.errors} == {"no entities today"}


@pytest.mark.parametrize("code", ["SUBGRAPH_TIMEOUT", "SUBGRAPH_UNREACHABLE"])
async def test_a_subgraph_that_is_away_leaves_the_rest(code: str) -> None:
    federated = gateway()
    federated.subgraphs["b"].failing = SubgraphUnreachable("b", code)
    answer = await federated.ask("{ items { name stock { left } } }")
    assert answer.data == {"items": [{"name": one["name"], "stock": None} for one in ITEMS]}
    assert paths(answer) == [["items", 0], ["items", 1], ["items", 2]]
    assert answer.errors[0]["extensions"] == {"code": code, "service": "b"}
    assert answer.errors[0]["message"]


async def test_the_root_that_is_away_makes_null_what_it_may() -> None:
    federated = gateway()
    federated.subgraphs["a"].failing = SubgraphUnreachable("a", "SUBGRAPH_TIMEOUT")
    answer = await federated.ask("{ items { name } n: other }")
    assert answer.data == {"items": None, "n": None}
    assert paths(answer) == [["items"], ["n"]]
    answer = await federated.ask("{ count }")
    assert answer.data is None
    assert paths(answer) == [["count"]]


async def test_a_defect_of_the_transport_does_not_show(caplog: pytest.LogCaptureFixture) -> None:
    federated = gateway()
    federated.subgraphs["b"].failing = RuntimeError("password=hunter2")
    answer = await federated.ask("{ items { stock { left } } }")
    assert "hunter2" not in str(answer)
    assert answer.errors[0]["extensions"] == {"code": "SUBGRAPH_FAILED", "service": "b"}
    assert "b failed" in caplog.text


@pytest.mark.parametrize(
    "nonsense",
    [
        SubgraphResponse(None),
        SubgraphResponse({"_entities": []}),
        SubgraphResponse({"_entities": [{}] * 3}),
        SubgraphResponse({"_entities": None}),
        SubgraphResponse({"_entities": {"0": {}}}),
        SubgraphResponse({}),
    ],
)
async def test_entities_that_do_not_fit_the_question(nonsense: SubgraphResponse) -> None:
    federated = gateway()
    federated.subgraphs["b"].answer = nonsense
    answer = await federated.ask("{ items { name stock { left } } }")
    assert answer.data == {"items": [{"name": one["name"], "stock": None} for one in ITEMS]}
    assert answer.errors[0]["extensions"] == {"code": "SUBGRAPH_ANSWER_NOT_GRAPHQL", "service": "b"}


@pytest.mark.parametrize(
    "stock",
    [1, "no", [], {"left": "many"}, {"left": 2**31}, {"left": True}, {"left": {}}, {"places": {}}, {"places": ["x"]}],
)
async def test_values_that_are_not_of_their_type(stock: Any) -> None:
    federated = gateway()
    federated.subgraphs["b"].answer = SubgraphResponse({"_entities": [{"stock": stock}, {"stock": {"left": 2}}]})
    answer = await federated.ask("{ items { stock { left places } } }")
    assert answer.data is not None
    assert answer.data["items"][1] == {"stock": {"left": 2, "places": None}}
    assert len(answer.errors) == 2
    assert answer.errors[0]["extensions"] == {"code": "INVALID_VALUE", "service": "b"}
    assert "many" not in str(answer)


@pytest.mark.parametrize("root", [[], "x", {"items": 5}, {"items": [5, None]}])
async def test_a_root_that_is_nonsense(root: Any) -> None:
    federated = gateway()
    federated.subgraphs["a"].answer = SubgraphResponse(root)
    answer = await federated.ask("{ items { stock { left } name } }")
    assert answer.errors
    assert federated.subgraphs["b"].asked == [] or root != {"items": 5}


async def test_of_a_subgraphs_error_only_message_and_code_are_passed_on() -> None:
    federated = gateway()
    federated.subgraphs["a"].answer = SubgraphResponse(
        {"items": None},
        [
            {
                "message": "No such items",
                "path": ["items"],
                "locations": [{"line": 1, "column": 2}],
                "extensions": {"code": "NOT_FOUND", "stacktrace": ["/srv/a.py"], "service": "inner"},
                "debug": "SELECT",
            }
        ],
    )
    answer = await federated.ask("{ items { name } }")
    assert list(answer.errors) == [
        {"message": "No such items", "path": ["items"], "extensions": {"code": "NOT_FOUND", "service": "a"}}
    ]


@pytest.mark.parametrize(
    "error", [{"message": 5}, {"message": ""}, {"reason": "x"}, "down", None, {"message": {"sql": "y"}}]
)
async def test_what_is_no_error_of_graphql_is_not_passed_on(error: Any) -> None:
    federated = gateway()
    federated.subgraphs["a"].answer = SubgraphResponse({"items": None}, [error])
    answer = await federated.ask("{ items { name } }")
    (told,) = answer.errors
    assert told["extensions"] == {"code": "SUBGRAPH_ANSWER_NOT_GRAPHQL", "service": "a"}
    assert "down" not in told["message"]


async def test_an_error_without_a_usable_path_is_told_at_the_root_fields_of_the_fetch() -> None:
    federated = gateway()
    federated.subgraphs["a"].answer = SubgraphResponse(None, [{"message": "not allowed", "path": "items"}])
    answer = await federated.ask("{ i: items { name } other }")
    assert paths(answer) == [["i"], ["other"]]


async def test_an_error_below_what_only_the_gateway_wanted_is_told_at_its_object() -> None:
    federated = Federated(
        Served(
            "a",
            'type Query { item: Item } type Item @key(fields: "id") { id: ID! cost: Int }',
            {"Query": {"item": {"id": "1", "cost": ValueError("no cost")}}},
        ),
        Served(
            "b",
            'type Item @key(fields: "id") { id: ID! cost: Int @external price: Int @requires(fields: "cost") }',
            {"Item": [{"id": "1", "price": 3}]},
        ),
    )
    answer = await federated.ask("{ item { price } }")
    assert answer.data == {"item": {"price": 3}}
    assert paths(answer) == [["item"]]


ENUMS = """
    type Query { size: Size sizes: [Size!] thing: Thing }
    enum Size { SMALL LARGE SECRET @inaccessible }
    interface Thing { id: ID }
    type Seen implements Thing { id: ID }
    type Unseen implements Thing @inaccessible { id: ID }
"""


@pytest.mark.parametrize("size", ["SECRET", "HUGE"])
async def test_values_that_clients_do_not_know(size: str) -> None:
    federated = Federated(Served("a", ENUMS))
    federated.subgraphs["a"].answer = SubgraphResponse({"size": size, "sizes": ["SMALL", size]})
    answer = await federated.ask("{ size sizes }")
    assert answer.data == {"size": None, "sizes": None}
    assert paths(answer)[:2] == [["size"], ["sizes", 1]]
    assert size not in str(answer)


@pytest.mark.parametrize("type_", ["Unseen", "Unknown", None, 5])
async def test_types_that_clients_do_not_know(type_: Any) -> None:
    federated = Federated(Served("a", ENUMS))
    federated.subgraphs["a"].answer = SubgraphResponse({"thing": {"__typename": type_, "id": "1"}})
    answer = await federated.ask("{ thing { id } }")
    assert answer.data == {"thing": None}
    assert paths(answer) == [["thing"]]


async def test_a_slow_subgraph_does_not_hold_up_another() -> None:
    """Both are under way at once: each waits for the other to have been asked."""
    federated = Federated(
        Served("a", "type Query { a: Int }", {"Query": {"a": 1}}),
        Served("b", "type Query { b: Int }", {"Query": {"b": 2}}),
    )
    met = asyncio.Barrier(2)
    for served in federated.subgraphs.values():
        served.before = met.wait
    async with asyncio.timeout(5):
        assert await federated.data("{ a b }") == {"a": 1, "b": 2}


# Before any subgraph is asked


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        ("{ items {", {}, "Syntax Error"),
        ("{ nothing }", {}, "Cannot query field 'nothing'"),
        ("query ($n: Int!) { items { name @skip(if: $n) } }", {"n": 1}, "of type 'Int!' used in position"),
        ("query ($n: Boolean!) { items { name @skip(if: $n) } }", {}, "'$n'"),
        ("query ($n: Boolean!) { items { name @skip(if: $n) } }", {"n": "yes"}, "'$n'"),
        ("subscription { x }", {}, "subscription"),
        ("query A { other } query B { other }", {}, "Must provide operation name"),
    ],
)
async def test_refused_before_anybody_is_asked(query: str, variables: dict[str, Any], message: str) -> None:
    federated = gateway()
    with pytest.raises(GraphQLErrors, match=message.replace("$", r"\$")):
        await federated.ask(query, **variables)
    assert federated.fetched() == []


async def test_one_of_several_operations() -> None:
    federated = gateway()
    document = "query A { items { name } } query B { items { id } }"
    answer = await federated.engine.execute(federated.engine.prepare(document, "B"), {})
    assert answer.data == {"items": [{"id": "1"}, {"id": "2"}, {"id": "1"}]}
    with pytest.raises(GraphQLErrors, match="Unknown operation named 'C'"):
        federated.engine.prepare(document, "C")


def test_an_operation_is_prepared_once_however_it_is_spaced_and_its_arguments_ordered() -> None:
    federated = Federated(Served("a", "type Query { f(a: Int, b: Int): Int g: Int }"))
    one = federated.engine.prepare("{ f(a: 1, b: 2) }")
    assert federated.engine.prepare("query{f(b:2,a:1)} # the same") is one
    assert federated.engine.prepare("{ f(a: 2, b: 1) }") is not one
    assert federated.engine.prepare("{ f(a: 1, b: 2) g }") is not one


async def test_an_operation_that_is_too_deep_is_refused() -> None:
    federated = Federated(Served("a", "type Query { one: One } type One { one: One id: ID }"))
    with pytest.raises(GraphQLErrors):
        await federated.ask("{ one " * 5000 + "{ id }" + "}" * 5000)


async def test_an_operation_that_unfolds_too_far_is_refused() -> None:
    """Every level multiplies by the number of types that the client tells apart, however short the document is."""
    names = [f"T{number}" for number in range(12)]
    types = " ".join(f"type {name} implements Node {{ node: Node {name.lower()}: Int }}" for name in names)
    federated = Federated(Served("a", f"type Query {{ node: Node }} interface Node {{ node: Node }} {types}"))
    levels = [
        f"fragment L{level} on Node {{ "
        + " ".join(f"... on {name} {{ {name.lower()} node {{ ...L{level + 1} }} }}" for name in names)
        + " }"
        for level in range(5)
    ]
    with pytest.raises(GraphQLErrors, match="too much at once"):
        federated.plan("{ node { ...L0 } } fragment L5 on Node { __typename } " + " ".join(levels))
