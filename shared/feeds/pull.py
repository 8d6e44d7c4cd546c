"""Pulling a feed from its owner over HTTP: for a first subscription, for what Kafka no longer has, and for a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import aiohttp
import msgspec
from yarl import URL

from shared.codec import decode_hook
from shared.facts import LogStarted
from shared.feeds.cloudevents import Heartbeat, read_batch
from shared.feeds.port import HEARTBEAT_OLDEST_SECONDS
from shared.log.append import Received

HEAD_HEADER = "Zeren-Feed-Head"
INCARNATION_HEADER = "Zeren-Feed-Incarnation"
"""What a page of a feed says in its header fields: where the log ends, and in which incarnation it lives."""

_TIMEOUT = aiohttp.ClientTimeout(total=30, connect=5)
_GENESIS = msgspec.json.Decoder(LogStarted, dec_hook=decode_hook)


class PulledFeed:
    """`base` is where the owner is served (http://ledger:8080), `token` mints what we sign in with, `session` is used
    for all requests. An owner that is away, or refuses us, is an `aiohttp.ClientError`."""

    def __init__(self, log: str, base: str, token: Callable[[], str], session: aiohttp.ClientSession) -> None:
        self.log = log
        self._url = URL(base.rstrip("/")) / "api" / log / "feed"
        self._token = token
        self._session = session

    async def genesis(self) -> LogStarted:
        _, body = await self._get(self._url / "genesis")
        return _GENESIS.decode(body)

    async def after(self, source_seq: int, limit: int) -> Sequence[Received]:
        _, facts = await self.page(source_seq, limit)
        return facts

    async def heartbeat(self, oldest_seconds: float = HEARTBEAT_OLDEST_SECONDS) -> Heartbeat:
        heartbeat, _ = await self._get(self._url.with_query(limit=0))
        return heartbeat

    async def page(self, source_seq: int, limit: int) -> tuple[Heartbeat, list[Received]]:
        """Facts above a feed number, and the owner's heartbeat as it was just before they were read."""
        heartbeat, body = await self._get(self._url.with_query(after=source_seq, limit=limit))
        return heartbeat, read_batch(body)

    def heard_seconds_ago(self) -> float | None:
        return None

    def arrived(self) -> Mapping[str, int]:
        return {}

    def wake(self) -> asyncio.Event | None:
        return None

    def forget(self, wake: asyncio.Event) -> None:
        pass

    async def _get(self, url: URL) -> tuple[Heartbeat, bytes]:
        headers = {"Authorization": f"Bearer {self._token()}"}
        async with self._session.get(url, headers=headers, timeout=_TIMEOUT, allow_redirects=False) as response:
            response.raise_for_status()
            body = await response.read()
            found = response.headers
            return Heartbeat(int(found[HEAD_HEADER]), int(found[INCARNATION_HEADER])), body
