"""`python -m tests.bench.relay PREFIX LOG`: a relay in a process of its own, until its standard input ends."""

from __future__ import annotations

import asyncio
import sys

import asyncpg
import uvloop

from shared.feeds.direct import DirectFeed
from shared.feeds.relay import Relay
from zeren.installation import relay_dsn
from zeren.office import server_url
from zeren.settings import Settings


async def relay(prefix: str, log: str) -> None:
    settings = Settings()
    broker = settings.broker()
    if broker is None:
        raise RuntimeError("ZEREN_KAFKA names the broker")
    async with asyncpg.create_pool(relay_dsn(server_url(settings), settings.home, prefix=prefix), min_size=1) as pool:
        running = Relay(DirectFeed(log, log, pool), broker)
        await running.start()
        await asyncio.to_thread(sys.stdin.read)
        await running.stop()


if __name__ == "__main__":
    uvloop.run(relay(*sys.argv[1:]))
