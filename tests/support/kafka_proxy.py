"""A proxy between clients of Kafka and a broker on this machine, which makes everything late and may cut it off.

A broker tells its clients where it is to be found, so the proxy writes its own port into what the broker says. That
needs no more of the protocol than that an answer begins with its length.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import struct
from collections.abc import AsyncIterator

_LENGTH = struct.Struct(">i")


class KafkaProxy:
    """Stands at 127.0.0.1:`port` before a broker. Made by `proxy_to_broker`. Every answer is up to `slowest` seconds late."""

    def __init__(self, broker_port: int, draws: random.Random, slowest: float) -> None:
        self.port = 0
        self.slowest = slowest
        self._broker_port = broker_port
        self._draws = draws
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()

    def cut(self) -> int:
        """Cut off every client, now and without a goodbye; how many were."""
        cut = [writer for writer in self._writers if not writer.is_closing()]
        for writer in cut:
            writer.transport.abort()
        return len(cut)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def close(self) -> None:
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        broker: asyncio.StreamWriter | None = None
        try:
            answers, broker = await asyncio.open_connection("127.0.0.1", self._broker_port)
            back = asyncio.create_task(self._back(answers, writer))
            try:
                while chunk := await reader.read(65536):
                    broker.write(chunk)
                    await broker.drain()
            finally:
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
        except OSError:
            return
        finally:
            self._writers.discard(writer)
            for end in (writer, broker):
                if end is not None:
                    end.transport.abort()

    async def _back(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = (b"127.0.0.1" + _LENGTH.pack(port) for port in (self._broker_port, self.port))
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = await answers.readexactly(_LENGTH.size)
                answer = await answers.readexactly(*_LENGTH.unpack(length))
                await asyncio.sleep(self._draws.random() * self.slowest)
                writer.write(length + answer.replace(theirs, ours))
                await writer.drain()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def proxy_to_broker(port: int, draws: random.Random, slowest: float) -> AsyncIterator[KafkaProxy]:
    """A proxy before the broker at 127.0.0.1:port, closed at the end."""
    proxy = KafkaProxy(port, draws, slowest)
    listening = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.close()
        await listening.wait_closed()
