"""The subgraph made from the action table: typed refusals, masked errors, limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from shared.telemetry import Metrics
from shared.web.app import build_app
from shared.web.auth import Authenticator
from tests.shared.web.conftest import Answer, Client, served
from tests.shared.web.small import STRANGER, SmallService
from zeren.issuer import DevelopmentIssuer

ISSUE = """
mutation Issue($key: String!, $input: IssueTaskInput!) {
  issueTask(key: $key, input: $input) {
    __typename
    ... on IssueTaskDone { position id events { type stream version data } }
    ... on Refusal { code zh en values }
  }
}
"""
SPLIT = """
mutation Split($input: SplitTaskInput!) {
  splitTask(key: "split-1", input: $input) {
    __typename
    ... on SplitTaskDone { position events { data } }
    ... on Refusal { code zh values }
  }
}
"""


@pytest.fixture
async def graph(small: SmallService, issuer: DevelopmentIssuer) -> AsyncIterator[Client]:
    async def nothing_wrong() -> list[str]:
        return []

    app = build_app([small], Authenticator([issuer.trusted()]), Metrics(), problems=nothing_wrong)
    async with served(app) as base, aiohttp.ClientSession() as session:
        yield Client(session, base, issuer)


async def run(graph: Client, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Answer:
    return await graph.send("POST", "/api/ledger/graphql", {"query": query, "variables": variables}, **more)


def part(weight: Any) -> dict[str, Any]:
    return {"unit": "water", "name": "清淤", "weight": weight, "due": "2026-06-30"}


async def issued(graph: Client) -> str:
    answer = await run(graph, ISSUE, {"key": "issue-1", "input": {"title": "南渠清淤"}})
    return str(answer.json["data"]["issueTask"]["id"])


async def test_a_mutation_answers_what_it_recorded(graph: Client) -> None:
    answer = await run(graph, ISSUE, {"key": "issue-1", "input": {"title": "南渠清淤"}})
    done = answer.json["data"]["issueTask"]
    assert (done["__typename"], done["position"]) == ("IssueTaskDone", 1)
    assert done["events"][0]["data"] == {"task": done["id"], "title": "南渠清淤"}


async def test_a_refusal_of_a_rule_is_a_typed_answer(graph: Client) -> None:
    task = await issued(graph)
    body = {"task": task, "direction": "INTERNAL", "parts": [part("59.9"), part(40)]}
    answer = await run(graph, SPLIT, {"input": body})
    assert answer.json["data"]["splitTask"] == {
        "__typename": "Refusal",
        "code": "split-weights-not-100",
        "zh": "各分解项权重之和为 99.9，应为 100。",
        "values": {"total": "99.9"},
    }


async def test_nested_parts_and_personal_texts_reach_the_rule(graph: Client, small: SmallService) -> None:
    task = await issued(graph)
    body = {"task": task, "direction": "LATERAL", "parts": [part("59.9"), part("40.1")], "opinion": "同意"}
    answer = await run(graph, SPLIT, {"input": body})
    assert answer.json["data"]["splitTask"]["position"] == 2
    split = small.facts[-1].event
    assert (split.direction, str(split.parts[0].weight), split.opinion.clear()) == ("lateral", "59.9", "同意")
    assert "opinion" not in answer.json["data"]["splitTask"]["events"][0]["data"]


async def test_kernel_refusals_are_typed_too(graph: Client) -> None:
    stranger = await run(graph, ISSUE, {"key": "k", "input": {"title": "x"}}, person=STRANGER)
    key = await run(graph, ISSUE, {"key": "a b", "input": {"title": "x"}})
    nul = await run(graph, ISSUE, {"key": "k", "input": {"title": "x\u0000"}})
    codes = [answer.json["data"]["issueTask"]["code"] for answer in (stranger, key, nul)]
    assert codes == ["not-allowed", "key-malformed", "body-invalid"]
    assert nul.json["data"]["issueTask"]["values"]["errors"][0]["pointer"] == "/title"


async def test_what_nobody_foresaw_is_masked(graph: Client) -> None:
    answer = await run(graph, "{ broken }")
    assert answer.status == 200
    assert answer.json["data"] is None
    assert answer.json["errors"][0]["extensions"]["code"] == "internal-error"
    assert answer.json["errors"][0]["path"] == ["broken"]
    assert "张三" not in answer.body.decode()
    assert "13800000000" not in answer.body.decode()


async def test_wrong_variables_and_literals_are_told_by_place_without_the_value(graph: Client) -> None:
    body = {"task": "T1", "direction": "张三", "parts": [part("李四")]}
    answer = await run(graph, SPLIT, {"input": body})
    assert "data" not in answer.json
    messages = " ".join(error["message"] for error in answer.json["errors"])
    assert "'$input.direction' has an invalid value" in messages
    assert "'$input.parts[0].weight' has an invalid value" in messages
    date = await run(
        graph,
        SPLIT.replace(
            "$input)", '{task: "T1", direction: INTERNAL, parts: [{unit: "u", name: "n", weight: "9", due: "李四"}]})'
        ).replace("($input: SplitTaskInput!)", ""),
    )
    assert date.json["errors"][0]["extensions"]["code"] == "graphql-invalid"
    literal = await run(
        graph, 'mutation { issueTask(key: 13800000000, input: {title: ["王五"], mood: "赵六"}) { __typename } }'
    )
    unknown = await run(graph, SPLIT, {"input": {**body, "direction": "INTERNAL", "parts": [], "钱七": "孙八"}})
    for value in ("张三", "李四", "王五", "赵六", "孙八", "13800000000"):
        assert value not in answer.body.decode() + date.body.decode() + literal.body.decode() + unknown.body.decode()


async def test_a_deep_wide_or_endless_document_is_refused(graph: Client) -> None:
    deep = "{ again " * 21 + "{ motto }" + " }" * 21
    circular = "{ __schema { types " + "{ fields { type " * 5 + "{ name }" + " } }" * 5 + " } }"
    wide = "{" + " ".join(f"a{n}: motto" for n in range(101)) + "}"
    endless = "{" + " motto" * 8_001 + "}"
    for document in (deep, circular, wide, endless):
        answer = await run(graph, document)
        assert "data" not in answer.json, document[:40]
    assert (await run(graph, "{ again { again { motto } } }")).json["data"]["again"]["again"]["motto"] == "责任"


async def test_a_router_can_read_the_schema(graph: Client) -> None:
    sdl = (await run(graph, "{ _service { sdl } }")).json["data"]["_service"]["sdl"]
    assert "splitTask(key: String!, input: SplitTaskInput!): SplitTaskResult!" in sdl
    served_as_text = await graph.send("GET", "/api/ledger/schema.graphql", person=None)
    assert "union SplitTaskResult = SplitTaskDone | Refusal" in served_as_text.body.decode()


async def test_a_query_by_get_and_no_mutation_by_get(graph: Client) -> None:
    got = await graph.send("GET", "/api/ledger/graphql?query={motto}")
    assert got.json == {"data": {"motto": "责任"}}
    refused = await graph.send(
        "GET", '/api/ledger/graphql?query=mutation{issueTask(key:"k",input:{title:"x"}){__typename}}'
    )
    assert (refused.status, refused.json["code"], refused.headers["Allow"]) == (405, "method-not-allowed", "POST")


async def test_graphql_needs_a_token_json_and_a_document(graph: Client) -> None:
    assert (await run(graph, "{ motto }", person=None)).status == 401
    form = await graph.send("POST", "/api/ledger/graphql", data=b"query={motto}", content_type="text/plain")
    assert form.status == 415
    for body in (b"{", b"[]", b'{"query": 5}', b'{"query": "{motto}", "variables": []}'):
        assert (await graph.send("POST", "/api/ledger/graphql", data=body)).status == 400


async def test_the_status_says_a_request_error_only_to_those_who_ask_for_the_newer_media_type(graph: Client) -> None:
    older = await run(graph, "{ nothing }")
    newer = await run(graph, "{ nothing }", accept="application/graphql-response+json")
    assert (older.status, newer.status) == (200, 400)
    assert newer.headers["Content-Type"].startswith("application/graphql-response+json")


async def test_a_position_not_reached_is_503(graph: Client) -> None:
    assert (await run(graph, "{ motto }", zeren_position="ledger=5")).status == 503
