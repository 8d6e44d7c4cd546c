"""`zeren up` with ZEREN_FEED=kafka: one process for each service, a relay and a front, and this one, which keeps them.

PostgreSQL and Kafka are started as the settings say. A process that dies is started again, ever later if it goes on
dying, and that is said. A signal ends everything in order: the front first, the relay after the services, the database
last. When this process itself is killed, the others notice that nobody holds their standard input any more, and end; the
next start on the home waits for them, or ends them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import aiohttp
from rich.console import Console

from shared.views.shown import Shown
from shared.waiting import ended
from zeren import home as homes
from zeren import kafka, postgres
from zeren.issuer import DevelopmentIssuer
from zeren.kafka_refusals import KafkaRefused
from zeren.loading.city import adopt_schemes, load_city
from zeren.office import Office, server_url
from zeren.ports import free_port
from zeren.postgres_refusals import NOT_STARTED, PostgresRefused
from zeren.processes import PROCESSES, Process
from zeren.serving import END_SECONDS, SUPERVISED, Ending, process_place, reserved, unless
from zeren.settings import Settings
from zeren.up import database, is_half_loaded, logging_to, note_loaded, opened_anew, say_revived, watch_database
from zeren.welcome import welcome

logger = logging.getLogger(__name__)

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_STEADY_SECONDS = 60.0
"""A process that lived this long did not die of its start."""
_KILLED_SECONDS = 5.0
_POLL_SECONDS = 0.1
_SHOWN_SECONDS = 60.0
_FRONT = "front"


def supervise(settings: Settings, *, console: Console) -> None:
    """Run every process until SIGINT or SIGTERM. PostgresRefused or KafkaRefused when something is missing or taken."""
    ending = Ending()
    with contextlib.ExitStack() as held:
        # Said before anything is started; unless the port is that of a front whose supervisor was killed, and that ends first.
        is_left = _holder(process_place(settings.home, _FRONT)) is not None
        listening = None if is_left else held.enter_context(reserved(settings.host, settings.port))
        server = held.enter_context(database(settings))
        held.enter_context(logging_to(settings.home))
        _end_orphans(settings.home)
        if listening is None:
            listening = held.enter_context(reserved(settings.host, settings.port))
        broker = held.enter_context(_broker(settings))
        if not ending.asked:
            asyncio.run(_supervise(settings, server, broker, listening, ending, console))


@contextlib.contextmanager
def _broker(settings: Settings) -> Iterator[kafka.Server | None]:
    """The embedded broker while it is needed; None where brokers are given."""
    if settings.kafka is not None:
        yield None
        return
    server = kafka.start(settings.home)
    try:
        yield server
    finally:
        kafka.stop(server)


def _end_orphans(home: Path) -> None:
    """End the processes that a killed supervisor left on this home. They hold locks here, so they are no one else's."""
    for process in PROCESSES:
        place = process_place(home, process.name)
        began = time.monotonic()
        while (holder := _holder(place)) is not None:
            waited = time.monotonic() - began
            if waited > END_SECONDS + _KILLED_SECONDS:
                reason = f"{process.name} (process {holder}) does not end"
                raise PostgresRefused(NOT_STARTED.of(reason=reason, log=home / f"{process.name}.log"))
            if holder > 0:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(holder, signal.SIGTERM if waited < END_SECONDS else signal.SIGKILL)
            time.sleep(_POLL_SECONDS)


def _holder(place: Path) -> int | None:
    """The process that holds a place; 0 when it has not yet said its number, None when nobody does."""
    if not place.exists():
        return None
    try:
        homes.lock(place).close()
    except homes.HomeInUse as held:
        return held.pid or 0
    return None


async def _supervise(
    settings: Settings,
    server: postgres.Server | None,
    broker: kafka.Server | None,
    listening: socket.socket,
    asked: Ending,
    console: Console,
) -> None:
    over = asyncio.Event()
    watchers = [asyncio.create_task(watch_database(server, over, console))] if server is not None else []
    if broker is not None:
        watchers.append(asyncio.create_task(_watch_broker(broker, over, console)))
    with asked.event() as ending:
        children: list[Child] = []
        try:
            await _run(settings, server, broker, listening, children, ending, console)
        finally:
            for child in reversed(children):
                await child.end()
            over.set()
            await asyncio.gather(*watchers)


async def _run(
    settings: Settings,
    server: postgres.Server | None,
    broker: kafka.Server | None,
    listening: socket.socket,
    children: list[Child],
    ending: asyncio.Event,
    console: Console,
) -> None:
    """Load what is to be loaded, start everything, greet, and wait until the end is asked for."""
    office = await opened_anew(settings, server)
    try:
        if settings.env != "production":
            DevelopmentIssuer(settings)  # makes its key, which the processes share
        loading = is_half_loaded(settings, office)
        if loading and not await unless(ending, asyncio.create_task(load_city(office, console))):
            return
        ports = _ports(settings)
        environment = _environment(settings, broker, ports)
        children += [Child(each, ports[each.name], environment, settings.home, console) for each in PROCESSES]
        front = children[-1]
        services = children[:-1]
        for child in services:
            child.start()
        if not loading:
            listening.close()
            front.start()
        if not await unless(ending, asyncio.create_task(_answering(services))):
            return
        if loading:
            # A scheme names units, which the assessment service knows once Kafka has brought them.
            if not await unless(ending, asyncio.create_task(adopt_schemes(office))):
                return
            if not await unless(ending, asyncio.create_task(_shown(office))):
                return
            note_loaded(settings)
            listening.close()
            front.start()
        if await unless(ending, asyncio.create_task(_answering([front]))):
            await _greet(settings, office, console)
    finally:
        await office.stop()
    await unless(ending, asyncio.create_task(_kept(children)))


async def _kept(children: Sequence[Child]) -> None:
    """Until one of them can no longer be kept, which is a fault of ours and raised as such."""
    await asyncio.gather(*(child.kept() for child in children))


async def _shown(office: Office) -> None:
    """Wait until the views show what was loaded, so that the first question is answered."""
    for running in office.services.values():
        await Shown(running.service, running.log).reached(await running.log.last_position(), _SHOWN_SECONDS)


async def _greet(settings: Settings, office: Office, console: Console) -> None:
    await office.services["ledger"].references.catch_up()
    await welcome(settings, office, console)


def _ports(settings: Settings) -> Mapping[str, int]:
    """A port for each process: that of the settings for the front, free ones of this machine for the others."""
    ports = {_FRONT: settings.port}
    for process in PROCESSES:
        while process.name not in ports:
            port = free_port(None)
            if port is None:
                raise PostgresRefused(NOT_STARTED.of(reason="no free port on 127.0.0.1", log="-"))
            if port not in ports.values():
                ports[process.name] = port
    return ports


def _environment(settings: Settings, broker: kafka.Server | None, ports: Mapping[str, int]) -> Mapping[str, str]:
    """What all processes are told: ours, who is where, and no administrator's account."""
    bases = {process.name: f"http://127.0.0.1:{ports[process.name]}" for process in PROCESSES}
    told = {
        **os.environ,
        "ZEREN_HOME": str(settings.home),
        "ZEREN_FEED": "kafka",
        "ZEREN_KAFKA": broker.broker().servers if broker is not None else settings.kafka or "",
        "ZEREN_SERVICES": json.dumps({p.serves: bases[p.name] for p in PROCESSES if p.serves is not None}),
        "ZEREN_PROCESSES": json.dumps({name: base for name, base in bases.items() if name != _FRONT}),
        SUPERVISED: "1",
    }
    if settings.database_url is not None:
        told["ZEREN_DATABASE_URL"] = server_url(settings)
    return told


async def _answering(children: Sequence[Child]) -> None:
    """Wait until every process answers; they may die and be started again meanwhile."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        for child in children:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                    async with session.get(f"http://{child.host}:{child.port}/livez") as answer:
                        if answer.status == 200:
                            break
                await asyncio.sleep(_POLL_SECONDS)


async def _watch_broker(server: kafka.Server, over: asyncio.Event, console: Console) -> None:
    """Start the embedded broker again when it dies under us, and say so, until `over` is set."""
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SHORTEST_PAUSE):
                await over.wait()
            return
        if await asyncio.to_thread(kafka.alive, server):
            continue
        try:
            server = await asyncio.to_thread(kafka.revive, server)
            logger.warning("Kafka had died and was started again")
            say_revived(console, "Kafka")
        except KafkaRefused as refused:
            logger.error("Kafka does not start again", extra={"code": refused.code})


class Child:
    """One process that is kept running from `start` to `end`. What it says goes to `<home>/<name>.log`."""

    def __init__(
        self, process: Process, port: int, environment: Mapping[str, str], home: Path, console: Console
    ) -> None:
        self.name = process.name
        self.port = port
        self.host = "127.0.0.1" if process.name != _FRONT else _reached_at(environment.get("ZEREN_HOST", ""))
        self._arguments = process.arguments
        own = {"ZEREN_PORT": str(port)} | ({"ZEREN_HOST": "127.0.0.1"} if process.name != _FRONT else {})
        self._environment = {**environment, **own}
        if not process.speaks_kafka:
            self._environment.pop("ZEREN_KAFKA_PASSWORD", None)
        self._log = home / f"{process.name}.log"
        self._say: Callable[[str], None] = lambda line: console.print(line, soft_wrap=True, highlight=False)
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def kept(self) -> None:
        if self._keeper is not None:
            await asyncio.shield(self._keeper)

    async def end(self) -> None:
        """Ask it to end and wait; one that hangs is killed."""
        await ended(self._keeper)
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(END_SECONDS):
                await process.wait()
        except TimeoutError:
            logger.error("a process did not end and was killed", extra={"name_of_process": self.name})
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _keep(self) -> None:
        pause = _SHORTEST_PAUSE
        while True:
            began = time.monotonic()
            # Shielded, so that one that is just being started is known when it has to be ended.
            self._process = await asyncio.shield(asyncio.ensure_future(self._started()))
            code = await self._process.wait()
            if time.monotonic() - began > _STEADY_SECONDS:
                pause = _SHORTEST_PAUSE
            self._tell(code, pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _started(self) -> asyncio.subprocess.Process:
        with homes.log_file(self._log) as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "zeren.cli",
                *self._arguments,
                env=self._environment,
                stdin=asyncio.subprocess.PIPE,  # never written to: it ends when we do
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in our terminal is for us; we decide who ends when
            )

    def _tell(self, code: int, pause: float) -> None:
        how_zh, how_en = f"退出码 {code}", f"exit code {code}"
        if code < 0:
            how_zh, how_en = f"信号 {-code}", f"signal {-code}"
        logger.warning(
            "a process ended and is started again",
            extra={"name_of_process": self.name, "ended_by": how_en, "after_seconds": pause},
        )
        self._say(
            f"[yellow]![/yellow] 进程 {self.name} 意外结束（{how_zh}），{pause:g} 秒后重新启动，详见 {self._log} "
            f"(process {self.name} ended unexpectedly, {how_en}; it is started again in {pause:g} s)"
        )


def _reached_at(host: str) -> str:
    """The address at which this machine reaches a server that listens on `host`."""
    return "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104 — compared, not listened on
