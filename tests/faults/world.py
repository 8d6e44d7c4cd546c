"""The city under fire: an installation in processes of its own, and what stands between it and others.

Four forms of it take turns. In one process or a process each; with the PostgreSQL and Kafka that `zeren up` keeps, or
with given ones, which then stand behind proxies, each on a small file system of its own.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from tests.support import brokers
from tests.support.kafka_proxy import proxy_to_broker
from tests.support.proxy import Proxy, proxy_to
from tests.support.running import REPOSITORY, UP, Up, children, discard_home, is_ready, start_up, until
from tests.support.under_fire import Watched, client_of, logs_of
from zeren import kafka, postgres
from zeren.settings import Settings
from zeren.simulator.client import Client
from zeren.simulator.learning import Learned, learn

Street = Literal["door", "database", "broker"]
"""Where a proxy may stand: between clients and the office, the office and PostgreSQL, the office and Kafka."""

SMALL_MEGABYTES = 1_500
"""Of the file system of a given database or broker: far more than a year needs."""
CLOCKS = (Path("/usr/lib/x86_64-linux-gnu/faketime"), Path("/usr/lib/aarch64-linux-gnu/faketime"))
"""Where Debian's package `libfaketime` lays its library."""


@dataclass(frozen=True, slots=True)
class Form:
    """How the city is installed. `each`: a process each, over Kafka; `given`: PostgreSQL and Kafka are not its own."""

    each: bool
    given: bool

    def __str__(self) -> str:
        processes = "a process each over Kafka" if self.each else "one process"
        return f"{processes}, {'given servers' if self.given else 'servers of its own'}"


FORMS = (Form(False, False), Form(True, True), Form(False, True), Form(True, False))


def library_of_clocks() -> Path | None:
    """The library that makes a process believe in another time; None where it is not installed."""
    return next((found for place in CLOCKS if (found := place / "libfaketimeMT.so.1").exists()), None)


def may_mount() -> bool:
    """Whether file systems of their own can be made here: that takes root, and a machine that lets it."""
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


@dataclass
class World:
    """The installation, its surroundings, and who plays it."""

    form: Form
    up: Up
    settings: Settings
    client: Client
    learned: Learned
    watched: Watched
    journal: Path
    streets: dict[Street, Proxy]
    environment: dict[str, str]
    database: postgres.Server | None = None
    given_broker: kafka.Server | None = None
    small: dict[Street, Path] = field(default_factory=dict)
    clock: Path | None = None
    """The file by which the processes' clocks are set, where that can be done."""
    draws: random.Random = field(default_factory=random.Random)
    since: dict[str, int] = field(default_factory=dict)
    """Where each log stood before anybody played."""

    @property
    def home(self) -> Path:
        return self.up.home

    @property
    def broker(self) -> brokers.Kafka:
        """The one that runs now, to look into and to tamper with."""
        server = self.given_broker or kafka.running(self.home)
        assert server is not None
        return brokers.Kafka(given=server.broker())

    def processes(self) -> dict[str, int]:
        """Every process of ours by name: the office itself, or those that a supervisor keeps."""
        return children(self.up) if self.form.each else {"office": self.up.process.pid}

    async def restart(self) -> None:
        """kill -9 of what was started, and another start, as anybody would."""
        port, home = self.up.port, self.home
        await asyncio.to_thread(self.up.kill)
        self.up = start_up(home, port, command=UP, user=None, **self.environment)
        await asyncio.to_thread(self.up.answers)

    async def ready(self) -> None:
        await happens(lambda: is_ready(self.up.port), "readiness after all")


async def happens(condition: Callable[[], bool], what: str) -> None:
    await asyncio.to_thread(until, condition, what)


@asynccontextmanager
async def opened(folder: Path, first: Path, form: Form) -> AsyncIterator[World]:
    """A copy of the home `first`, in which the city was just loaded, running in this form in a new folder.

    AssertionError when it does not end as it should.
    """
    folder.mkdir(mode=0o755)  # noqa: ASYNC240 — once
    home, journal = folder / "home", folder / "journal"
    async with AsyncExitStack() as stack:
        stack.callback(lambda: discard_home(home))
        environment = {"ZEREN_FEED": "kafka" if form.each else "direct"}
        streets: dict[Street, Proxy] = {}
        small: dict[Street, Path] = {}
        database = broker = clock = None
        if form.given:
            copied(first, home, without=("postgres", "postgres.json"))
            small["database"] = stack.enter_context(_place(folder / "database"))
            copied(first, small["database"] / "home")
            database = stack.enter_context(_database(small["database"] / "home"))
            streets["database"] = await stack.enter_async_context(proxy_to(database.host, database.port))
            environment["ZEREN_DATABASE_URL"] = (
                f"postgresql://{database.superuser}@127.0.0.1:{streets['database'].port}/"
            )
            if form.each:
                small["broker"] = stack.enter_context(_place(folder / "broker"))
                broker = stack.enter_context(_broker(small["broker"] / "home"))
                streets["broker"] = await stack.enter_async_context(proxy_to_broker(broker.port, random.Random(0)))  # noqa: S311
                environment["ZEREN_KAFKA"] = f"127.0.0.1:{streets['broker'].port}"
            if library := library_of_clocks():
                clock = folder / "clock"
                environment |= _with_clock(clock, library, spared="up" if form.each else "")
        else:
            copied(first, home)
        up = await asyncio.to_thread(lambda: start_up(home, None, command=UP, user=None, **environment).answers())
        streets["door"] = await stack.enter_async_context(proxy_to("127.0.0.1", up.port))
        settings = Settings(home=home)
        if database is not None:
            settings = Settings(home=home, database_url=SecretStr(database.admin_dsn()))
        watched = stack.enter_context(closing(Watched(journal)))
        client = await stack.enter_async_context(client_of(up, watched, streets["door"].port, settings))
        world = World(
            form, up, settings, client, await learn(client), watched, journal, streets, environment, database, broker,
            small, clock,
        )  # fmt: skip
        async with logs_of(settings) as (logs, _):
            world.since = {log.id: await log.last_position() for _, log in logs}
        try:
            yield world
            assert await asyncio.to_thread(world.up.end) == 0, world.up.output()
        finally:
            if world.up.process.poll() is None:
                world.up.kill()
            if form.each and not form.given and (left := kafka.running(home)):
                os.kill(left.pid, signal.SIGKILL)


_PRELOADING = """
import os, sys
library, spared = os.environ["CLOCK_LIBRARY"], os.environ["CLOCK_SPARES"]
if sys.orig_argv[-1] != spared and "LD_PRELOAD" not in os.environ:
    os.environ["LD_PRELOAD"] = library
    os.execv(sys.orig_argv[0], sys.orig_argv)
"""


def _with_clock(clock: Path, library: Path, spared: str) -> dict[str, str]:
    """The environment in which every process takes the time of day from a file, but for the one that is spared: a supervisor
    sleeps between looks, which this library does not let it do."""
    clock.write_text("+0\n", encoding="ascii")
    place = clock.with_name("preloading")
    place.mkdir()
    (place / "sitecustomize.py").write_text(_PRELOADING, encoding="ascii")
    return {
        "PYTHONPATH": f"{place}:{REPOSITORY}",
        "CLOCK_LIBRARY": str(library),
        "CLOCK_SPARES": spared,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def copied(first: Path, home: Path, without: Sequence[str] = ()) -> None:
    """A copy of a home, or of all of it but some."""
    subprocess.run(["cp", "--archive", first, home], check=True)
    for name in without:
        left = home / name
        shutil.rmtree(left) if left.is_dir() else left.unlink()


@contextmanager
def _place(folder: Path) -> Iterator[Path]:
    """A folder that is a small file system of its own, where that can be had."""
    folder.mkdir(mode=0o755)
    if not may_mount():
        yield folder
        return
    size = f"size={SMALL_MEGABYTES}m,mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "zeren-faults", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _database(home: Path) -> Iterator[postgres.Server]:
    server = postgres.start(home)
    try:
        yield server
    finally:
        found = postgres.running(home)
        if found is not None:
            os.kill(found.pid, signal.SIGQUIT)
            until(lambda: not postgres.alive(found), "the end of the given PostgreSQL")
        if server.lock is not None:
            server.lock.close()


@contextmanager
def _broker(home: Path) -> Iterator[kafka.Server]:
    server = kafka.start(home)
    try:
        yield server
    finally:
        found = kafka.running(home)
        if found is not None:
            with suppress(ProcessLookupError):
                os.kill(found.pid, signal.SIGKILL)
            until(lambda: not kafka.alive(found), "the end of the given Kafka")
        if server.lock is not None:
            server.lock.close()
