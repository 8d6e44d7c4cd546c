"""The faults: what is done to a running city, and undone again. Each returns when the harm is over.

A fault that found nothing to harm raises `Spared` and is not counted.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.feeds.cloudevents import read_record
from shared.log.append import Received
from tests.faults.world import Form, Street, World, happens, library_of_clocks, may_mount
from tests.support.kafka_proxy import proxy_to_broker
from tests.support.proxy import Fault
from tests.support.running import start_up, status_of, until
from zeren import kafka, postgres
from zeren.kafka_refusals import KafkaRefused
from zeren.logs import reading_log
from zeren.office import SERVICES
from zeren.postgres_refusals import PostgresRefused
from zeren.serving import SUPERVISED

DOWN_SECONDS = 3.0
"""A fault lasts no longer: the clients may be waiting for its end."""
DOWN_COMMANDS = 12
"""So many commands are acknowledged meanwhile, if the clients do not wait."""
BITE_SECONDS = 15.0
"""So long a fault that waits for something to harm may wait for it."""
STEPS = (-3_600, -60, 90, 7_200)
"""Seconds by which a clock is wrong."""
MARKS: dict[Street, bytes] = {"door": b"/rename", "database": b"unit-renamed"}
"""What is in a request of which the answer is swallowed, and in the statement by which it is written."""

_OWN = ("ZEREN_PORT", SUPERVISED)
"""What only the process that is kept is told."""
TOPICS = tuple(service.name for service in SERVICES if any(service.name in other.sources for other in SERVICES))
"""Of every log that somebody receives from."""


class Spared(Exception):
    """There was nothing to harm; the message says what."""


async def meanwhile(world: World) -> None:
    """Some more commands are acknowledged, unless the clients wait for somebody."""
    world.watched.watch(DOWN_COMMANDS)
    with suppress(TimeoutError):
        await asyncio.wait_for(world.watched.reached.wait(), DOWN_SECONDS)


# --- killed and stopped -----------------------------------------------------------------------------------------


async def process_killed(world: World) -> None:
    """kill -9; the supervisor starts it again, and where there is none, whoever runs the office does."""
    if not world.form.each:
        await world.restart()
        return
    name, pid = world.draws.choice(sorted(world.processes().items()))
    os.kill(pid, signal.SIGKILL)
    await happens(lambda: world.processes().get(name, pid) != pid, f"another {name}")


async def processes_killed(world: World) -> None:
    """Several at once."""
    killed = dict(world.draws.sample(sorted(world.processes().items()), 3))
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)

    def are_back() -> bool:
        now = world.processes()
        return all(now.get(name, pid) != pid for name, pid in killed.items())

    await happens(are_back, f"another {', '.join(killed)}")


async def supervisor_killed(world: World) -> None:
    await world.restart()


async def postgres_killed(world: World) -> None:
    """Its postmaster; a server of the office's own is the office's to revive."""
    home = world.database.home if world.database is not None else world.home
    server = postgres.running(home)
    if server is None:
        raise Spared("PostgreSQL")
    os.kill(server.pid, signal.SIGKILL)
    await postgres_back(world, server.pid)


async def postgres_back(world: World, killed: int) -> None:
    """Wait for the office to revive its own; revive a given one."""
    if world.database is not None:
        await happens(lambda: not postgres.alive(killed_server(world)), "the end of PostgreSQL")
        world.database = await asyncio.to_thread(postgres.revive, world.database)
        return

    def revived() -> bool:
        found = postgres.running(world.home)
        return found is not None and found.pid != killed

    await happens(revived, "another PostgreSQL")


def killed_server(world: World) -> postgres.Server:
    assert world.database is not None
    return world.database


async def broker_killed(world: World) -> None:
    if world.given_broker is not None:
        os.kill(world.given_broker.pid, signal.SIGKILL)
        await broker_back(world)
        return
    server = kafka.running(world.home)
    if server is None:
        raise Spared("Kafka")
    os.kill(server.pid, signal.SIGKILL)

    def revived() -> bool:
        found = kafka.running(world.home)
        return found is not None and found.pid != server.pid

    await happens(revived, "another broker")


async def broker_back(world: World) -> None:
    dead = world.given_broker
    assert dead is not None
    await happens(lambda: not kafka.alive(dead), "the end of Kafka")
    world.given_broker = await asyncio.to_thread(kafka.revive, dead)


async def process_stopped(world: World) -> None:
    """SIGSTOP, and SIGCONT when others have gone on or it is time."""
    _, pid = world.draws.choice(sorted(world.processes().items()))
    await _stopped(world, pid)


async def _stopped(world: World, pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    try:
        await meanwhile(world)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def postgres_stopped(world: World) -> None:
    """Every process of it: nobody is answered, and no connection ends."""
    home = world.database.home if world.database is not None else world.home
    server = postgres.running(home)
    if server is None:
        raise Spared("PostgreSQL")
    stopped = [server.pid, *_children_of(server.pid)]
    for pid in stopped:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        await meanwhile(world)
    finally:
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _children_of(parent: int) -> list[int]:
    text = "".join(path.read_text() for path in Path(f"/proc/{parent}/task").glob("*/children"))
    return [int(pid) for pid in text.split()]


async def relay_wakes_up(world: World) -> None:
    """It is thought dead while another goes on, and then sends what it had in hand."""
    async with _another(world, "relay"):
        await _stopped(world, world.processes()["relay"])


async def worker_wakes_up(world: World) -> None:
    """The same of whoever receives for the assessment service."""
    async with _another(world, "serve", "assessment", "--part", "workers"):
        await _stopped(world, world.processes()["assessment-workers"])


def _told(pid: int) -> Iterator[tuple[str, str]]:
    """The environment of a process."""
    for line in Path(f"/proc/{pid}/environ").read_text("utf-8").split("\0"):
        name, _, value = line.partition("=")
        yield name, value


@asynccontextmanager
async def _another(world: World, *arguments: str, **more: str) -> AsyncIterator[None]:
    """A second process of a kind, beside the one that is kept, and told the same as that one."""
    kept = world.processes()["relay" if arguments == ("relay",) else "assessment-workers"]
    settings = {name: value for name, value in _told(kept) if name.startswith("ZEREN_") and name not in _OWN}
    command = (sys.executable, "-m", "zeren.cli", *arguments)
    another = start_up(world.home, None, command=command, user=None, **(world.environment | settings | more))
    await happens(lambda: status_of(another.port, "/readyz") == 200, f"another {' '.join(arguments)}")
    yield
    assert await asyncio.to_thread(another.end) == 0, another.output()


# --- connections ------------------------------------------------------------------------------------------------


def cut(street: Street) -> Callable[[World], Awaitable[None]]:
    async def done(world: World) -> None:
        if not world.streets[street].cut():
            raise Spared("no connection")

    return done


def half_open(street: Street) -> Callable[[World], Awaitable[None]]:
    """Nothing arrives any more, and nobody is told; then it goes on, or they are cut off after all."""

    async def done(world: World) -> None:
        proxy = world.streets[street]
        try:
            if not proxy.hold():
                raise Spared("no connection")
            await meanwhile(world)
            if world.draws.random() < 0.5:
                proxy.cut()
        finally:
            proxy.flow()

    return done


def slow(street: Street) -> Callable[[World], Awaitable[None]]:
    async def done(world: World) -> None:
        proxy = world.streets[street]
        proxy.delay = 0.02 + world.draws.random() * 0.2
        try:
            await meanwhile(world)
        finally:
            proxy.delay = 0.0

    return done


def swallowed(street: Street) -> Callable[[World], Awaitable[None]]:
    """What was asked is done, and the answer does not arrive."""

    async def done(world: World) -> None:
        sprung = world.streets[street].trap(MARKS[street], Fault.SWALLOW_ANSWER)
        try:
            await asyncio.wait_for(sprung.wait(), BITE_SECONDS)
        except TimeoutError:
            raise Spared("no answer") from None

    return done


async def messages_delayed(world: World) -> None:
    """A relay beside the one that is kept reaches Kafka late, and is cut off."""
    port = int(world.broker.broker().servers.rpartition(":")[2])
    async with (
        proxy_to_broker(port, world.draws, slowest=0.3) as proxy,
        _another(world, "relay", ZEREN_KAFKA=f"127.0.0.1:{proxy.port}"),
    ):
        await meanwhile(world)
        proxy.cut()


# --- what Kafka keeps -------------------------------------------------------------------------------------------


async def topics_deleted(world: World) -> None:
    """All of them; they are made again by whoever needs them."""
    await asyncio.gather(*(world.broker.delete_topic(topic) for topic in TOPICS))


async def retention_passed(world: World) -> None:
    """The receiver hangs, Kafka forgets what was sent meanwhile, and then the receiver dies."""
    name = "assessment-workers"
    receiver = world.processes()[name]
    os.kill(receiver, signal.SIGSTOP)
    try:
        async with reading_log(world.settings, "assessment") as log:
            await meanwhile(world)
            cursor = await log.cursor("ledger")
            with suppress(TimeoutError):  # nothing more is sent when the clients wait for this very receiver
                async with asyncio.timeout(DOWN_SECONDS):
                    while await _sent(world) <= cursor:  # noqa: ASYNC110 — nobody tells us
                        await asyncio.sleep(0.05)
            missed = await _sent(world) > cursor
            await world.broker.forget("ledger")
    finally:
        os.kill(receiver, signal.SIGKILL)
        await happens(lambda: world.processes().get(name, receiver) != receiver, f"another {name}")
    if not missed:
        raise Spared("nothing was sent")


async def _sent(world: World) -> int:
    """The highest feed number in the ledger's topic."""
    messages = (read_record(record.headers, record.value) for record in await world.broker.records("ledger"))
    return max((message.source_seq for message in messages if isinstance(message, Received)), default=0)


async def messages_doubled(world: World) -> None:
    """Some of what was sent comes again, later and in any order, heartbeats included."""
    sent = {topic: await world.broker.records(topic) for topic in TOPICS}
    again: dict[str, Sequence[Any]] = {
        topic: world.draws.sample(found, min(400, len(found))) for topic, found in sent.items()
    }
    await meanwhile(world)
    for topic, found in sent.items():
        await world.broker.send(topic, [*again[topic], *found[-50:]])


# --- disks and clocks -------------------------------------------------------------------------------------------


async def database_disk_full(world: World) -> None:
    """Not a byte is left until PostgreSQL says so, and a little longer; a server that died of it is started again."""
    assert world.database is not None
    folder = world.small["database"]
    logs = world.database.data.parent / "log"
    before = _complaints(logs)
    with _ballast(folder):
        await _bites(lambda: _complaints(logs) > before or not postgres.alive(killed_server(world)))
        await meanwhile(world)
    if not postgres.alive(world.database):
        with suppress(PostgresRefused):
            world.database = await asyncio.to_thread(postgres.revive, world.database)


async def broker_disk_full(world: World) -> None:
    """The same of Kafka, which ends itself when it cannot write."""
    server = world.given_broker
    assert server is not None
    log = server.folder / "kafka.log"
    before = log.read_bytes().count(b"No space left")
    with _ballast(world.small["broker"]):
        await _bites(lambda: log.read_bytes().count(b"No space left") > before or not kafka.alive(server))
        await meanwhile(world)
    # It may take its time to give up after all.
    with suppress(AssertionError):
        await asyncio.to_thread(until, lambda: not kafka.alive(server), "the end of Kafka", DOWN_SECONDS)
    if not kafka.alive(server):
        with suppress(KafkaRefused):
            world.given_broker = await asyncio.to_thread(kafka.revive, server)


async def _bites(condition: Callable[[], bool]) -> None:
    try:
        async with asyncio.timeout(BITE_SECONDS):
            while not condition():  # noqa: ASYNC110 — nobody tells us
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise Spared("nothing had to be written") from None


def _complaints(logs: Path) -> int:
    return sum(log.read_bytes().count(b"No space left") for log in logs.iterdir())


@contextmanager
def _ballast(folder: Path) -> Iterator[None]:
    """Fill a file system to the last page, and empty it again."""
    file = folder / "ballast"
    try:
        for size in (1 << 20, 4096):
            with suppress(OSError), file.open("ab", buffering=0) as ballast:
                while True:
                    ballast.write(bytes(size))
        yield
    finally:
        file.unlink()


async def clock_steps(world: World) -> None:
    """Every process of ours believes in another time of day for a while, and then in the right one again."""
    assert world.clock is not None
    step = world.draws.choice(STEPS)
    world.clock.write_text(f"{step:+d}\n", encoding="ascii")
    try:
        await asyncio.sleep(1.2)  # so long a process may keep the time that it has read
        await meanwhile(world)
    finally:
        world.clock.write_text("+0\n", encoding="ascii")
        await asyncio.sleep(1.2)


# --- which there are --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault. `suits` says in which forms it can happen, `lacks` what this machine lacks for it."""

    name: str
    do: Callable[[World], Awaitable[None]]
    suits: Callable[[Form], bool] = lambda form: True
    lacks: Callable[[], str] = lambda: ""


def _each(form: Form) -> bool:
    return form.each


def _given(form: Form) -> bool:
    return form.given


def _given_each(form: Form) -> bool:
    return form.given and form.each


def _no_mount() -> str:
    return "" if may_mount() else "a file system of its own takes root"


def _no_clocks() -> str:
    return "" if library_of_clocks() else "the package libfaketime is not installed"


_STREETS: tuple[tuple[Street, Callable[[Form], bool]], ...] = (
    ("door", lambda form: True),
    ("database", _given),
    ("broker", _given_each),
)

KINDS: tuple[Kind, ...] = (
    Kind("a process killed", process_killed),
    Kind("three processes killed", processes_killed, _each),
    Kind("the supervisor killed", supervisor_killed, _each),
    Kind("PostgreSQL killed", postgres_killed),
    Kind("Kafka killed", broker_killed, _each),
    Kind("a process stopped and continued", process_stopped),
    Kind("PostgreSQL stopped and continued", postgres_stopped),
    Kind("an old relay wakes up", relay_wakes_up, _each),
    Kind("an old worker wakes up", worker_wakes_up, _each),
    *(Kind(f"connections cut: {street}", cut(street), suits) for street, suits in _STREETS),
    *(Kind(f"connections half open: {street}", half_open(street), suits) for street, suits in _STREETS),
    *(Kind(f"connections slow: {street}", slow(street), suits) for street, suits in _STREETS),
    *(Kind(f"answer swallowed: {street}", swallowed(street), suits) for street, suits in _STREETS if street in MARKS),
    Kind("messages delayed", messages_delayed, _each),
    Kind("messages doubled", messages_doubled, _each),
    Kind("topics deleted", topics_deleted, _each),
    Kind("retention passed", retention_passed, _each),
    Kind("disk full: database", database_disk_full, _given, _no_mount),
    Kind("disk full: broker", broker_disk_full, _given_each, _no_mount),
    Kind("clocks wrong", clock_steps, _given, _no_clocks),
)


def kinds_for(form: Form) -> list[Kind]:
    """Those that can happen in this form on this machine."""
    return [kind for kind in KINDS if kind.suits(form) and not kind.lacks()]


def drawn(form: Form, count: int, draws: random.Random) -> list[Kind]:
    """So many faults: every kind as often as every other, to within one, in an order drawn by lot."""
    kinds = kinds_for(form)
    found: list[Kind] = []
    while len(found) < count:
        found += draws.sample(kinds, len(kinds))
    return found[:count]
