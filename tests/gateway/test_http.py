"""GraphQL over HTTP: what is a request, what is refused and how, and what an answer looks like."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest

from gateway.compose import SubgraphSource, compose
from gateway.engine import Engine
from gateway.headers import Merging
from gateway.http import GraphQLOverHttp, HttpSettings
from gateway.limits import Limits
from gateway.request import SubgraphRequest, SubgraphResponse
from tests.gateway.nodes import Node
from tests.gateway.serving import served
from tests.gateway.subgraphs import Served

NEWER = "application/graphql-response+json"

BOOKS = Served(
    "books",
    """
    type Query { book(id: ID!): Book books(first: Int): [Book!]! shelf(first: Int): Shelf! }
    type Mutation { lend(id: ID!): Book }
    type Book @key(fields: "id") { id: ID! title: String! author: Author }
    type Author { name: String! books: [Book!]! }
    type Shelf { edges: [Edge!]! }
    type Edge { node: Book! }
    """,
    {
        "Query": {
            "book": {"id": "1", "title": "红楼梦"},
            "books": [{"id": "1", "title": "红楼梦"}],
            "shelf": {"edges": []},
        },
        "Mutation": {"lend": {"id": "1", "title": "红楼梦"}},
    },
)


class Heard:
    """The subgraph as it was asked, answering with header fields of its own."""

    name = "books"

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.asked: list[SubgraphRequest] = []

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        self.asked.append(request)
        answer = await BOOKS.ask(request)
        return SubgraphResponse(answer.data, answer.errors, self.headers)


@pytest.fixture(scope="module")
def subgraph() -> Heard:
    return Heard()


def gateway(subgraph: Heard, settings: HttpSettings | None = None) -> GraphQLOverHttp:
    supergraph = compose([SubgraphSource("books", "", BOOKS.sdl)])
    return GraphQLOverHttp(Engine(supergraph, {"books": subgraph}), settings)


SETTINGS = HttpSettings(
    limits=Limits(depth=4, aliases=3, root_fields=4, breadth=6, tokens=100, cost=100),
    body_bytes=2_000,
    merged=(Merging("x-version", "highest"),),
)


@pytest.fixture(scope="module")
async def url(subgraph: Heard) -> AsyncIterator[str]:
    async with served(gateway(subgraph, SETTINGS)) as base:
        yield f"{base}/graphql"


@pytest.fixture(scope="module")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as open_session:
        yield open_session


class Answered:
    def __init__(self, response: aiohttp.ClientResponse, body: bytes) -> None:
        self.status = response.status
        self.headers = response.headers
        self.media_type = response.content_type
        self.body: Any = orjson.loads(body)

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body["errors"]]


@pytest.fixture
def post(session: aiohttp.ClientSession, url: str) -> Any:
    async def posting(query: Any, accept: str = NEWER, **more: Any) -> Answered:
        headers = {"accept": accept, **more.pop("headers", {})}
        async with session.post(url, json={"query": query, **more}, headers=headers) as response:
            return Answered(response, await response.read())

    return posting


async def test_the_audits_of_graphql_http_pass(node: Node) -> None:
    async with served(gateway(Heard())) as base:
        question = {"url": f"{base}/graphql", "headers": {"graphql-require-preflight": "1"}}
        results = await asyncio.to_thread(node.ask, "audit.mjs", question)
    assert len(results) >= 61
    assert [result for result in results if result["status"] != "ok"] == []


async def test_an_operation_is_answered_in_the_media_type_asked_for(post: Any) -> None:
    newer = await post("{ book(id: 1) { title } }")
    assert (newer.status, newer.media_type) == (200, NEWER)
    assert newer.body == {"data": {"book": {"title": "红楼梦"}}}
    assert newer.headers["cache-control"] == "no-store"
    legacy = await post("{ book(id: 1) { title } }", accept="text/html, application/json;q=0.5")
    assert (legacy.status, legacy.media_type) == (200, "application/json")
    preferred = await post("{ book(id: 1) { title } }", accept=f"{NEWER};q=0.4, application/json")
    assert preferred.media_type == "application/json"


async def test_what_is_wrong_in_a_document_is_400_only_where_a_client_can_tell_it_from_a_proxys(post: Any) -> None:
    newer, legacy = await post("{ nothing }"), await post("{ nothing }", accept="application/json")
    assert (newer.status, legacy.status) == (400, 200)
    assert newer.codes == legacy.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert "data" not in newer.body
    assert (await post("{")).codes == ["GRAPHQL_PARSE_FAILED"]
    unfit = await post("query Q($id: ID!) { book(id: $id) { title } }", variables={"id": None})
    assert (unfit.status, unfit.codes) == (400, ["BAD_USER_INPUT"])


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        ({"method": "PUT"}, 405, "METHOD_NOT_ALLOWED"),
        ({"headers": {"accept": "text/html"}}, 406, "NOT_ACCEPTABLE"),
        ({"headers": {"content-type": "text/plain"}}, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ({"headers": {"content-type": "application/x-www-form-urlencoded"}}, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ({"headers": {"content-type": "multipart/form-data; boundary=x"}}, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ({"headers": {"content-type": "application/json; charset=gbk"}}, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ({"headers": {"content-encoding": "br"}}, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ({"data": b"x" * 2_001}, 413, "BODY_TOO_LARGE"),
        ({"data": b"{"}, 400, "BODY_NOT_JSON"),
        ({"data": b'[{"query": "{ __typename }"}]'}, 400, "BATCHING_UNSUPPORTED"),
        ({"data": b'{"query": 1}'}, 400, "PARAMETER_INVALID"),
        ({"data": b'{"query": "{ __typename }", "variables": [7]}'}, 400, "PARAMETER_INVALID"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_request_has_a_status_of_its_own(
    session: aiohttp.ClientSession, url: str, request_: dict[str, Any], status: int, code: str
) -> None:
    sent = {"method": "POST", "data": b'{"query": "{ __typename }"}', **request_}
    headers = {"content-type": "application/json", **sent.pop("headers", {})}
    async with session.request(sent.pop("method"), url, headers=headers, **sent) as response:
        answered = Answered(response, await response.read())
    assert (answered.status, answered.codes) == (status, [code])
    if status == 405:
        assert answered.headers["allow"] == "GET, POST"


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(session: aiohttp.ClientSession, url: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1_000

    async with session.post(url, data=endless(), headers={"content-type": "application/json"}) as response:
        assert response.status == 413


async def test_a_get_must_show_that_no_form_sent_it(session: aiohttp.ClientSession, url: str) -> None:
    query = {"query": "{ book(id: 1) { title } }"}
    async with session.get(url, params=query) as response:
        answered = Answered(response, await response.read())
    assert (answered.status, answered.codes) == (400, ["CSRF_PREVENTED"])
    assert "graphql-require-preflight" in answered.body["errors"][0]["message"]
    async with session.get(url, params=query, headers={"apollo-require-preflight": "1"}) as response:
        assert await response.json() == {"data": {"book": {"title": "红楼梦"}}}


async def test_a_get_changes_nothing(session: aiohttp.ClientSession, url: str, subgraph: Heard) -> None:
    asked = len(subgraph.asked)
    mutation = {"query": "mutation { lend(id: 1) { id } }"}
    async with session.get(url, params=mutation, headers={"graphql-require-preflight": "1"}) as response:
        answered = Answered(response, await response.read())
    assert (answered.status, answered.codes) == (405, ["GET_IS_FOR_QUERIES"])
    assert answered.headers["allow"] == "POST"
    assert len(subgraph.asked) == asked


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ book(id: 1) { author { books { author { name } } } } }", "QUERY_TOO_DEEP"),
        ("{ a: __typename b: __typename c: __typename d: __typename }", "TOO_MANY_ALIASES"),
        ("{ __typename __typename __typename __typename __typename }", "TOO_MANY_ROOT_FIELDS"),
        ("{ book(id: 1) { id id id id id id id } }", "QUERY_TOO_BROAD"),
        ("{ __typename " + "__typename " * 100 + "}", "TOO_MANY_TOKENS"),
        ("{ books(first: 101) { id } }", "QUERY_TOO_COSTLY"),
        ("{ shelf(first: 51) { edges { node { id } } } }", "QUERY_TOO_COSTLY"),
        ("{ books { author { books { id } } } }", "QUERY_TOO_COSTLY"),
        (
            "fragment F on Query { ...G ...G } fragment G on Query { __typename __typename __typename } { ...F }",
            "TOO_MANY_ROOT_FIELDS",
        ),
        ("fragment F on Book { author { books { ...F } } } { book(id: 1) { ...F } }", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation " + "{ l1: lend(id: 1) { id } }" + " query Q { __typename }", "GRAPHQL_VALIDATION_FAILED"),
    ],
    ids=lambda value: value if value.isupper() else "",
)
async def test_every_limit_has_its_code(post: Any, subgraph: Heard, query: str, code: str) -> None:
    asked = len(subgraph.asked)
    answered = await post(query)
    assert (answered.status, answered.codes[:1]) == (400, [code])
    assert len(subgraph.asked) == asked


async def test_a_cost_that_depends_on_a_variable_is_reckoned_with_its_value(post: Any) -> None:
    query = "query Q($n: Int = 200) { books(first: $n) { id } }"
    assert (await post(query, variables={"n": 100})).status == 200
    assert (await post(query, variables={"n": 101})).codes == ["QUERY_TOO_COSTLY"]
    assert (await post(query)).codes == ["QUERY_TOO_COSTLY"]
    beyond = "{ books(first: 99999999999999999999) { author { books(first: 99999999999) { id } } } }"
    assert (await post(beyond)).codes == ["QUERY_TOO_COSTLY"]
    told = (await post(query, variables={"n": 300})).body["errors"][0]["extensions"]
    assert (told["cost"], told["limit"]) == (300, 100)


async def test_a_document_that_would_expand_beyond_measure_is_refused_at_once(subgraph: Heard) -> None:
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    nested = "{ book(id: 1) " + "{ ... on Book " * 300 + "{ id }" + " }" * 300 + "}"
    async with served(gateway(subgraph)) as base, aiohttp.ClientSession() as session:
        for query in (f"{doubling} fragment F60 on Query {{ __typename }} {{ ...F0 }}", nested):
            async with asyncio.timeout(5), session.post(f"{base}/graphql", json={"query": query}) as response:
                assert "errors" in await response.json()


async def test_refusals_are_in_the_language_asked_for(post: Any) -> None:
    async def message(query: str, language: str) -> str:
        answered = await post(query, headers={"accept-language": language})
        found: str = answered.body["errors"][0]["message"]
        return found

    broad = "{ book(id: 1) { id id id id id id id } }"
    assert await message(broad, "zh-CN,zh;q=0.9") == "某一处选取的字段超过 6 个。"
    assert await message(broad, "fr, en;q=0.5") == "More than 6 fields are selected in one place."
    assert (await message("{ nothing }", "zh")).startswith("查询文档与接口定义不符：Cannot query field")


async def test_names_of_the_schema_are_not_suggested_unless_wanted(post: Any, subgraph: Heard) -> None:
    assert (await post("{ boks { id } }")).body["errors"][0]["message"] == "Cannot query field 'boks' on type 'Query'."
    async with (
        served(gateway(subgraph, HttpSettings(suggestions=True))) as base,
        aiohttp.ClientSession() as session,
        session.post(f"{base}/graphql", json={"query": "{ boks { id } }"}) as response,
    ):
        assert "Did you mean" in (await response.json())["errors"][0]["message"]


async def test_only_what_is_listed_is_passed_on(post: Any, subgraph: Heard) -> None:
    sent = {"authorization": "Bearer x", "accept-language": "zh", "cookie": "session=1", "x-internal": "1"}
    await post("{ book(id: 1) { title } }", headers=sent)
    assert subgraph.asked[-1].headers == {"authorization": "Bearer x", "accept-language": "zh"}


async def test_header_fields_of_subgraphs_come_back_by_their_rule(post: Any, subgraph: Heard) -> None:
    subgraph.headers = {"x-version": "books=7;of=3", "set-cookie": "secret=1"}
    answered = await post("{ book(id: 1) { title } }")
    assert answered.headers["x-version"] == "books=7;of=3"
    assert "set-cookie" not in answered.headers
