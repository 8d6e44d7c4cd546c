"""How a process reaches Apache Kafka, and what a log's topic is called and made of."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

Security = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]

START_MILLISECONDS = 10_000
"""For aiokafka's `request_timeout_ms`: how long one answer of a broker may take."""

_STOPPED_SECONDS = 3.0


class Client(Protocol):
    """A producer or consumer of aiokafka."""

    _sender: Any

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Broker:
    """A Kafka cluster and how to speak to it. `servers` is host:port, several separated by commas.

    `ca` are the authorities that the brokers' certificates must stem from (PEM); absent: those of the system.
    `certificate` and `key` (PEM) are shown by us where the brokers ask for them; `user` and `password` are for SASL.
    """

    servers: str
    security: Security = "PLAINTEXT"
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    mechanism: Mechanism = "SCRAM-SHA-512"
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def arguments(self) -> dict[str, Any]:
        """What every aiokafka client is given."""
        given: dict[str, Any] = {"bootstrap_servers": self.servers, "security_protocol": self.security}
        if self.security.endswith("SSL"):
            context = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
            if self.certificate is not None:
                context.load_cert_chain(self.certificate, self.key)
            given["ssl_context"] = context
        if self.security.startswith("SASL"):
            given |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return given


@contextlib.asynccontextmanager
async def connected(client: Client) -> AsyncIterator[None]:
    """A producer or consumer, started, and stopped within a bound when the block ends, even if its broker is gone."""

    async def stop() -> None:
        stopping = asyncio.ensure_future(client.stop())
        done, _ = await asyncio.wait((stopping,), timeout=_STOPPED_SECONDS)
        if not done:
            # A producer waits for ever until what it could not send is sent. What it sends with is taken from it.
            await client._sender.close()
            await stopping

    async with between(client.start, stop):
        yield


@contextlib.asynccontextmanager
async def between(start: Callable[[], Awaitable[None]], stop: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Start a client of aiokafka, and stop it when the block ends.

    Starting is never broken off half-way: aiokafka would leave its connection open.
    """
    starting = asyncio.ensure_future(start())
    try:
        await asyncio.shield(starting)
        yield
    finally:
        await asyncio.wait((starting,))
        with contextlib.suppress(Exception):
            await stop()


def topic_of(log: str) -> str:
    """The topic of a log's published facts: one partition, because a log has one order."""
    return f"zeren.{log}"
