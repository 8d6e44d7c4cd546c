"""`zeren relay`: sends what the logs have published to Kafka. It may read that and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence

from shared.feeds.direct import DirectFeed
from shared.feeds.relay import Relay
from shared.telemetry import Metrics
from shared.web.app import build_health
from zeren.installation import published_pool
from zeren.office import SERVICES, server_url
from zeren.office_refusals import KAFKA_UNNAMED, OfficeRefused
from zeren.serve import service_named
from zeren.serving import Served, run
from zeren.settings import Settings


def relay(settings: Settings, logs: Sequence[str], port: int | None) -> None:
    """Relay the named logs (all without a name) until SIGINT or SIGTERM."""
    names = [service_named(log).name for log in logs] or [service.name for service in SERVICES]
    run(settings, "relay", port, lambda: _opened(settings, names))


@contextlib.asynccontextmanager
async def _opened(settings: Settings, logs: Sequence[str]) -> AsyncIterator[Served]:
    broker = settings.broker()
    if broker is None:
        raise OfficeRefused(KAFKA_UNNAMED.of())
    metrics = Metrics()
    async with published_pool(server_url(settings), settings.home) as pool, contextlib.AsyncExitStack() as stack:
        relays = [Relay(DirectFeed(log, log, pool), broker) for log in logs]
        for one in relays:
            await one.start()
            stack.push_async_callback(one.stop)

        async def problems() -> list[str]:
            return [f"relay of {one.log}: {one.error}" for one in relays if one.error is not None]

        async def measure() -> None:
            for one in relays:
                await one.measure(metrics)

        yield Served(build_health(metrics, problems=problems, before_scrape=measure), metrics)
