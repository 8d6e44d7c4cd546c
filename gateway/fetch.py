"""Asking subgraphs: over HTTP, and in the same process.

A subgraph is asked as GraphQL over HTTP says. What is no GraphQL answer is SubgraphUnreachable, which says what is wrong
in a code and never repeats what the other side wrote.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp
import msgspec
import orjson
from starlette.types import ASGIApp, Message, Scope

from gateway.refusals import (
    SUBGRAPH_AWAY,
    SUBGRAPH_FAILED,
    SUBGRAPH_NOT_GRAPHQL,
    SUBGRAPH_TOO_LARGE,
    SUBGRAPH_TOO_SLOW,
)
from gateway.request import Subgraph, SubgraphRequest, SubgraphResponse, SubgraphUnreachable

logger = logging.getLogger(__name__)
T = TypeVar("T")

NEWER_TYPE = "application/graphql-response+json"
LEGACY_TYPE = "application/json"
_ACCEPTED = f"{NEWER_TYPE}, {LEGACY_TYPE};q=0.9"


class Patience(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long one subgraph may take, how much it may send, and how many requests it is asked at the same time.

    `answer_seconds` counts from the moment that the gateway wants to ask, so the wait for a free connection is in it.
    """

    connect_seconds: float = 2.0
    answer_seconds: float = 30.0
    answer_bytes: int = 16 << 20
    connections: int = 100


def session_for_subgraphs() -> aiohttp.ClientSession:
    """The one session of a gateway: connections are kept and reused; it remembers no cookie, as it asks for everybody."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


@dataclass(slots=True)
class HttpSubgraph:
    """A subgraph at a URL. `headers` are sent with every request, and win over those of the client."""

    name: str
    url: str
    session: aiohttp.ClientSession
    patience: Patience = field(default_factory=Patience)
    headers: Mapping[str, str] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.patience.connections)

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        try:
            async with asyncio.timeout(self.patience.answer_seconds), self._places:
                return await self._ask(request)
        except TimeoutError:
            raise SubgraphUnreachable(self.name, SUBGRAPH_TOO_SLOW.code) from None
        except (aiohttp.ClientError, OSError):
            raise SubgraphUnreachable(self.name, SUBGRAPH_AWAY.code) from None

    async def _ask(self, request: SubgraphRequest) -> SubgraphResponse:
        async with self.session.post(
            self.url,
            data=_body(request),
            headers={**request.headers, **self.headers, "accept": _ACCEPTED, "content-type": LEGACY_TYPE},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self.patience.connect_seconds),
            allow_redirects=False,
        ) as response:
            parts = []
            size = 0
            async for part in response.content.iter_any():
                size += len(part)
                if size > self.patience.answer_bytes:
                    raise SubgraphUnreachable(self.name, SUBGRAPH_TOO_LARGE.code)
                parts.append(part)
            headers = _joined((name.lower(), value) for name, value in response.headers.items())
            return read_answer(self.name, headers, b"".join(parts))


@dataclass(frozen=True, slots=True)
class InProcessSubgraph:
    """A subgraph that is an ASGI application in this process, served at `path`."""

    name: str
    app: ASGIApp
    path: str = "/graphql"
    patience: Patience = field(default_factory=Patience)

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        headers, body = await _within(self.name, self.patience, _called(self.app, self.path, request))
        if len(body) > self.patience.answer_bytes:
            raise SubgraphUnreachable(self.name, SUBGRAPH_TOO_LARGE.code)
        return read_answer(self.name, headers, body)


@dataclass(frozen=True, slots=True)
class CalledSubgraph:
    """A subgraph that is an async function in this process."""

    name: str
    answer: Callable[[SubgraphRequest], Awaitable[SubgraphResponse]]
    patience: Patience = field(default_factory=Patience)

    async def ask(self, request: SubgraphRequest) -> SubgraphResponse:
        return await _within(self.name, self.patience, self.answer(request))


async def _within(name: str, patience: Patience, answering: Awaitable[T]) -> T:
    """What code in this process answers. Where it fails it is as if it were away; why is told to the log alone."""
    try:
        async with asyncio.timeout(patience.answer_seconds):
            return await answering
    except TimeoutError:
        raise SubgraphUnreachable(name, SUBGRAPH_TOO_SLOW.code) from None
    except SubgraphUnreachable:
        raise
    except Exception:
        logger.exception("the subgraph %s failed", name)
        raise SubgraphUnreachable(name, SUBGRAPH_FAILED.code) from None


def read_answer(subgraph: str, headers: Mapping[str, str], body: bytes) -> SubgraphResponse:
    """The GraphQL answer in a response, whatever its status. Raises SubgraphUnreachable when it is none.

    The newer media type says with any status that it is one; for the older one, a proxy's own JSON is told apart by what
    it lacks.
    """
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (NEWER_TYPE, LEGACY_TYPE):
        raise SubgraphUnreachable(subgraph, SUBGRAPH_NOT_GRAPHQL.code)
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise SubgraphUnreachable(subgraph, SUBGRAPH_NOT_GRAPHQL.code) from None
    if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
        raise SubgraphUnreachable(subgraph, SUBGRAPH_NOT_GRAPHQL.code)
    data, errors = answer.get("data"), answer.get("errors") or []
    if not isinstance(data, dict | None) or not isinstance(errors, list):
        raise SubgraphUnreachable(subgraph, SUBGRAPH_NOT_GRAPHQL.code)
    if not all(isinstance(error, dict) for error in errors):
        raise SubgraphUnreachable(subgraph, SUBGRAPH_NOT_GRAPHQL.code)
    return SubgraphResponse(data, errors, headers)


async def fetch_sdl(subgraph: Subgraph) -> str:
    """What a subgraph says of itself. Raises SubgraphUnreachable, also when it does not say it."""
    answer = await subgraph.ask(SubgraphRequest("{ _service { sdl } }"))
    service: Any = (answer.data or {}).get("_service")
    sdl = service.get("sdl") if isinstance(service, dict) else None
    if not isinstance(sdl, str):
        raise SubgraphUnreachable(subgraph.name, SUBGRAPH_NOT_GRAPHQL.code)
    return sdl


def _body(request: SubgraphRequest) -> bytes:
    asked: dict[str, Any] = {"query": request.query}
    if request.variables:
        asked["variables"] = request.variables
    return orjson.dumps(asked)


def _joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header fields by name; those sent several times are one list, as HTTP says."""
    found: dict[str, str] = {}
    for name, value in fields:
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def _called(app: ASGIApp, path: str, request: SubgraphRequest) -> tuple[dict[str, str], bytes]:
    """Headers and body of what an ASGI application answers to a POST."""
    body = _body(request)
    headers = {
        **request.headers,
        "accept": _ACCEPTED,
        "content-type": LEGACY_TYPE,
        "content-length": str(len(body)),
    }
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode("latin-1"), value.encode()) for name, value in headers.items()],
        "client": None,
        "server": None,
    }
    unread = [body]
    never = asyncio.Event()
    answered: list[tuple[str, str]] = []
    parts: list[bytes] = []

    async def receive() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        await never.wait()  # nobody goes away before the answer is there
        raise AssertionError

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.extend((name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"])
        else:
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return _joined(answered), b"".join(parts)
