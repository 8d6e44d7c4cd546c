"""A proxy between clients of Kafka and a broker on this machine.

A broker tells its clients where it is to be found, so the proxy writes its own port into what the broker says. That
needs no more of the protocol than that an answer begins with its length.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import struct
from collections.abc import AsyncIterator

from tests.support.proxy import Proxy, opened

_LENGTH = struct.Struct(">i")


class KafkaProxy(Proxy):
    """Stands before a broker. Made by `proxy_to_broker`. Every answer is up to `slowest` seconds late."""

    def __init__(self, broker_port: int, draws: random.Random, slowest: float) -> None:
        super().__init__("127.0.0.1", broker_port)
        self.slowest = slowest
        self._broker_port = broker_port
        self._draws = draws

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = (b"127.0.0.1" + _LENGTH.pack(port) for port in (self._broker_port, self.port))
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = await reader.readexactly(_LENGTH.size)
                answer = await reader.readexactly(*_LENGTH.unpack(length))
                await self._flows.wait()
                if self.slowest:
                    await asyncio.sleep(self._draws.random() * self.slowest)
                writer.write(length + answer.replace(theirs, ours))
                await writer.drain()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def proxy_to_broker(port: int, draws: random.Random, slowest: float = 0.0) -> AsyncIterator[KafkaProxy]:
    """A proxy before the broker at 127.0.0.1:port, closed at the end."""
    async with opened(KafkaProxy(port, draws, slowest)) as proxy:
        yield proxy
