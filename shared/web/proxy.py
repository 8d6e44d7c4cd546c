"""Passing requests on to the process that serves them: method, address, headers, status and body stay what they are.

Bodies go through piece by piece in both directions, however large they are. Header fields that speak of one connection
alone (RFC 9110, 7.6.1) end here. A service that is away is a problem that says whether the request can have arrived.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
from multidict import CIMultiDict
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send
from yarl import URL

from shared import tracing
from shared.refusals import SERVICE_AWAY, SERVICE_SILENT, RefusedRequest
from shared.web.asgi import ROUTE, answer_error

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 120.0
"""How long a service may be silent: longer than any statement of its own may take."""

_ONE_CONNECTION = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
        *("te", "trailer", "transfer-encoding", "upgrade"),
        "expect",  # answered here: the body is passed on as it comes
    }
)
_OURS = frozenset({"date"})
"""Written by our own server into every answer."""
_ADDED_BY_THE_CLIENT = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


def session_for_passing() -> aiohttp.ClientSession:
    """The one session of a process that passes requests on. It keeps connections, and adds and remembers nothing."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=_ADDED_BY_THE_CLIENT,
        max_field_size=64 * 1024,
        max_line_size=64 * 1024,
    )


class Passing:
    """The ASGI application that passes everything on to one base URL. `route` names it in log and metrics."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: str,
        route: str,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._session = session
        self._base = base.rstrip("/")
        self._route = route
        self._timeout = aiohttp.ClientTimeout(
            total=None, connect=connect_seconds, sock_connect=connect_seconds, sock_read=answer_seconds
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})  # nothing behind speaks WebSocket
            return
        scope[ROUTE] = self._route
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._pass(scope, receive, sending)
        except ClientDisconnect:
            return
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if begun:
                raise  # half an answer must not look like a whole one
            never_arrived = isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError))
            refused = RefusedRequest((SERVICE_AWAY if never_arrived else SERVICE_SILENT).of())
            accepted = aiohttp_headers(scope).get("accept-language")
            await answer_error(refused, accepted)(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        url = URL(f"{self._base}{path}{'?' + query if query else ''}", encoded=True)
        headers = _passed_on(aiohttp_headers(scope))
        if (here := tracing.current()) is not None:
            headers["traceparent"] = here
        has_body = "content-length" in headers or "transfer-encoding" in aiohttp_headers(scope)
        answer = self._session.request(
            scope["method"],
            url,
            headers=headers,
            data=_body(receive) if has_body else None,
            timeout=self._timeout,
            allow_redirects=False,
        )
        async with answer as response:
            ends_here = _named_by_connection(response.headers.getall("connection", []))
            await send(
                {
                    "type": "http.response.start",
                    "status": response.status,
                    "headers": [
                        (name.lower(), value)
                        for name, value in response.raw_headers
                        if name.decode("latin-1").lower() not in ends_here | _OURS
                    ],
                }
            )
            async for part in response.content.iter_any():
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def aiohttp_headers(scope: Scope) -> CIMultiDict[str]:
    """The header fields of a request. UTF-8, as the client writes it again, and what is none byte by byte."""
    found: CIMultiDict[str] = CIMultiDict()
    for name, value in scope["headers"]:
        text: str
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = value.decode("latin-1")
        found.add(name.decode("latin-1"), text)
    return found


def _passed_on(headers: CIMultiDict[str]) -> CIMultiDict[str]:
    ends_here = _named_by_connection(headers.getall("connection", []))
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in ends_here)


def _named_by_connection(fields: list[str]) -> frozenset[str]:
    """What speaks of one connection alone: by the standard, and by what `Connection` itself names."""
    return _ONE_CONNECTION | {name.strip().lower() for field in fields for name in field.split(",")}


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        if part := message.get("body", b""):
            yield part
        if not message.get("more_body", False):
            return


async def fetched(session: aiohttp.ClientSession, url: str, seconds: float) -> tuple[int, bytes] | None:
    """Status and body of a small page of another process; None when it does not answer within the seconds."""
    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(seconds), session.get(url) as response:
            return response.status, await response.read()
    return None
