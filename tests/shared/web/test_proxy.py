"""What the front passes on is what was sent and what was answered; a service that is away is said as such."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from yarl import URL

from shared.telemetry import Metrics
from shared.web.app import Observed
from shared.web.proxy import Passing, session_for_passing
from tests.shared.web.conftest import served

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
MIB = 1 << 20


async def _told(request: Request) -> Response:
    """Everything of the request, as it arrived."""
    body = await request.body()
    return JSONResponse(
        {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.scope["query_string"].decode(),
            "headers": [[name.decode(), value.decode()] for name, value in request.headers.raw],
            "body": body.decode(),
        },
        status_code=418,
        headers={"x-told": "台账".encode().decode("latin-1"), "connection": "x-hop", "x-hop": "1", "etag": '"7"'},
    )


async def _hashed(request: Request) -> Response:
    digest, size = hashlib.sha256(), 0
    async for part in request.stream():
        digest.update(part)
        size += len(part)
    return JSONResponse({"sha256": digest.hexdigest(), "size": size})


async def _large(request: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        for number in range(64):
            yield bytes([number]) * MIB

    return StreamingResponse(parts())


class Slow:
    """An answer in two parts, the second only when somebody has seen the first."""

    def __init__(self) -> None:
        self.seen = asyncio.Event()

    async def answer(self, request: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"first"
            await self.seen.wait()
            yield b"second"

        return StreamingResponse(parts())


@contextlib.asynccontextmanager
async def behind(
    answer: Callable[[Request], Awaitable[Response]], **settings: Any
) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A client, and the base URL of a front before one service."""
    inner = Starlette(routes=[Route("/{path:path}", answer, methods=METHODS)])
    async with served(inner) as base, fronted(base, **settings) as front, plain_client() as client:
        yield client, front


@contextlib.asynccontextmanager
async def fronted(base: str, **settings: Any) -> AsyncIterator[str]:
    async with session_for_passing() as session:
        passing = Passing(session, base, "/api/ledger/*", **settings)
        async with served(Observed(passing, Metrics())) as front:
            yield front


def plain_client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30), auto_decompress=False)


@pytest.mark.parametrize("method", METHODS)
async def test_method_address_header_fields_and_body_arrive_as_sent(method: str) -> None:
    async with behind(_told) as (client, front):
        sent = {"Idempotency-Key": "k-1", "Accept-Language": "en", "Zeren-Position": "ledger=7", "X-Name": "台账"}
        address = f"{front}/api/ledger/tasks/a%2Fb;v=1?limit=5&after=%E4%BA%91&after="
        url = URL(address, encoded=True)
        async with client.request(method, url, headers=sent, data="正文".encode()) as answer:
            told = await answer.json(content_type=None)

    assert (told["method"], told["path"]) == (method, "/api/ledger/tasks/a%2Fb;v=1")
    assert told["query"] == "limit=5&after=%E4%BA%91&after="
    assert told["body"] == "正文"
    arrived = dict(told["headers"])
    assert {name.lower(): value for name, value in sent.items()}.items() <= arrived.items()
    assert arrived["content-length"] == "6"
    assert f"http://{arrived['host']}" == front


async def test_status_and_header_fields_come_back_as_answered_but_for_those_of_one_connection() -> None:
    async with behind(_told) as (client, front), client.get(f"{front}/x") as answer:
        assert answer.status == 418
        assert answer.headers["etag"] == '"7"'
        assert answer.headers["x-told"] == "台账"
        assert "x-hop" not in answer.headers


async def test_what_speaks_of_one_connection_alone_is_not_passed_on() -> None:
    async with behind(_told) as (client, front):
        sent = {"Connection": "keep-alive, X-Mine", "X-Mine": "1", "TE": "trailers", "Keep-Alive": "timeout=5"}
        async with client.get(f"{front}/x", headers=sent) as answer:
            arrived = dict((await answer.json(content_type=None))["headers"])

    assert not {"x-mine", "te", "keep-alive"} & arrived.keys()


async def test_nothing_is_added_that_the_client_did_not_send() -> None:
    async with behind(_told) as (_, front):
        reader, writer = await asyncio.open_connection(*_place(front))
        writer.write(b"GET /x HTTP/1.1\r\nHost: office.example\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()

    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told["headers"] == [["host", "office.example"]]


async def test_a_connection_that_asks_for_websocket_is_closed() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async with session_for_passing() as session:
        await Passing(session, "http://127.0.0.1:1", "/api/ledger/*")({"type": "websocket"}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_a_body_of_64_mib_goes_through_in_both_directions() -> None:
    async with behind(_large) as (client, front), client.get(f"{front}/x") as answer:
        digest, size = hashlib.sha256(), 0
        async for part in answer.content.iter_any():
            digest.update(part)
            size += len(part)
    expected = hashlib.sha256()
    for number in range(64):
        expected.update(bytes([number]) * MIB)
    assert (size, digest.digest()) == (64 * MIB, expected.digest())

    async def parts() -> AsyncIterator[bytes]:
        for number in range(64):
            yield bytes([number]) * MIB

    async with behind(_hashed) as (client, front), client.post(f"{front}/x", data=parts()) as answer:
        assert await answer.json() == {"sha256": expected.hexdigest(), "size": 64 * MIB}


async def test_the_first_part_of_an_answer_is_there_before_the_last_is_made() -> None:
    slow = Slow()
    async with behind(slow.answer) as (client, front), client.get(f"{front}/x") as answer:
        assert await answer.content.read(5) == b"first"
        slow.seen.set()
        assert await answer.content.read() == b"second"


async def test_connections_to_the_service_are_used_again() -> None:
    ports: set[int] = set()

    async def note(request: Request) -> Response:
        ports.add(request.client.port if request.client else 0)
        return Response()

    async with behind(note) as (client, front):
        for _ in range(5):
            async with client.get(f"{front}/x") as answer:
                assert answer.status == 200
    assert len(ports) == 1


@pytest.mark.parametrize(("language", "word"), [("zh", "无法连接"), ("en", "cannot be reached")])
async def test_a_service_that_is_away_is_502_in_both_languages_with_a_time_to_retry(language: str, word: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    async with (
        fronted(f"http://127.0.0.1:{port}") as front,
        plain_client() as client,
        client.post(f"{front}/x", data=b"{}", headers={"Accept-Language": language}) as answer,
    ):
        problem = await answer.json(content_type=None)
        assert (answer.status, answer.headers["retry-after"]) == (502, "1")
        assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == "service-away"
    assert word in problem["detail"]


async def test_a_service_that_does_not_answer_is_504_and_the_outcome_said_to_be_unknown() -> None:
    never = Slow()

    async def silent(request: Request) -> Response:
        await never.seen.wait()
        return Response()

    async with behind(silent, answer_seconds=0.2) as (client, front):
        async with client.post(f"{front}/x", data=b"{}") as answer:
            problem = await answer.json(content_type=None)
            assert (answer.status, answer.headers["retry-after"]) == (504, "1")
        never.seen.set()
    assert problem["code"] == "service-silent"
    assert "办理结果不明" in problem["zh"]


async def test_a_service_that_dies_before_it_answers_is_504() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with (
            fronted(base) as front,
            plain_client() as client,
            client.post(f"{front}/x", data=b"{}") as answer,
        ):
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (504, "service-silent")


async def test_half_an_answer_does_not_look_like_a_whole_one() -> None:
    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(die, "127.0.0.1", 0) as server:
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with fronted(base) as front, plain_client() as client, client.get(f"{front}/x") as answer:
            with pytest.raises(aiohttp.ClientPayloadError):
                await answer.read()


def _place(base: str) -> tuple[str, int]:
    host, _, port = base.removeprefix("http://").partition(":")
    return host, int(port)
