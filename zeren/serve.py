"""`zeren serve`: one service in this process, or the part of it that answers, or the part that folds and acts.

It needs an installation that was prepared, the secrets of its own roles, and nobody's administrator.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial

import aiohttp
from starlette.routing import Route

from shared.feeds.direct import DirectFeed
from shared.feeds.kafka import KafkaFeed
from shared.feeds.port import FeedSource
from shared.feeds.pull import PulledFeed
from shared.running import Part, Running, open_service
from shared.service import Service
from shared.telemetry import Metrics
from shared.web.app import Observed, build_app, build_health
from shared.web.auth import Identities
from shared.web.feed import feed_routes
from shared.web.identities import StoredIdentities
from shared.web.identities_port import AskedIdentities, identity_routes
from shared.web.ports import OverHttp, port_routes
from shared.web.service_tokens import ServiceTokens
from zeren.authentication import authenticator
from zeren.catching_up import in_a_child
from zeren.installation import DIRECTORY_LOG, known, reaching
from zeren.office import SERVICES, access, server_url
from zeren.office_refusals import KAFKA_UNNAMED, SERVICE_UNNAMED, OfficeRefused
from zeren.outside import outside
from zeren.postgres_refusals import NO_SUCH_LOG, PostgresRefused
from zeren.service_key import service_tokens
from zeren.serving import Served, run
from zeren.settings import Settings


def service_named(name: str) -> Service:
    """PostgresRefused names those there are."""
    for service in SERVICES:
        if service.name == name:
            return service
    raise PostgresRefused(NO_SUCH_LOG.of(log=name, logs="、".join(service.name for service in SERVICES)))


def serve(settings: Settings, name: str, part: Part, port: int | None) -> None:
    """Serve until SIGINT or SIGTERM. What somebody can mend is refused in one sentence."""
    service = service_named(name)
    process = name if part == "all" else f"{name}-{part}"
    run(settings, process, port, lambda: _opened(settings, service, part))


@contextlib.asynccontextmanager
async def _opened(settings: Settings, service: Service, part: Part) -> AsyncIterator[Served]:
    server = server_url(settings)
    installation = known(server, settings.home, [service.name])
    tokens = service_tokens(settings.home)
    metrics = Metrics()
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        with reaching(server):
            running = await open_service(service, access(installation, service.name))
        stack.push_async_callback(running.stop)
        running.neighbours = OverHttp(partial(base_of, settings), partial(tokens.mint, service.name), session)
        running.outside = outside(settings)
        running.count_appends(metrics)
        feeds = {} if part == "api" else await _feeds(stack, settings, running, tokens, session)
        if part == "all":
            running.runner.catch_up_elsewhere = in_a_child(settings)(service.name)
        await running.start(feeds, part)

        async def measure() -> None:
            await running.measure(metrics)

        yield Served(_application(settings, running, part, tokens, session, metrics, measure), metrics)


async def _feeds(
    stack: contextlib.AsyncExitStack,
    settings: Settings,
    running: Running,
    tokens: ServiceTokens,
    session: aiohttp.ClientSession,
) -> Mapping[str, FeedSource]:
    """Where the facts of each source come from, as the settings say."""
    name = running.service.name
    feeds: dict[str, FeedSource] = {}
    for source in running.service.sources:
        if settings.feed == "direct":
            feeds[source] = DirectFeed(source, source, running.pool)
            continue
        broker = settings.broker()
        if broker is None:
            raise OfficeRefused(KAFKA_UNNAMED.of())
        owner = PulledFeed(source, base_of(settings, source), partial(tokens.mint, name), session)
        feed = feeds[source] = KafkaFeed(owner, name, broker)
        await feed.start()
        stack.push_async_callback(feed.stop)
    return feeds


def base_of(settings: Settings, service: str) -> str:
    """Where a service is served. OfficeRefused when the settings do not say."""
    if service not in settings.services:
        raise OfficeRefused(SERVICE_UNNAMED.of(service=service))
    return settings.services[service].rstrip("/")


def _application(
    settings: Settings,
    running: Running,
    part: Part,
    tokens: ServiceTokens,
    session: aiohttp.ClientSession,
    metrics: Metrics,
    measure: Callable[[], Awaitable[None]],
) -> Observed:
    if part == "workers":
        return build_health(metrics, problems=running.problems, before_scrape=measure)
    service = running.service
    inside: list[Route] = feed_routes(DirectFeed(service.name, service.name, running.pool, running.log), tokens)
    inside += port_routes(running, service.ports, tokens)
    identities: Identities
    if service.name == DIRECTORY_LOG:
        identities = StoredIdentities(running.keys_pool, running.access.keys, running.keys.fingerprint)
        inside += identity_routes(service.name, identities, tokens)
    else:
        base = base_of(settings, DIRECTORY_LOG) if settings.issuers else ""
        identities = AskedIdentities(base, DIRECTORY_LOG, partial(tokens.mint, service.name), session)
    return build_app(
        [running],
        authenticator(settings, identities),
        metrics,
        problems=running.problems,
        before_scrape=measure,
        feeds={service.name: inside},
    )
