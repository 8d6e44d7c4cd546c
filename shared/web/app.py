"""Everything that one process serves: the interfaces of its services, the page about them, health and metrics."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import tracing
from shared.refusals import KERNEL_REFUSALS, NOT_FOUND, RefusedRequest
from shared.service import Service
from shared.telemetry import Metrics, log_request
from shared.web.admission import REFUSED, Admission, Bounds
from shared.web.asgi import ROUTE, SECURITY_HEADERS, Address, Headers, answer_error, header
from shared.web.auth import Authenticator
from shared.web.docs import docs_page, problem_page
from shared.web.graphql import answer_graphql, build_schema
from shared.web.port import RunningService
from shared.web.rest import ByMethod, Unseen, build_api, framework_refusal, unseen

_QUIET = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked every few seconds by machines: counted, but not worth a log line each."""


@dataclass(frozen=True, slots=True)
class ServedSubgraph:
    """The subgraph of a service in this process: what answers for it, and its schema."""

    service: str
    app: Address
    sdl: str


def build_subgraph(running: RunningService, auth: Authenticator) -> ServedSubgraph:
    name = running.service.name
    schema = build_schema(running.service)
    return ServedSubgraph(name, Address(f"/api/{name}/graphql", answer_graphql(running, auth, schema)), schema.as_str())


def build_service(
    running: RunningService,
    auth: Authenticator,
    feed: Sequence[Route] = (),
    subgraph: ServedSubgraph | None = None,
) -> FastAPI:
    """One service: its REST interface, its subgraph at `/graphql` and the subgraph's schema at `/schema.graphql`.

    `feed` are the addresses at which other services pull what it has published.
    """
    api = build_api(running, auth)
    served = subgraph or build_subgraph(running, auth)

    async def answer_sdl(request: Request) -> Response:
        return Response(served.sdl, media_type="text/plain; charset=utf-8")

    sdl_address = Address(f"/api/{running.service.name}/schema.graphql", answer_sdl)
    api.router.routes += [
        Route("/graphql", ByMethod({"GET": served.app, "POST": served.app}), methods=["GET", "POST"]),
        Route("/schema.graphql", ByMethod({"GET": sdl_address, "HEAD": sdl_address}), methods=["GET"]),
        *feed,
    ]
    return api


def build_app(
    services: Sequence[RunningService],
    auth: Authenticator,
    metrics: Metrics,
    *,
    problems: Callable[[], Awaitable[Sequence[str]]],
    before_scrape: Callable[[], Awaitable[None]] | None = None,
    feeds: Mapping[str, Sequence[Route]] | None = None,
    joined: Callable[[Sequence[ServedSubgraph]], ASGIApp] | None = None,
) -> Observed:
    """The application of one process.

    `joined` makes of the subgraphs what answers for all of them at `/graphql`; None where that is another process.

    `feeds` are, by service, the addresses at which other services pull what it has published; none where all services
    are in this process.

    `problems` answers why the process is not ready, in plain words without personal data: empty when it is.
    `before_scrape` brings gauges up to date before `/metrics` is written. Starting and stopping is not its business.
    """
    pulled = feeds or {}
    subgraphs = {running.service.name: build_subgraph(running, auth) for running in services}
    apis = [
        (running, build_service(running, auth, pulled.get(name, ()), subgraphs[name]))
        for running in services
        for name in (running.service.name,)
    ]
    explained = explaining([(running.service, api.openapi()) for running, api in apis], together=joined is not None)
    app = routed({**watching(metrics, problems, before_scrape), **explained})
    for running, api in apis:
        app.router.routes.append(Mount(f"/api/{running.service.name}", api))
    if joined is not None:
        app.router.routes.append(route_of_all(joined(list(subgraphs.values()))))
    return Observed(app, metrics, unseen(running.service for running in services))


def route_of_all(answering: ASGIApp) -> Route:
    """`/graphql`, at which all subgraphs are asked together. It is told the span that it is asked within."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        scope[ROUTE] = "/graphql"
        if (here := tracing.current()) is not None:
            others = [field for field in scope["headers"] if field[0] != b"traceparent"]
            scope["headers"] = [*others, (b"traceparent", here.encode())]
        await answering(scope, receive, send)

    return Route("/graphql", _Asgi(named))


@dataclass(frozen=True, slots=True)
class _Asgi:
    """An ASGI application as an object: a route takes a function for one that answers requests."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def build_health(
    metrics: Metrics,
    *,
    problems: Callable[[], Awaitable[Sequence[str]]],
    before_scrape: Callable[[], Awaitable[None]] | None = None,
) -> Observed:
    """The application of a process that serves nobody but those who watch it. Arguments as for `build_app`."""
    return Observed(routed(watching(metrics, problems, before_scrape)), metrics)


Answers = Mapping[str, Callable[[Request], Awaitable[Response]]]
"""What answers GET and HEAD, by path."""


def routed(answers: Answers) -> Starlette:
    """An application that answers these paths, and refuses all others as problems."""
    app = Starlette(exception_handlers={HTTPException: framework_refusal})
    for path, answer in answers.items():
        address = Address(path, answer)
        app.router.routes.append(Route(path, ByMethod({"GET": address, "HEAD": address}), methods=["GET"]))
    return app


def watching(
    metrics: Metrics,
    problems: Callable[[], Awaitable[Sequence[str]]],
    before_scrape: Callable[[], Awaitable[None]] | None,
) -> Answers:
    """Whether the process lives, whether it is ready, and its metrics. Arguments as for `build_app`."""

    async def livez(request: Request) -> Response:
        return Response(b"ok\n", media_type="text/plain; charset=utf-8")

    async def readyz(request: Request) -> Response:
        found = list(await problems())
        body = orjson.dumps({"ready": not found, "problems": found})
        headers = {"cache-control": "no-store", **({"retry-after": "1"} if found else {})}
        return Response(body, 503 if found else 200, headers, media_type="application/json")

    async def scrape(request: Request) -> Response:
        if before_scrape is not None:
            await before_scrape()
        return Response(generate_latest(metrics.registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return {"/livez": livez, "/readyz": readyz, "/metrics": scrape}


def explaining(services: Sequence[tuple[Service, Mapping[str, Any]]], *, together: bool = False) -> Answers:
    """The page about everything that the services serve (each with its OpenAPI document), and one for each refusal.

    `together` says that `/graphql` answers for all of them.
    """
    page = docs_page(services, together=together)
    refusals = {r.code: r for r in (*KERNEL_REFUSALS, *(r for service, _ in services for r in service.refusals))}

    async def docs(request: Request) -> Response:
        return HTMLResponse(page, headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"})

    async def one_problem(request: Request) -> Response:
        refusal = refusals.get(request.path_params["code"])
        if refusal is None:
            raise RefusedRequest(NOT_FOUND.of())
        return HTMLResponse(
            problem_page(refusal), headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
        )

    async def home(request: Request) -> Response:
        return RedirectResponse("/docs")

    return {"/": home, "/docs": docs, "/problems/{code}": one_problem}


class Observed:
    """Counts, logs and traces every request by its route template: no query, no address, nothing that names anybody.

    It is the outermost layer, so that whatever escapes below still becomes a problem and a loud log line. Requests that are
    `unseen` pass as if nobody had come. `bounds` say how many are let in at once (`shared.web.admission`).
    """

    def __init__(
        self, app: ASGIApp, metrics: Metrics, unseen: Unseen | None = None, bounds: Bounds | None = None
    ) -> None:
        self._app = Admission(app, metrics, bounds)
        self._metrics = metrics
        self._unseen = unseen or Unseen()

    def turned_away(self, path: str, headers: Headers) -> Response | None:
        """See `shared.web.door`."""
        return self._app.turned_away(path, headers)

    def passed(self, scope: Scope) -> None:
        """See `shared.web.door`."""
        self._app.passed(scope)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in _METHODS else "other"
        if (method, scope["path"]) in self._unseen:
            await self._pass(scope, receive, send, lambda status: None)
        elif tracing.is_on() and scope["path"] not in _QUIET:
            await self._traced(method, scope, receive, send)
        else:
            await self._observe(method, scope, receive, send)

    async def _traced(self, method: str, scope: Scope, receive: Receive, send: Send) -> None:
        """By the conventions for HTTP servers, but for the path: it holds whatever somebody typed."""
        known = "_OTHER" if method == "other" else method
        told = {"http.request.method": known, "url.scheme": scope["scheme"]}
        with tracing.span(method, told, kind="server", parent=header(scope, b"traceparent")) as span:
            status = await self._observe(method, scope, receive, send)
            if route := scope.get(ROUTE):
                span.rename(f"{method} {route}")
                span.set("http.route", route)
            span.set("http.response.status_code", status)
            if status >= 500:
                span.failed(str(status))

    async def _observe(self, method: str, scope: Scope, receive: Receive, send: Send) -> int:
        """Serve, count and log one request; the status answered, 0 when the client went away before."""
        began = time.perf_counter()
        status = 0

        def answered(with_status: int) -> None:
            nonlocal status
            status = with_status

        try:
            await self._pass(scope, receive, send, answered)
        finally:
            seconds = time.perf_counter() - began
            # Addresses that nobody serves share one name, or a scanner could fill the memory with labels.
            route: str = scope.get(ROUTE, "unknown")
            if REFUSED not in scope:
                self._metrics.request(method, route, status, seconds)
                if route not in _QUIET:
                    log_request(method, route, status, seconds)
        return status

    async def _pass(self, scope: Scope, receive: Receive, send: Send, answered: Callable[[int], None]) -> None:
        """Serve one request. `answered` is told the status as soon as there is one."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                answered(message["status"])
                sent = list(message.get("headers", ()))
                there = {name for name, _ in sent}  # what was passed on from another process has them already
                message["headers"] = [*sent, *(field for field in SECURITY_HEADERS if field[0] not in there)]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            response = answer_error(error, header(scope, b"accept-language"))
            if begun:
                raise
            await response(scope, receive, sending)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
