"""What every process that serves has in common: it hears signals, holds its port, answers HTTP, and ends in order."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
import uvloop

from shared.cycles import spare_what_stays
from shared.telemetry import Metrics, configure_logging
from shared.tracing import traced
from shared.waiting import ended
from shared.web.app import Observed
from shared.web.door import Door
from zeren import home as homes
from zeren.postgres_refusals import HOME_IN_USE, PORT_REFUSED, PORT_TAKEN, PostgresRefused
from zeren.settings import Settings

GRACE_SECONDS = 10
"""So long requests that run may go on after the process was asked to end."""
END_SECONDS = GRACE_SECONDS + 10
"""A process that has not ended by then after it was asked to hangs."""

SUPERVISED = "ZEREN_SUPERVISED"
"""In the environment of processes that `zeren up` started: their standard input is open as long as it lives."""


class Ending:
    """Whether a signal has asked this process to end. It is heard from the first moment to the last.

    While something is started or stopped there is no event loop that could hear it, and the default would leave running
    what this process has started.
    """

    def __init__(self) -> None:
        self.asked = False
        self._tell: Callable[[], object] = lambda: None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        self._tell()

    @contextlib.contextmanager
    def event(self) -> Iterator[asyncio.Event]:
        """For the running loop: an event that is set once the process is to end."""
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        self._tell = lambda: loop.call_soon_threadsafe(event.set)
        try:
            if self.asked:
                event.set()
            yield event
        finally:
            self._tell = lambda: None


@contextlib.contextmanager
def reserved(host: str, port: int) -> Iterator[socket.socket]:
    """The listening socket, taken before anything is started, so that a taken port is said at once."""
    # With its protocol named: asyncio turns Nagle's algorithm off only for a socket that says TCP, and with it on every
    # answer waits up to 40 ms for the client to acknowledge its first part.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # two that are only bound to it, while both still load, would not notice each other
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PostgresRefused(PORT_TAKEN.of(host=host, port=port, other=port + 1)) from None
        raise PostgresRefused(PORT_REFUSED.of(host=host, port=port, reason=error.strerror)) from None
    try:
        yield listening
    finally:
        listening.close()


@dataclass(frozen=True, slots=True)
class Served:
    """The application of a process, and the metrics that it counts in."""

    app: Observed
    metrics: Metrics


def run(
    settings: Settings, name: str, port: int | None, opened: Callable[[], AbstractAsyncContextManager[Served]]
) -> None:
    """Be one process of an installation until SIGINT or SIGTERM: `opened` brings up what it serves and takes it down.

    Log lines go to standard output, each a JSON object.
    """
    ending = Ending()
    with (
        _supervised(settings.home, name),
        reserved(settings.host, port or settings.port) as listening,
        traced(f"zeren-{name}"),
    ):
        configure_logging("json", stream=sys.stdout)
        uvloop.run(_run(listening, ending, opened))


async def _run(
    listening: socket.socket, asked: Ending, opened: Callable[[], AbstractAsyncContextManager[Served]]
) -> None:
    with asked.event() as ending:
        async with opened() as served:
            await serve_http(served.app, served.metrics, listening, ending)


@contextlib.contextmanager
def _supervised(home: Path, name: str) -> Iterator[None]:
    """Where `zeren up` started this process: be known in the home, and end when it is gone, however it went."""
    if SUPERVISED not in os.environ:
        yield
        return
    with held_by_process(home, name):
        threading.Thread(target=_end_with_the_supervisor, name="supervisor", daemon=True).start()
        yield


@contextlib.contextmanager
def held_by_process(home: Path, name: str) -> Iterator[None]:
    """Hold the place of one process in the home. PostgresRefused when another process holds it."""
    place = process_place(home, name)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        lock = homes.lock(place)
    except homes.HomeInUse as held:
        raise PostgresRefused(HOME_IN_USE.of(home=place, pid=held.pid or "?")) from None
    with lock:
        yield


def process_place(home: Path, name: str) -> Path:
    """The folder whose lock a supervised process holds while it lives."""
    return home / "processes" / name


def _end_with_the_supervisor() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(END_SECONDS)
    os._exit(1)


async def unless(ending: asyncio.Event, work: asyncio.Task[None]) -> bool:
    """Wait for the work; False when it was broken off because the process is to end."""
    end = asyncio.create_task(ending.wait())
    await asyncio.wait((work, end), return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        await ended(work)
        return False
    end.cancel()
    await work
    return True


async def serve_http(
    app: Observed,
    metrics: Metrics,
    listening: socket.socket,
    ending: asyncio.Event,
    begun: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Answer requests until the process is to end; `begun` is awaited once they are answered."""
    spare_what_stays()
    config = uvicorn.Config(
        app,
        http=Door,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        # Longer than the 60 s for which proxies keep a connection to reuse it.
        timeout_keep_alive=75,
    )
    web = _Web(config)
    loop_watch = asyncio.create_task(metrics.watch_the_loop(), name="event loop")
    serving = asyncio.create_task(web.serve(sockets=[listening]))
    end = asyncio.create_task(ending.wait())
    answering = asyncio.create_task(web.answering.wait())
    await asyncio.wait((serving, end, answering), return_when=asyncio.FIRST_COMPLETED)
    answering.cancel()
    if web.answering.is_set() and begun is not None:
        await begun()
    await asyncio.wait((serving, end), return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    web.should_exit = True
    await serving
    loop_watch.cancel()


class _Web(uvicorn.Server):
    """uvicorn without its own signal handling: this process ends as a whole, in our order."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answering.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = True
