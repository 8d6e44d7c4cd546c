"""Half a year of 云岭市 over Kafka, a process for each service, with a fault of every kind in it.

Each round plays some days with several clients at once, through the front. In the middle of it, at a moment drawn from
the seed, one fault happens. The clients only repeat what was not answered. When everything has come to rest, the logs
of all services are compared with what was acknowledged and with each other (`tests/support/reconcile.py`).
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args

import pytest

from shared.feeds.cloudevents import read_record
from shared.log.append import Received
from tests.support import brokers
from tests.support.kafka_proxy import proxy_to_broker
from tests.support.reconcile import read_journal
from tests.support.running import Up, children, is_ready, start_up, status_of, until
from tests.support.under_fire import Watched, client_of, errors_said, faults_of, not_followed, planned
from zeren import kafka, postgres
from zeren.logs import reading_log
from zeren.office import SERVICES
from zeren.settings import Settings
from zeren.simulator.client import Client
from zeren.simulator.learning import Learned, learn
from zeren.simulator.playing import Play, play

SEED = int(os.environ.get("FAULT_SEED", "20260105"))
"""Another half-year: FAULT_SEED=… make test. A failure names it."""

DAYS = 14
CLIENTS = 4
REBUILD_EVERY = 4
"""After so many rounds, and after the last, all views are folded anew and compared; all else after each round."""
DOWN_SECONDS = 3.0
"""A fault lasts no longer: the clients may be waiting for its end."""
DOWN_COMMANDS = 12
"""So many commands are acknowledged meanwhile, if the clients do not wait."""

Fault = Literal[
    "relay killed",
    "receiver killed",
    "assessment killed",
    "ledger killed",
    "others killed",
    "front killed",
    "broker killed",
    "PostgreSQL killed",
    "supervisor killed",
    "topics deleted",
    "retention passed",
    "relay wakes up",
    "messages doubled",
    "messages delayed",
]
EACH: tuple[Fault, ...] = get_args(Fault)
FAULTS: list[Fault] = random.Random(SEED).sample(EACH, len(EACH))  # noqa: S311 — no secret

PROCESS: dict[Fault, str] = {
    "relay killed": "relay",
    "receiver killed": "assessment-workers",
    "assessment killed": "assessment-api",
    "ledger killed": "ledger",
    "front killed": "front",
}
"""Those that `zeren up` starts again."""
OTHERS = ("intake", "complaints", "notifications")
"""Services in a process each, which are killed one after the other."""

TOPICS = tuple(service.name for service in SERVICES if any(service.name in other.sources for other in SERVICES))
"""Of every log that somebody receives from."""

Harm = Callable[[], Awaitable[None]]


@dataclass
class City:
    """The installation under fire, and who plays it."""

    up: Up
    client: Client
    learned: Learned
    journal: Path
    watched: Watched
    draws: random.Random = field(default_factory=random.Random)

    @property
    def home(self) -> Path:
        return self.up.home

    @property
    def broker(self) -> brokers.Kafka:
        """The one that runs now, to look into and to tamper with."""
        server = kafka.running(self.home)
        assert server is not None
        return brokers.Kafka(given=server.broker())

    # --- the faults -----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def prepared(self, fault: Fault) -> AsyncIterator[Harm]:
        """What the fault needs is there; the harm is done when it is called."""
        match fault:
            case "broker killed":
                yield self._kill_the_broker
            case "PostgreSQL killed":
                yield self._kill_postgres
            case "supervisor killed":
                yield self._kill_the_supervisor
            case "others killed":
                yield self._kill_others
            case "topics deleted":
                yield self._delete_topics
            case "retention passed":
                yield self._let_retention_pass
            case "messages doubled":
                yield self._double_messages
            case "relay wakes up":
                async with self._another_relay(self.broker.broker().servers):
                    yield self._let_the_relay_sleep
            case "messages delayed":
                port = int(self.broker.broker().servers.rpartition(":")[2])
                async with (
                    proxy_to_broker(port, self.draws, slowest=0.3) as proxy,
                    self._another_relay(f"127.0.0.1:{proxy.port}"),
                ):

                    async def cut() -> None:
                        assert proxy.cut() > 0

                    yield cut
            case _:
                yield lambda: self._kill_a_process(PROCESS[fault])

    async def _kill_a_process(self, name: str) -> None:
        await self._kill_process(children(self.up)[name], name)

    async def _kill_process(self, pid: int, name: str) -> None:
        os.kill(pid, signal.SIGKILL)
        await happens(lambda: children(self.up).get(name, pid) != pid, f"another {name}")

    async def _kill_others(self) -> None:
        """In an order drawn by lot, the next while the one before is away."""
        killed = {name: children(self.up)[name] for name in self.draws.sample(OTHERS, len(OTHERS))}
        for pid in killed.values():
            os.kill(pid, signal.SIGKILL)

        def are_back() -> bool:
            now = children(self.up)
            return all(now.get(name, pid) != pid for name, pid in killed.items())

        await happens(are_back, f"another {', '.join(killed)}")

    async def _kill_the_broker(self) -> None:
        server = kafka.running(self.home)
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)

        def revived() -> bool:
            found = kafka.running(self.home)
            return found is not None and found.pid != server.pid

        await happens(revived, "another broker")

    async def _kill_postgres(self) -> None:
        server = postgres.running(self.home)
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)

        def revived() -> bool:
            found = postgres.running(self.home)
            return found is not None and found.pid != server.pid

        await happens(revived, "another PostgreSQL")

    async def _kill_the_supervisor(self) -> None:
        home, port = self.home, self.up.port
        await asyncio.to_thread(self.up.kill)
        self.up = start_up(home, port, ZEREN_FEED="kafka")
        await asyncio.to_thread(self.up.answers)

    async def _let_retention_pass(self) -> None:
        """The receiver hangs, Kafka forgets what was sent meanwhile, and then the receiver dies."""
        receiver = children(self.up)["assessment-workers"]
        os.kill(receiver, signal.SIGSTOP)
        try:
            async with reading_log(Settings(home=self.home), "assessment") as log:
                await self._meanwhile()
                cursor = await log.cursor("ledger")
                with suppress(TimeoutError):  # nothing more is sent when the clients wait for this very receiver
                    async with asyncio.timeout(DOWN_SECONDS):
                        while await self._sent() <= cursor:  # noqa: ASYNC110 — nobody tells us
                            await asyncio.sleep(0.05)
                await self.broker.forget("ledger")
        finally:
            await self._kill_process(receiver, "assessment-workers")

    async def _let_the_relay_sleep(self) -> None:
        """It is thought dead while another goes on, and then sends what it had in hand."""
        relay = children(self.up)["relay"]
        os.kill(relay, signal.SIGSTOP)
        try:
            await self._meanwhile()
        finally:
            os.kill(relay, signal.SIGCONT)

    async def _delete_topics(self) -> None:
        await asyncio.gather(*(self.broker.delete_topic(topic) for topic in TOPICS))

    async def _double_messages(self) -> None:
        """Some of what was sent comes again, later and in any order, heartbeats included."""
        sent = {topic: await self.broker.records(topic) for topic in TOPICS}
        again = {topic: self.draws.sample(found, min(400, len(found))) for topic, found in sent.items()}
        await self._meanwhile()
        for topic, found in sent.items():
            await self.broker.send(topic, [*again[topic], *found[-50:]])

    async def _sent(self) -> int:
        """The highest feed number in the topic."""
        messages = (read_record(record.headers, record.value) for record in await self.broker.records("ledger"))
        return max((message.source_seq for message in messages if isinstance(message, Received)), default=0)

    async def _meanwhile(self) -> None:
        """Some more commands are acknowledged, unless the clients wait for somebody."""
        self.watched.watch(DOWN_COMMANDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.watched.reached.wait(), DOWN_SECONDS)

    @asynccontextmanager
    async def _another_relay(self, servers: str) -> AsyncIterator[None]:
        """A second relay, started beside the one that `zeren up` keeps, which reaches Kafka at `servers`."""
        server = postgres.running(self.home)
        assert server is not None
        relay = start_up(
            self.home,
            command=(sys.executable, "-m", "zeren.cli", "relay"),
            ZEREN_FEED="kafka",
            ZEREN_KAFKA=servers,
            ZEREN_DATABASE_URL=f"postgresql://{server.host}:{server.port}/",
        )
        await happens(lambda: status_of(relay.port, "/readyz") == 200, "another relay")
        yield
        assert await asyncio.to_thread(relay.end) == 0, relay.output()


async def happens(condition: Callable[[], bool], what: str) -> None:
    await asyncio.to_thread(until, condition, what)


@pytest.fixture(scope="module")
async def city(copy_of_city: Callable[[str], Path]) -> AsyncIterator[City]:
    brokers.need_a_broker_of_ours()
    home = copy_of_city("faults")
    up = await asyncio.to_thread(lambda: start_up(home, ZEREN_FEED="kafka").answers())
    journal = home.with_name("faults.journal")
    try:
        with closing(Watched(journal)) as watched:
            async with client_of(up, watched) as client:
                under_fire = City(up, client, await learn(client), journal, watched)
                yield under_fire
        assert under_fire.up.end() == 0, under_fire.up.output()
    finally:
        if left := kafka.running(home):
            os.kill(left.pid, signal.SIGKILL)


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[f"{n:02} {fault}" for n, fault in enumerate(FAULTS)])
async def test_all_logs_hold_what_was_acknowledged_once_and_in_order(city: City, number: int) -> None:
    fault = FAULTS[number]
    city.draws = random.Random(f"{SEED} {number}")  # noqa: S311 — no secret
    first = city.learned.today + timedelta(days=DAYS * number)
    round_of_days = replace(city.learned, today=first)
    at = city.draws.randint(1, planned(city.learned, SEED, first, DAYS))
    story = f"FAULT_SEED={SEED}, round {number} from {first}: {fault} after {at} acknowledged commands"

    async with city.prepared(fault) as harm:
        city.watched.watch(at)
        playing = asyncio.create_task(
            play(city.client, round_of_days, Play(SEED, DAYS, CLIENTS), lambda day, so_far: None)
        )
        reached = asyncio.create_task(city.watched.reached.wait())
        await asyncio.wait((playing, reached), return_when=asyncio.FIRST_COMPLETED)
        assert reached.done(), f"{story}: the days were over before"
        await harm()
        tally = await playing

    assert tally.surprises == [], f"{story}\n{errors_said(city.home)}"
    assert not tally.unplanned, story
    assert not tally.skipped, story
    rebuild = number % REBUILD_EVERY == REBUILD_EVERY - 1 or fault == FAULTS[-1]
    assert await faults_of(city.up.home, read_journal(city.journal), rebuild=rebuild) == [], (
        f"{story}\n{errors_said(city.home)}"
    )
    await happens(lambda: is_ready(city.up.port), f"readiness after all\n{story}\n{errors_said(city.home)}")


async def test_every_receipt_is_answered_after_all_that(city: City) -> None:
    told = read_journal(city.journal)
    assert len(told.handed_in) > 5
    assert await not_followed(city.client, told) == []
