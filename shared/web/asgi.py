"""What every address shares: its route in metrics and log, the limit of a body, headers, and refusals as problems.

Plain ASGI: an address is an object that is called with scope, receive and send.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass

import asyncpg
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.database import is_connection_lost
from shared.domain import Refused
from shared.log.append import LogClosed, Overloaded
from shared.refusals import (
    BODY_INVALID,
    BODY_NOT_JSON,
    BODY_TOO_LARGE,
    BUSY,
    HEADER_MALFORMED,
    INTERNAL_ERROR,
    KEY_MALFORMED,
    KEY_MISSING,
    LOG_UNAVAILABLE,
    RefusedRequest,
)
from shared.views.paging import BadCursor
from shared.web.problem import Wrong, language_of, problem

logger = logging.getLogger(__name__)

BODY_LIMIT_BYTES = 1 << 20
ROUTE = "zeren.route"
"""The key in an ASGI scope under which the template of the matched route stands, for log and metrics."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
_ETAG = re.compile(r'(W/)?"(\d{1,15})"\Z')
_POSITION = re.compile(r"([a-z][a-z0-9_-]*)=(\d{1,15})(?: *; *feed=(\d{1,15}))?\Z")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\Z")


class Address:
    """One address: `answer` makes the response; a refusal becomes a problem, anything unexpected a loud log line."""

    def __init__(self, template: str, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._template = template
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[ROUTE] = self._template
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        except Exception as error:
            response = answer_error(error, request.headers.get("accept-language"))
        await response(scope, receive, send)


Headers = Iterable[tuple[bytes, bytes]]
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
"""Of every answer."""


def header(scope: Scope, name: bytes) -> str | None:
    """The first header field of this name, in small letters."""
    return field_of(scope["headers"], name)


def field_of(headers: Headers, name: bytes) -> str | None:
    """The same, of a header by itself."""
    return next((value.decode("latin-1") for key, value in headers if key == name), None)


def answer_error(error: Exception, accept_language: str | None) -> Response:
    """The problem for an exception; an unexpected one is logged with its place and an incident number."""
    return problem(refused_by(error), language_of(accept_language))


def refused_by(error: Exception) -> Refused:
    """The refusal that an exception amounts to."""
    match error:
        case RefusedRequest():
            return error.refused
        case Overloaded():
            return BUSY.of()
        case LogClosed():
            return LOG_UNAVAILABLE.of()
        case BadCursor():
            wrong = Wrong(
                "/after", "cursor", "不是本列表给出的翻页标记。", "This is not a cursor that this list gave out."
            )
            return BODY_INVALID.of(count=1, errors=[wrong])
    # Without resources: its disk or its memory is full, or all its connections are taken.
    if is_connection_lost(error) or isinstance(error, asyncpg.InsufficientResourcesError):
        logger.error("the database cannot be reached", exc_info=error)
        return LOG_UNAVAILABLE.of()
    incident = secrets.token_hex(4)
    logger.error("unexpected error, incident %s", incident, exc_info=error)
    return INTERNAL_ERROR.of(incident=incident)


async def read_body(request: Request, limit: int = BODY_LIMIT_BYTES) -> bytes:
    """The body, of at most `limit` bytes whatever the client announced."""
    announced = request.headers.get("content-length")
    if announced is not None and announced.isdecimal() and int(announced) > limit:
        raise RefusedRequest(BODY_TOO_LARGE.of(limit_bytes=limit))
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise RefusedRequest(BODY_TOO_LARGE.of(limit_bytes=limit))
        chunks.append(chunk)
    return b"".join(chunks)


async def read_json_body(request: Request) -> bytes:
    """The body of a request that must be JSON by its content type; an empty one needs no type."""
    body = await read_body(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and (body or kind):
        raise RefusedRequest(BODY_NOT_JSON.of())
    return body


def checked_key(key: str) -> str:
    """An idempotency key, with or without the quotes of a structured field."""
    if len(key) > 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.match(key):
        raise RefusedRequest(KEY_MALFORMED.of())
    return key


def idempotency_key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "").strip()
    if not key:
        raise RefusedRequest(KEY_MISSING.of())
    return checked_key(key)


def version_asserted(request: Request) -> int | None:
    """The version of If-Match, an ETag such as "7"; None when any will do. -1 for a weak one, which never matches."""
    tag = request.headers.get("if-match", "").strip()
    if tag in ("", "*"):
        return None
    if not (match := _ETAG.match(tag)):
        raise RefusedRequest(HEADER_MALFORMED.of(header="If-Match"))
    return -1 if match[1] else int(match[2])


@dataclass(frozen=True, slots=True)
class PositionAsked:
    """What an answer must have reached: a position of the log asked (None: any), and feed numbers of other logs."""

    own: int | None
    feeds: Mapping[str, int]


def position_asked(request: Request, log: str) -> PositionAsked:
    """What Zeren-Position (`ledger=123;feed=45, assessment=67;feed=8`) asks of this log.

    A position is for its own log alone. What it amounts to in another one only the feed number beside it says: how many
    facts its log had published by then. A log without one asks nothing of another.
    """
    own: dict[str, int] = {}
    feeds: dict[str, int] = {}
    header = request.headers.get("zeren-position", "").strip()
    for part in header.split(",") if header else ():
        if not (match := _POSITION.match(part.strip())):
            raise RefusedRequest(HEADER_MALFORMED.of(header="Zeren-Position"))
        own[match[1]] = int(match[2])
        if match[3] is not None and match[1] != log:
            feeds[match[1]] = int(match[3])
    return PositionAsked(own.get(log), feeds)


def position_told(log: str, position: int, feed: int | None) -> str:
    """The `Zeren-Position` of an answer: where it stands in its log, and the feed number there."""
    return f"{log}={position}" if feed is None else f"{log}={position};feed={feed}"


def traceparent_of(request: Request) -> str | None:
    """The W3C trace context that the caller sent; one that is not well-formed is as if it were not there."""
    sent = request.headers.get("traceparent")
    return sent if sent is not None and _TRACEPARENT.match(sent) else None
