"""An office of all services in this process, served on loopback, with everything that it tells about itself
kept: log lines, metrics, and traces in a collector of its own."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import count
from typing import Any

import aiohttp
import structlog
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.routing import Mount

from services.ledger.rules.install_administrator import InstallAdministrator
from shared import tracing
from shared.domain import PersonalText, PersonId, PublicText, Refused
from shared.feeds.direct import DirectFeed
from shared.feeds.kafka import KafkaFeed
from shared.feeds.pull import PulledFeed
from shared.feeds.relay import Relay
from shared.feeds.topics import ensure_topic
from shared.service import Service
from shared.telemetry import Metrics, configure_logging
from shared.web.app import build_app
from shared.web.auth import Authenticator
from shared.web.feed import feed_routes
from shared.web.service_tokens import ServiceTokens
from tests.shared.web.conftest import Answer, Client, served
from tests.support.brokers import Kafka
from tests.support.collector import Collector, asked_for, collector
from zeren.issuer import DevelopmentIssuer
from zeren.office import SAMPLE_START, SERVICES, Office, open_office
from zeren.postgres import Server
from zeren.settings import Settings

CALLERS_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLERS = f"00-{CALLERS_TRACE}-00f067aa0ba902b7-01"
"""The `traceparent` of a caller who is being traced, as in the standard's own example."""

FOUNDED = date(2020, 1, 1)


@dataclass(slots=True)
class ObservedOffice:
    """`administrator` organises the whole city; `official` coordinates it, gives opinions and guards personal data."""

    office: Office
    client: Client
    collector: Collector
    lines: io.StringIO
    administrator: PersonId = field(init=False)
    official: PersonId = field(init=False)
    relays: Mapping[str, Relay] = field(default_factory=dict)
    city: str = field(init=False)
    _keys: Iterator[int] = field(default_factory=count)

    async def post(self, path: str, body: Any, by: PersonId | None = None, **headers: str) -> Answer:
        """POST /api/<path> as somebody, otherwise as the administrator."""
        key = f"observed-{next(self._keys)}"
        return await self.client.send("POST", f"/api/{path}", body, person=by or self.administrator, key=key, **headers)

    async def made(self, path: str, body: Any, by: PersonId | None = None, **headers: str) -> str:
        """The identity of what was created."""
        answer = await self.post(path, body, by, **headers)
        assert answer.status == 201, answer
        return str(answer.json["id"])

    async def all_sent(self) -> None:
        """Wait until Kafka has whatever was published until now."""
        async with asyncio.timeout(30):
            for name, relay in self.relays.items():
                head = self.office.services[name].log.feed_head
                while relay.sent < head:  # noqa: ASYNC110 — a relay tells its progress by its number alone
                    await asyncio.sleep(0.02)

    async def metrics(self) -> str:
        return (await self.client.send("GET", "/metrics", person=None)).body.decode()


@contextlib.asynccontextmanager
async def observed_office(
    server: Server,
    prefix: str,
    *,
    services: tuple[Service, ...] = SERVICES,
    kafka: Kafka | None = None,
) -> AsyncIterator[ObservedOffice]:
    """A fresh one whose databases begin with `prefix`. Its services are fed over Kafka, when that is given."""
    async with contextlib.AsyncExitStack() as stack:
        kept = stack.enter_context(collector())
        lines = stack.enter_context(kept_lines())
        stack.enter_context(asked_for(kept))
        stack.enter_context(tracing.traced("zeren-test"))
        office = await open_office(
            server.admin_dsn(), server.home, starts=SAMPLE_START, found=True, prefix=prefix, services=services
        )
        stack.push_async_callback(office.stop)
        relays: Mapping[str, Relay] = {}
        if kafka is not None:
            relays = await _feed_over(kafka, office, stack)
        else:
            await office.start()
        issuer, metrics = DevelopmentIssuer(Settings(home=server.home)), Metrics()
        for running in office.services.values():
            running.count_appends(metrics)

        async def ready() -> list[str]:
            return []

        async def measure() -> None:
            for running in office.services.values():
                await running.measure(metrics)
            for relay in relays.values():
                await relay.measure(metrics)

        app = build_app(
            list(office.services.values()),
            Authenticator([issuer.trusted()]),
            metrics,
            problems=ready,
            before_scrape=measure,
        )
        base = await stack.enter_async_context(served(app))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        observed = ObservedOffice(office, Client(session, base, issuer), kept, lines, relays)
        await _install(observed)
        yield observed


async def _feed_over(kafka: Kafka, office: Office, stack: contextlib.AsyncExitStack) -> Mapping[str, Relay]:
    """Begin the loops: what each log publishes goes through a topic that was made anew, and can be pulled."""
    tokens = ServiceTokens(OKPKey.generate_key("Ed25519"))
    published = {name: DirectFeed(name, name, each.pool, each.log) for name, each in office.services.items()}
    routes = [Mount(f"/api/{name}", routes=feed_routes(source, tokens)) for name, source in published.items()]
    base = await stack.enter_async_context(served(Starlette(routes=routes)))
    session = await stack.enter_async_context(aiohttp.ClientSession())
    for name in published:
        await kafka.delete_topic(name)
        await ensure_topic(kafka.broker(), name)
    for name, running in office.services.items():
        feeds = {}
        for source in running.service.sources:
            pulls = PulledFeed(source, base, partial(tokens.mint, name), session)
            feed = feeds[source] = KafkaFeed(pulls, name, kafka.broker())
            await feed.start()
            stack.push_async_callback(feed.stop)
        await running.start(feeds)
    relays = {name: Relay(source, kafka.broker()) for name, source in published.items()}
    for relay in relays.values():
        await relay.start()
        stack.push_async_callback(relay.stop)
    return relays


async def _install(observed: ObservedOffice) -> None:
    """The city, its administrator, and an official appointed by them."""
    ledger = observed.office.services["ledger"]
    (action,) = (a for a in ledger.service.actions if a.command is InstallAdministrator)
    command = InstallAdministrator(
        PersonId(""),
        PersonalText("首任管理员"),
        "YL",
        PublicText("云岭市"),
        "committee",
        "city",
        PublicText("系统管理员"),
        FOUNDED,
        FOUNDED,
    )
    done = await ledger.handler.handle_as_operator(action, command, "first")
    assert not isinstance(done, Refused)
    observed.administrator, observed.city = done.facts[0].event.person, done.facts[0].event.unit
    observed.official = PersonId(await observed.made("ledger/persons", {"name": "惩防办主任"}))
    since = {"valid_from": "2020-01-01"}
    roles = ["coordinator", "unit-head", "privacy-officer", "auditor"]
    post = await observed.made("ledger/posts", {"unit": observed.city, "title": "惩防办主任", "roles": roles, **since})
    filled = await observed.post(f"ledger/posts/{post}/fill", {"person": observed.official, **since})
    assert filled.status == 200, filled


@contextlib.contextmanager
def kept_lines() -> Iterator[io.StringIO]:
    """The log of this process as in service, put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging("json", stream=stream)
    try:
        yield stream
    finally:
        root.handlers, root.level = handlers, level
        structlog.reset_defaults()
