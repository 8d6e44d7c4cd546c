"""Who is let in, who waits and who is refused, told by requests that are held until the test lets them go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client import generate_latest
from starlette.types import Message, Receive, Scope, Send

from shared.telemetry import Metrics
from shared.web.admission import Bounds
from shared.web.app import Observed

BOUNDS = Bounds(at_once=2, waiting=4, of_one_client=3, streams=1, seconds=30.0)
NOISY, QUIET = "Bearer noisy", "Bearer quiet"


@dataclass
class Held:
    """An application whose requests wait until they are let go, in the order in which they began."""

    began: list[str] = field(default_factory=list)
    holding: dict[str, asyncio.Event] = field(default_factory=dict)
    content_type: bytes = b"text/plain"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        name = scope["path"]
        self.began.append(name)
        headers = [(b"content-type", self.content_type)]
        if self.content_type == b"text/event-stream":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await self.holding.setdefault(name, asyncio.Event()).wait()
        else:
            await self.holding.setdefault(name, asyncio.Event()).wait()
            await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"done"})

    def let_go(self, name: str) -> None:
        self.holding.setdefault(name, asyncio.Event()).set()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> Any:
        return json.loads(self.body)["code"]


@dataclass
class House:
    """The application behind the layer that every process has."""

    held: Held
    metrics: Metrics
    app: Callable[[Scope, Receive, Send], Awaitable[None]]

    def ask(self, path: str, client: str = "") -> asyncio.Task[Answer]:
        return asyncio.create_task(self._ask(path, client))

    async def _ask(self, path: str, client: str) -> Answer:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        headers = [(b"authorization", client.encode())] if client else []
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""}
        await self.app(scope, receive, send)
        start, *rest = sent
        given = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], given, b"".join(message.get("body", b"") for message in rest))

    def told(self, line: str) -> bool:
        """Whether the metrics say so."""
        return line in generate_latest(self.metrics.registry).decode().splitlines()


def house(bounds: Bounds = BOUNDS, content_type: bytes = b"text/plain") -> House:
    held, metrics = Held(content_type=content_type), Metrics()
    return House(held, metrics, Observed(held, metrics, bounds=bounds))


async def turns() -> None:
    """Everybody who can go on has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_finds_no_place_is_refused_at_once_and_what_was_let_in_is_answered() -> None:
    here = house()
    asked = [here.ask(f"/{n}", f"Bearer {n}") for n in range(6)]
    await turns()
    refused = await here.ask("/late", "Bearer late")
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (503, "busy", "1")
    assert here.held.began == ["/0", "/1"]
    assert here.told("zeren_requests_waiting 4.0")
    assert here.told('zeren_requests_refused_total{reason="full"} 1.0')
    for n in range(6):
        here.held.let_go(f"/{n}")
    assert [answer.status for answer in await asyncio.gather(*asked)] == [200] * 6
    assert here.told("zeren_requests_at_work 0.0")


async def test_one_noisy_client_waits_for_itself_and_others_have_their_turn() -> None:
    here = house()
    noisy = [here.ask(f"/noisy{n}", NOISY) for n in range(5)]
    await turns()
    refused = await here.ask("/noisy-more", NOISY)
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (429, "too-many-of-yours", "1")
    quiet = here.ask("/quiet", QUIET)
    await turns()
    here.held.let_go("/noisy0")
    here.held.let_go("/noisy1")
    await turns()
    assert here.held.began == [
        "/noisy0",
        "/noisy1",
        "/noisy2",
        "/quiet",
    ]  # not behind all that the noisy one sent before
    for n in range(5):
        here.held.let_go(f"/noisy{n}")
    here.held.let_go("/quiet")
    assert {answer.status for answer in await asyncio.gather(*noisy, quiet)} == {200}


async def test_those_who_show_no_token_are_one_client() -> None:
    here = house()
    asked = [here.ask(f"/door{n}") for n in range(5)]
    await turns()
    assert (await here.ask("/door-more")).status == 429
    for n in range(5):
        here.held.let_go(f"/door{n}")
    await asyncio.gather(*asked)


@pytest.mark.parametrize(
    "path", ["/livez", "/readyz", "/metrics", "/api/ledger/feed/records", "/api/ledger/ports/units"]
)
async def test_health_and_what_services_ask_each_other_never_wait(path: str) -> None:
    here = house()
    asked = [here.ask(f"/{n}", f"Bearer {n}") for n in range(6)]
    await turns()
    here.held.let_go(path)
    assert (await here.ask(path)).status == 200
    for n in range(6):
        here.held.let_go(f"/{n}")
    await asyncio.gather(*asked)


async def test_whoever_goes_away_while_waiting_leaves_no_place_taken() -> None:
    here = house()
    asked = [here.ask(f"/{n}", NOISY) for n in range(3)]
    await turns()
    asked[2].cancel()
    await turns()
    assert here.told("zeren_requests_waiting 0.0")
    asked[0].cancel()
    await turns()
    here.held.let_go("/1")
    assert (await asked[1]).status == 200
    assert here.told("zeren_requests_at_work 0.0")


async def test_a_place_that_comes_as_its_request_goes_away_is_handed_on() -> None:
    here = house(Bounds(at_once=1, waiting=4, of_one_client=3))
    first, second, third = (here.ask(f"/{n}", f"Bearer {n}") for n in range(3))
    await turns()
    here.held.let_go("/0")
    await first  # its place is the second one's, who has not woken up
    second.cancel()
    here.held.let_go("/2")
    assert (await third).status == 200
    assert here.told("zeren_requests_at_work 0.0")


async def test_a_request_that_takes_too_long_is_told_so_and_gives_its_place_back() -> None:
    here = house(Bounds(at_once=1, waiting=4, of_one_client=3, seconds=0.05))
    slow, behind = await asyncio.gather(here.ask("/slow", NOISY), here.ask("/behind", QUIET))
    assert (slow.status, slow.code, slow.headers["retry-after"]) == (503, "timed-out", "1")
    assert behind.code == "timed-out"  # its time in the queue counts
    assert here.told('zeren_requests_refused_total{reason="timed-out"} 2.0')
    here.held.let_go("/next")
    assert (await here.ask("/next")).status == 200


async def test_a_stream_takes_no_place_but_there_are_not_too_many() -> None:
    here = house(Bounds(at_once=1, waiting=4, of_one_client=3, streams=1, seconds=0.05), b"text/event-stream")
    stream = here.ask("/stream", QUIET)
    await turns()
    refused = await here.ask("/another", QUIET)
    assert (refused.status, refused.code) == (503, "busy")
    here.held.content_type = b"text/plain"
    here.held.let_go("/ask")
    assert (await here.ask("/ask", QUIET)).status == 200
    await asyncio.sleep(0.1)  # longer than a request may take
    assert not stream.done()
    here.held.let_go("/stream")
    assert (await stream).body == b"done"
