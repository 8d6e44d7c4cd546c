"""Asking a subgraph: what is an answer, and what is none whatever came back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.fetch import CalledSubgraph, HttpSubgraph, InProcessSubgraph, Patience, fetch_sdl, session_for_subgraphs
from gateway.request import Subgraph, SubgraphRequest, SubgraphResponse, SubgraphUnreachable
from tests.gateway.serving import served
from tests.support.running import free_port

QUESTION = SubgraphRequest("query Q($n: Int) { n(n: $n) }", {"n": 7}, "query", {"authorization": "Bearer x"})
NEWER, LEGACY = "application/graphql-response+json", "application/json; charset=utf-8"


async def echo(request: Request) -> Response:
    asked = await request.json()
    told = f"{request.headers['authorization']} {asked['variables']['n']} {request.headers.get('x-mine', '')}"
    return Response(b'{"data": {"told": "%s"}}' % told.encode(), 200, {"X-Version": "7"}, NEWER)


def fixed(status: int, media_type: str, body: bytes) -> Route:
    async def answer(request: Request) -> Response:
        return Response(body, status, media_type=media_type)

    return Route(f"/{status}/{media_type.partition(';')[0].partition('+')[0]}/{len(body)}", answer, methods=["POST"])


async def slow(request: Request) -> Response:
    await asyncio.sleep(30)
    raise AssertionError


async def large(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1_000

    return StreamingResponse(parts(), media_type="application/json")


async def away(request: Request) -> Response:
    return RedirectResponse("/echo", 307)


app = Starlette(routes=[Route(f"/{f.__name__}", f, methods=["POST"]) for f in (echo, slow, large, away)])
PATIENCE = Patience(answer_seconds=0.5, answer_bytes=10_000)


@pytest.fixture(scope="module")
async def base() -> AsyncIterator[str]:
    async with served(app) as url:
        yield url


@pytest.fixture(scope="module")
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with session_for_subgraphs() as open_session:
        yield open_session


@pytest.fixture(params=["http", "in process"])
def where(request: pytest.FixtureRequest, base: str, session: aiohttp.ClientSession) -> str:
    kind: str = request.param
    return kind


def subgraph(where: str, path: str, base: str, session: aiohttp.ClientSession, inside: ASGIApp = app) -> Subgraph:
    if where == "http":
        return HttpSubgraph("s", f"{base}{path}", session, PATIENCE)
    return InProcessSubgraph("s", inside, path, PATIENCE)


async def code(asked: Subgraph) -> str:
    with pytest.raises(SubgraphUnreachable) as caught:
        await asked.ask(QUESTION)
    assert caught.value.subgraph == "s"
    return caught.value.code


async def test_document_variables_and_headers_arrive(where: str, base: str, session: aiohttp.ClientSession) -> None:
    answer = await subgraph(where, "/echo", base, session).ask(QUESTION)
    assert answer.data == {"told": "Bearer x 7 "}
    assert (answer.errors, answer.headers["x-version"]) == ([], "7")


async def test_header_fields_of_a_subgraph_s_own_win_over_the_clients(
    base: str, session: aiohttp.ClientSession
) -> None:
    mine = HttpSubgraph("s", f"{base}/echo", session, headers={"authorization": "Bearer gateway", "x-mine": "1"})
    assert (await mine.ask(QUESTION)).data == {"told": "Bearer gateway 7 1"}


async def test_what_takes_too_long_or_is_too_large_is_broken_off(
    where: str, base: str, session: aiohttp.ClientSession
) -> None:
    assert await code(subgraph(where, "/slow", base, session)) == "SUBGRAPH_TIMED_OUT"
    assert await code(subgraph(where, "/large", base, session)) == "SUBGRAPH_ANSWER_TOO_LARGE"


async def test_a_redirection_is_not_followed_with_the_callers_token(
    where: str, base: str, session: aiohttp.ClientSession
) -> None:
    assert await code(subgraph(where, "/away", base, session)) == "SUBGRAPH_ANSWER_NOT_GRAPHQL"


@pytest.mark.parametrize(
    ("status", "media_type", "body"),
    [
        (200, "text/html", b'{"data": null}'),
        (502, "application/json", b'{"message": "bad gateway"}'),
        (401, "application/problem+json", b'{"code": "x"}'),
        (200, NEWER, b"[]"),
        (200, NEWER, b"{"),
        (200, NEWER, b'{"data": 7}'),
        (200, NEWER, b'{"errors": "no"}'),
        (200, NEWER, b'{"errors": ["no"]}'),
        (204, "application/json", b""),
    ],
)
async def test_what_is_no_graphql_answer_is_none(status: int, media_type: str, body: bytes) -> None:
    route = fixed(status, media_type, body)
    asked = InProcessSubgraph("s", Starlette(routes=[route]), route.path)
    assert await code(asked) == "SUBGRAPH_ANSWER_NOT_GRAPHQL"


@pytest.mark.parametrize(("status", "media_type"), [(400, NEWER), (401, NEWER), (400, LEGACY), (500, LEGACY)])
async def test_errors_that_a_subgraph_tells_are_an_answer_whatever_the_status(status: int, media_type: str) -> None:
    route = fixed(status, media_type, b'{"errors": [{"message": "no"}]}')
    answer = await InProcessSubgraph("s", Starlette(routes=[route]), route.path).ask(QUESTION)
    assert (answer.data, answer.errors) == (None, [{"message": "no"}])


async def test_who_is_away_is_unreachable(session: aiohttp.ClientSession) -> None:
    nobody = HttpSubgraph("s", f"http://127.0.0.1:{free_port()}/", session)
    assert await code(nobody) == "SUBGRAPH_UNREACHABLE"


async def test_code_in_this_process_that_fails_is_no_more_than_a_subgraph_that_fails() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("secret")

    async def refusing(request: SubgraphRequest) -> SubgraphResponse:
        raise RuntimeError("secret")

    async def answering(request: SubgraphRequest) -> SubgraphResponse:
        return SubgraphResponse({"_service": {"sdl": "type Query { n: Int }"}})

    assert await code(InProcessSubgraph("s", failing)) == "SUBGRAPH_FAILED"
    assert await code(CalledSubgraph("s", refusing)) == "SUBGRAPH_FAILED"
    assert await fetch_sdl(CalledSubgraph("s", answering)) == "type Query { n: Int }"


async def test_no_more_are_asked_at_once_than_a_subgraph_bears(session: aiohttp.ClientSession) -> None:
    now, most = 0, 0

    async def counted(request: Request) -> Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return Response(b'{"data": {}}', media_type="application/json")

    async with served(Starlette(routes=[Route("/", counted, methods=["POST"])])) as url:
        two_at_once = HttpSubgraph("s", f"{url}/", session, Patience(connections=2))
        await asyncio.gather(*(two_at_once.ask(QUESTION) for _ in range(8)))
    assert most == 2
