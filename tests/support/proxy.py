"""A TCP proxy that stands between a client and a server and goes wrong on purpose.

It understands no protocol: it copies bytes, and looks for a marker in what the client sends.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar


class Fault(Enum):
    """What happens to the request that contains the marker, and to its connection."""

    SWALLOW_ANSWER = "the request arrives; its answer does not, and the client is cut off"
    SWALLOW_REQUEST = "the request never arrives, and the client is cut off"
    ARRIVE_LATE = "the client is cut off at once; the request arrives when `release` is called"


@dataclass(slots=True)
class _Trap:
    marker: bytes
    fault: Fault
    sprung: asyncio.Event = field(default_factory=asyncio.Event)


P = TypeVar("P", bound="Proxy")


class Proxy:
    """Forwards 127.0.0.1:`port` to a server. Made by `proxy_to`.

    `delay` is how many seconds every chunk from the client waits; `refuses` cuts off whoever connects. Between `hold` and
    `flow` connections are half open: they stay, and nothing arrives on either side.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._traps: list[_Trap] = []
        self._clients: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._released = asyncio.Event()
        self._arrived_late = asyncio.Event()
        self.port = 0
        self.delay = 0.0
        self.refuses = False
        self.connections = 0
        """How many were accepted so far."""

    def trap(self, marker: bytes, fault: Fault) -> asyncio.Event:
        """Spring once, on the next request that contains `marker`; the event is set when it has happened."""
        trap = _Trap(marker, fault)
        self._traps.append(trap)
        return trap.sprung

    def cut(self) -> int:
        """Cut off every client, now and without a goodbye; how many were."""
        cut = [client for client in self._clients if not client.is_closing()]
        for client in cut:
            client.transport.abort()
        return len(cut)

    def hold(self) -> int:
        """Let nothing through any more, and cut off nobody; how many are held up."""
        self._flows.clear()
        return len(self._clients)

    def flow(self) -> None:
        """Let through what was held up, and everything from now on."""
        self._flows.set()

    async def release(self) -> None:
        """Let the late request arrive; returns when the server has answered it, or has closed."""
        self._released.set()
        await self._arrived_late.wait()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.refuses:
                return
            self.connections += 1
            server_reader, server_writer = await asyncio.open_connection(*self._target)
            back = asyncio.create_task(self._back(server_reader, writer))
            try:
                await self._forward(reader, writer, server_reader, server_writer, back)
            finally:
                server_writer.transport.abort()
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
        except OSError:
            return  # nobody is at home behind us
        finally:
            self._clients.discard(writer)
            writer.transport.abort()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Copy what the server says."""
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(65536):
                await self._flows.wait()
                writer.write(chunk)
                await writer.drain()
        writer.transport.abort()

    async def _forward(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        server_reader: asyncio.StreamReader,
        server_writer: asyncio.StreamWriter,
        back: asyncio.Task[None],
    ) -> None:
        tail = b""  # a marker may be cut in two by the network
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(65536):
                await self._flows.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                seen = tail + chunk
                trap = next((t for t in self._traps if t.marker in seen), None)
                if trap is None:
                    tail = seen[-64:]
                    server_writer.write(chunk)
                    await server_writer.drain()
                    continue
                self._traps.remove(trap)
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
                if trap.fault is Fault.SWALLOW_ANSWER:
                    server_writer.write(chunk)
                    await server_reader.read(65536)
                    writer.transport.abort()
                    trap.sprung.set()
                elif trap.fault is Fault.SWALLOW_REQUEST:
                    writer.transport.abort()
                    trap.sprung.set()
                else:
                    writer.transport.abort()
                    trap.sprung.set()
                    await self._released.wait()
                    server_writer.write(chunk)
                    await server_reader.read(65536)
                    self._arrived_late.set()
                return


@contextlib.asynccontextmanager
async def proxy_to(host: str, port: int) -> AsyncIterator[Proxy]:
    """A proxy before host:port, closed at the end."""
    async with opened(Proxy(host, port)) as proxy:
        yield proxy


@contextlib.asynccontextmanager
async def opened(proxy: P) -> AsyncIterator[P]:
    """The proxy on a port of its own, closed at the end."""
    listening = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
        await proxy.close()
        await listening.wait_closed()
