"""`GET /api/<log>/feed`: what a log has published, for the other services of the installation and for nobody else.

A page is a batch of CloudEvents; its header fields say where the log ends and in which incarnation it lives.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.codec import encode_hook
from shared.feeds.cloudevents import BATCH_TYPE, Heartbeat, batch_of
from shared.feeds.port import FeedSource
from shared.feeds.pull import HEAD_HEADER, INCARNATION_HEADER
from shared.log.append import Received
from shared.refusals import BODY_INVALID, RefusedRequest
from shared.web.asgi import Address
from shared.web.problem import Wrong
from shared.web.service_tokens import ServiceTokens

LONGEST_PAGE = 1000
LARGEST_PAGE_BYTES = 4 << 20
"""Of the data of all facts of a page. Two are always there, however large: a receiver begins with the one it has."""


def feed_routes(source: FeedSource, tokens: ServiceTokens) -> list[Route]:
    """The addresses of one log's feed; `source` reads what that log has published."""
    base = f"/api/{source.log}/feed"

    async def page(request: Request) -> Response:
        tokens.verify(request.headers.get("authorization"))
        after, limit = _whole(request, "after", 0, 1 << 62), _whole(request, "limit", LONGEST_PAGE, LONGEST_PAGE)
        heartbeat = await source.heartbeat()
        facts = await source.after(after, limit) if limit else ()
        return _answer(batch_of(_within(facts)), BATCH_TYPE, heartbeat)

    async def genesis(request: Request) -> Response:
        tokens.verify(request.headers.get("authorization"))
        founded = msgspec.json.encode(await source.genesis(), enc_hook=encode_hook)
        return _answer(founded, "application/json", await source.heartbeat())

    return [
        Route("/feed", Address(base, page), methods=["GET"]),
        Route("/feed/genesis", Address(f"{base}/genesis", genesis), methods=["GET"]),
    ]


def _within(facts: Sequence[Received]) -> Sequence[Received]:
    """As many as fit into a page."""
    size = 0
    for number, fact in enumerate(facts):
        size += len(fact.data or b"")
        if size > LARGEST_PAGE_BYTES and number > 1:
            return facts[:number]
    return facts


def _answer(body: bytes, kind: str, heartbeat: Heartbeat) -> Response:
    headers = {
        "content-type": kind,
        "cache-control": "no-store",
        HEAD_HEADER: str(heartbeat.head),
        INCARNATION_HEADER: str(heartbeat.incarnation),
    }
    return Response(body, headers=headers)


def _whole(request: Request, name: str, unsaid: int, most: int) -> int:
    """A whole number from 0 to `most` in the query."""
    said = request.query_params.get(name)
    if said is None:
        return unsaid
    if said.isascii() and said.isdecimal() and len(said) <= 19 and int(said) <= most:
        return int(said)
    wrong = Wrong(f"/{name}", "number", f"应为 0 至 {most} 的整数。", f"This is a whole number from 0 to {most}.")
    raise RefusedRequest(BODY_INVALID.of(count=1, errors=[wrong]))
