"""Who is let in, and who waits: bounded, fair among clients, and prompt in saying no.

A process works on so many requests at once; some more wait, each client in a queue of its own, and the queues take turns.
What finds no place is refused at once, so that whatever was let in keeps its pace. Clients are told apart by the token
that they show, which is compared and never kept or told; whoever shows none is one client with all others who do not, so that
nothing is known of a citizen's door but that somebody came.

An answer that goes on and on (events as they come, a feed that waits) gives its place back, and has a bound of its own.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass
from functools import cache

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.domain import Refusal
from shared.refusals import BUSY, TIMED_OUT, TOO_MANY_OF_YOURS, RefusedRequest
from shared.telemetry import Metrics
from shared.web.asgi import SECURITY_HEADERS, Headers, field_of, header
from shared.web.problem import Language, language_of, problem

PASSED = "zeren.passed"
"""In the scope of a request that passed the door (`shared.web.door`) and is counted as coming."""
REFUSED = "zeren.refused"
"""In the scope of a request that was refused without a look at it: counted by its reason, not logged one by one."""
_STREAMED = b"text/event-stream"
_ALWAYS = frozenset({"/livez", "/readyz", "/metrics"})
_INSIDE = (["feed"], ["ports"], ["identities"])


@dataclass(frozen=True, slots=True)
class Bounds:
    """`at_once` requests are worked on, `waiting` wait for a place, of one client at most `of_one_client`; streamed answers
    are `streams` at most. A request may take `seconds`, its time in the queue included."""

    at_once: int = 32
    waiting: int = 96
    of_one_client: int = 32
    streams: int = 1_000
    seconds: float = 60.0


class Admission:
    """Around an application: lets requests in as the bounds say. Raises RefusedRequest where it does not."""

    def __init__(self, app: ASGIApp, metrics: Metrics, bounds: Bounds | None = None) -> None:
        self._app = app
        self._metrics = metrics
        self._refused_for = {why: metrics.requests_refused.labels(why) for why in ("one-client", "full", "streams")}
        self._bounds = bounds or Bounds()
        self._at_work = 0
        self._streams = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._waiting = 0
        self._coming: Counter[str] = Counter()
        """Requests of each client that have passed the door and were not heard of yet."""

    def turned_away(self, path: str, headers: Headers) -> Response | None:
        """What to answer to a request for which there is no room; None where there is. The path may be encoded still, and
        those that are always let in are not known by it then."""
        if path in _ALWAYS or _is_inside(path) or (no := self._no_place(_client(headers))) is None:
            return None
        return _problem(no, language_of(field_of(headers, b"accept-language")))

    def passed(self, scope: Scope) -> None:
        """A request that was not turned away is under way to this application, and takes room from now on."""
        scope[PASSED] = True
        self._coming[_client(scope["headers"])] += 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if PASSED in scope:
            self._arrived(_client(scope["headers"]))
        if scope["type"] != "http" or scope["path"] in _ALWAYS or _is_inside(scope["path"]):
            await self._app(scope, receive, send)
            return
        client = _client(scope["headers"])
        if (no := self._no_place(client)) is not None:
            # As cheap as can be, since it is said most often when there is least time for it.
            scope[REFUSED] = True
            await _problem(no, language_of(header(scope, b"accept-language")))(scope, receive, send)
            return
        place = _Place(self)
        began = False

        async def sending(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                if _is_streamed(message):
                    place.becomes_stream()
                    limit.reschedule(None)
                began = True
            await send(message)

        try:
            async with asyncio.timeout(self._bounds.seconds) as limit:
                await self._admitted(client)
                place.taken()
                await self._app(scope, receive, sending)
        except TimeoutError:
            if not limit.expired():
                raise
            self._metrics.requests_refused.labels("timed-out").inc()
            if began:
                raise
            raise RefusedRequest(TIMED_OUT.of(seconds=round(self._bounds.seconds))) from None
        finally:
            place.given_back()

    def _no_place(self, client: str) -> Refusal | None:
        """Why the client cannot even wait, if it cannot."""
        bounds = self._bounds
        free = max(0, bounds.at_once - self._at_work)
        if len(self._queues.get(client, ())) + self._coming[client] >= bounds.of_one_client + free:
            return self._refused(TOO_MANY_OF_YOURS, "one-client")
        if self._waiting + self._at_work + self._coming.total() >= bounds.waiting + bounds.at_once:
            return self._refused(BUSY, "full")
        return None

    def _arrived(self, client: str) -> None:
        self._coming[client] -= 1
        if not self._coming[client]:
            del self._coming[client]

    async def _admitted(self, client: str) -> None:
        """Return when there is a place, which is then ours."""
        if self._at_work < self._bounds.at_once and not self._waiting:
            self._at_work += 1
            self._tell()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(turn)
        self._waiting += 1
        self._tell()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()  # the place came in the very moment in which nobody wanted it any more
            else:
                self._forget(client, turn)
            raise

    def _refused(self, refusal: Refusal, why: str) -> Refusal:
        self._refused_for[why].inc()
        return refusal

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues.get(client, ())
        if turn in queue:  # else it was passed over already
            self._queues[client].remove(turn)
            if not queue:
                del self._queues[client]
            self._waiting -= 1
            self._tell()

    def _leave(self) -> None:
        """Give a place back: to the client whose turn it is."""
        while self._queues:
            client, queue = self._queues.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._queues[client] = queue  # behind all others
            self._waiting -= 1
            if not turn.done():
                turn.set_result(None)
                self._tell()
                return
        self._at_work -= 1
        self._tell()

    def _tell(self) -> None:
        self._metrics.requests_at_work.set(self._at_work)
        self._metrics.requests_waiting.set(self._waiting)


class _Place:
    """The place of one request, from when it is let in to when it is given back, once."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._is = "none"

    def taken(self) -> None:
        self._is = "place"

    def becomes_stream(self) -> None:
        """RefusedRequest when there are too many of these already."""
        admission = self._admission
        if admission._streams >= admission._bounds.streams:
            raise RefusedRequest(admission._refused(BUSY, "streams").of())
        admission._streams += 1
        admission._leave()
        self._is = "stream"

    def given_back(self) -> None:
        was, self._is = self._is, "none"
        if was == "place":
            self._admission._leave()
        elif was == "stream":
            self._admission._streams -= 1


@cache
def _problem(refusal: Refusal, language: Language) -> Response:
    """Made once: it says nothing of the request."""
    return problem(refusal.of(), language, {name.decode(): value.decode() for name, value in SECURITY_HEADERS})


def _client(headers: Headers) -> str:
    return field_of(headers, b"authorization") or ""


def _is_inside(path: str) -> bool:
    """What services ask each other, which nobody reaches from outside. A feed waits for what is not there yet; and two
    services whose places are all taken by requests that ask the other one would wait for each other."""
    return path.startswith("/api/") and path.split("/", 4)[3:4] in _INSIDE


def _is_streamed(message: Message) -> bool:
    headers: list[tuple[bytes, bytes]] = message.get("headers", [])
    return any(name.lower() == b"content-type" and value.startswith(_STREAMED) for name, value in headers)
