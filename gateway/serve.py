"""A gateway as a process: it asks its subgraphs what they are, composes them, and answers until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import aiohttp
import orjson
import uvicorn
from graphql import NoSchemaIntrospectionCustomRule, specified_rules
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import refusals
from gateway.compose import SubgraphSource, compose
from gateway.config import Config, ConfigRefused, SubgraphConfig
from gateway.engine import Engine
from gateway.fetch import HttpSubgraph, fetch_sdl, session_for_subgraphs
from gateway.http import GraphQLOverHttp, refusal_response
from gateway.metrics import MeasuredSubgraph, Metrics
from gateway.nodes import Nodes, entity_types
from gateway.refusals import Languages
from gateway.request import Subgraph, SubgraphUnreachable
from gateway.supergraph import Supergraph

GRACE_SECONDS = 10
"""So long requests that run may go on after the process was asked to end."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


class StartFailed(Exception):
    """Subgraphs did not say in time what they are."""

    def __init__(self, away: Sequence[SubgraphUnreachable]) -> None:
        super().__init__("; ".join(f"{each.subgraph} does not say what it is ({each.code})" for each in away))


async def read_sources(config: Config, session: aiohttp.ClientSession) -> list[SubgraphSource]:
    """What each subgraph is, from its file or from itself. Raises StartFailed, ConfigRefused."""
    if not config.subgraphs:
        raise ConfigRefused("no subgraph is named")
    give_up = time.monotonic() + config.start_seconds
    found = await asyncio.gather(
        *(_sdl(name, each, session, give_up) for name, each in config.subgraphs.items()), return_exceptions=True
    )
    away = [each for each in found if isinstance(each, SubgraphUnreachable)]
    if away:
        raise StartFailed(away)
    sources = []
    for (name, each), sdl in zip(config.subgraphs.items(), found, strict=True):
        if isinstance(sdl, BaseException):
            raise sdl
        sources.append(SubgraphSource(name, each.url, sdl))
    return sources


async def _sdl(name: str, config: SubgraphConfig, session: aiohttp.ClientSession, give_up: float) -> str:
    if config.sdl is not None:
        try:
            return config.sdl.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigRefused(f"{config.sdl}: {error}") from None
    subgraph = _subgraph(name, config, session)
    pause = _FIRST_PAUSE
    while True:
        try:
            return await fetch_sdl(subgraph)
        except SubgraphUnreachable:
            if time.monotonic() + pause > give_up:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _subgraph(name: str, config: SubgraphConfig, session: aiohttp.ClientSession) -> HttpSubgraph:
    return HttpSubgraph(name, config.url, session, config.patience, config.headers)


def build(supergraph: Supergraph, subgraphs: Sequence[Subgraph], config: Config, metrics: Metrics) -> GraphQLOverHttp:
    """What answers at /graphql."""
    rules = specified_rules if config.introspection else (*specified_rules, NoSchemaIntrospectionCustomRule)
    counted: Mapping[str, Subgraph] = {each.name: MeasuredSubgraph(each, metrics) for each in subgraphs}
    engine = Engine(
        supergraph,
        counted,
        plans_kept=config.plans_kept,
        rules=rules,
        passed_extensions=config.subgraph_extensions,
        passed_messages=config.subgraph_messages,
    )
    return GraphQLOverHttp(engine, config.http, metrics)


async def run(config: Config, listening: socket.socket, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT. Raises StartFailed, CompositionFailed, ConfigRefused; then it served nobody."""
    if lacking := [name for name, each in config.subgraphs.items() if not each.url]:
        raise ConfigRefused(f"where is it served? No URL for {', '.join(lacking)}")
    app = _Process(config)
    web = _Web(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=75,
        )
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, web.end)
    async with session_for_subgraphs() as session:
        serving = asyncio.create_task(web.serve(sockets=[listening]))
        composing = asyncio.create_task(_composed(config, session, app.metrics))
        await asyncio.wait((serving, composing), return_when=asyncio.FIRST_COMPLETED)
        try:
            if not serving.done():
                app.graphql = await composing
                _spare_what_stays()
                host, port = listening.getsockname()[:2]
                say(f"http://{host}:{port}{config.path} answers for {', '.join(config.subgraphs)}")
        finally:
            if app.graphql is None:
                composing.cancel()
                web.end()
            await serving


def _spare_what_stays() -> None:
    """Leave the composed schemas out of later garbage collections, and have those of what is young more rarely: with Python's own
    numbers what requests under way are using is taken for old so fast that everything is gone through twice a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


async def _composed(config: Config, session: aiohttp.ClientSession, metrics: Metrics) -> GraphQLOverHttp:
    sources = await read_sources(config, session)
    subgraphs: list[Subgraph] = [_subgraph(name, each, session) for name, each in config.subgraphs.items()]
    if config.nodes:
        subgraphs.append(nodes := Nodes(entity_types(sources)))
        sources.append(nodes.source)
    return build(compose(sources), subgraphs, config, metrics)


class _Process:
    """Everything that the process answers; /graphql only once it is composed."""

    def __init__(self, config: Config) -> None:
        self.metrics = Metrics()
        self.graphql: ASGIApp | None = None
        self._path = config.path
        self._languages = Languages(config.http.language)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["path"] == self._path and self.graphql is not None:
            await self.graphql(scope, receive, send)
            return
        await self._watched(Request(scope))(scope, receive, send)

    def _watched(self, request: Request) -> Response:
        match request.url.path:
            case self._path:
                language = self._languages.of(request.headers.get("accept-language", ""))
                return refusal_response(refusals.NOT_READY.of(), request, language)
            case "/livez":
                return Response(b"ok\n", media_type="text/plain")
            case "/readyz":
                is_ready = self.graphql is not None
                body = orjson.dumps({"ready": is_ready})
                headers = {"cache-control": "no-store"}
                return Response(body, 200 if is_ready else 503, headers, media_type="application/json")
            case "/metrics":
                return Response(generate_latest(self.metrics.registry), headers={"content-type": CONTENT_TYPE_LATEST})
        return Response(b"not found\n", 404, media_type="text/plain")


class _Web(uvicorn.Server):
    """uvicorn without its own signal handling, so that the process ends with its own exit code."""

    def end(self) -> None:
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """The listening socket, taken before anything else. Raises ConfigRefused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigRefused(f"cannot listen on {host}:{port}: {error.strerror}") from None
    return listening
