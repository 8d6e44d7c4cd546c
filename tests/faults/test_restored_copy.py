"""A home is lost with its last days, and an older copy of it takes its place, while Kafka still holds what was lost.

The copy begins a new life (`zeren log incarnate`), goes on with its own facts under the same numbers, and takes none
of the lost life from the topic. Whoever holds facts of the lost life, since it was not restored, stops and says so.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import brokers
from tests.support.reconcile import read_journal
from tests.support.running import Caller, Up, children, start_up, status_of, until, zeren
from tests.support.under_fire import client_of, errors_said, faults_of
from zeren import kafka, postgres
from zeren.logs import reading_log
from zeren.office import SERVICES
from zeren.settings import Settings
from zeren.simulator.client import Journal
from zeren.simulator.learning import learn
from zeren.simulator.playing import Play, play

SEED = 20260105
DAYS = 4
REASON = "2026年1月5日的副本"


@dataclass(frozen=True)
class Lost:
    """The home that was lost and its broker; how many facts the ledger had published before its last days, and the leaves
    of those that it published then."""

    home: Path
    broker: kafka.Server
    before: int
    leaves: frozenset[bytes]

    @property
    def servers(self) -> str:
        return self.broker.broker().servers


async def days_played(up: Up, journal: Path) -> None:
    with closing(Journal(journal)) as writing:
        async with client_of(up, writing, up.port, Settings(home=up.home)) as client:
            tally = await play(client, await learn(client), Play(SEED, DAYS, clients=4), lambda day, so_far: None)
            assert tally.surprises == [], errors_said(up.home)
            await client.settle()


async def leaves(home: Path, log: str, above: int) -> frozenset[bytes]:
    """Those of the ledger's published facts above a number, as a log holds them."""
    async with reading_log(Settings(home=home), log) as opened:
        return frozenset(
            [row.leaf async for row in opened.rows() if row.source == "ledger" and (row.source_seq or 0) > above]
        )


async def last_number(home: Path) -> int:
    async with reading_log(Settings(home=home), "assessment") as opened:
        return await opened.cursor("ledger")


@pytest.fixture(scope="module")
async def lost(homes: Path, copy_of_city: Callable[[str], Path]) -> AsyncIterator[Lost]:
    """A city that played some days over Kafka and was killed. What Kafka holds of them is still there."""
    brokers.need_a_broker_of_ours()
    home = copy_of_city("lost")
    broker = kafka.start(homes / "broker-of-the-lost")
    try:
        up = start_up(home, ZEREN_FEED="kafka", ZEREN_KAFKA=broker.broker().servers).answers()
        before = await last_number(home)
        await days_played(up, home.with_name("lost.journal"))
        published = await leaves(home, "assessment", before)
        assert len(published) > 10
        pids = children(up).values()
        up.kill()
        until(lambda: not [pid for pid in pids if Path(f"/proc/{pid}").exists()], "the end of every process")
        yield Lost(home, broker, before, published)
    finally:
        brokers.discard(broker)


@pytest.fixture(scope="module")
def restored(lost: Lost, copy_of_city: Callable[[str], Path]) -> Iterator[Up]:
    """The copy of the city as it was before those days, in its new life."""
    home = copy_of_city("restored")
    for log in (service.name for service in SERVICES):
        begun = zeren(home, 8080, "log", "incarnate", log, "--reason", REASON)
        assert begun.returncode == 0, begun.stderr
        assert "第 2 世" in begun.stdout
    up = start_up(home, ZEREN_FEED="kafka", ZEREN_KAFKA=lost.servers).answers()
    yield up
    assert up.end() == 0, up.output()


async def test_a_restored_copy_goes_on_and_takes_nothing_of_the_life_that_was_lost(lost: Lost, restored: Up) -> None:
    home, journal = restored.home, restored.home.with_name("restored.journal")
    before = await last_number(home)
    await days_played(restored, journal)
    held = await leaves(home, "assessment", 0)
    assert await last_number(home) > before + 10
    assert not held & lost.leaves
    assert await faults_of(Settings(home=home), read_journal(journal), rebuild=True) == []
    for log in (service.name for service in SERVICES):
        assert zeren(home, restored.port, "log", "verify", log).returncode == 0
    assert status_of(restored.port, "/readyz") == 200


def test_a_new_life_is_not_begun_under_an_office_that_runs(restored: Up) -> None:
    refused = zeren(restored.home, restored.port, "log", "incarnate", "ledger", "--reason", REASON)
    assert refused.returncode == 1
    assert str(restored.process.pid) in refused.stderr


@contextmanager
def assessment_of(lost: Lost, services: str) -> Iterator[Up]:
    """The assessment that was not restored, as it goes on elsewhere: it receives from the ledger that was."""
    server = postgres.start(lost.home)
    try:
        workers = start_up(
            lost.home,
            command=(sys.executable, "-m", "zeren.cli", "serve", "assessment", "--part", "workers"),
            ZEREN_DATABASE_URL=f"postgresql://{server.host}:{server.port}/",
            ZEREN_SERVICES=services,
            ZEREN_FEED="kafka",
            ZEREN_KAFKA=lost.servers,
        )
        yield workers
        assert workers.end() == 0, workers.output()
    finally:
        postgres.stop(server)


def services_of(up: Up) -> str:
    """Where the services of an installation are, as its front was told."""
    told = Path(f"/proc/{children(up)['front']}/environ").read_text().split("\0")
    return next(line.removeprefix("ZEREN_SERVICES=") for line in told if line.startswith("ZEREN_SERVICES="))


async def test_who_holds_facts_of_the_lost_life_stops_and_says_so(lost: Lost, restored: Up) -> None:
    services = services_of(restored)
    before = len(lost.leaves) + lost.before
    with assessment_of(lost, services) as workers:
        await asyncio.to_thread(until, lambda: status_of(workers.port, "/readyz") == 503, "readiness is taken back")
        page = Caller(workers.port, "")
        problems = page.send("GET", "/readyz", None, {}).body["problems"]
        assert problems == ["assessment: feed from ledger stopped: feed-other-leaf"]
        metrics = page.send("GET", "/metrics", None, {}).body
        assert 'zeren_feed_stopped{log="assessment",source="ledger"} 1.0' in metrics
        (said,) = [line for line in workers.output().splitlines() if "a feed is refused" in line]
        assert json.loads(said)["level"] == "error"

        looked = zeren(
            lost.home, workers.port, "doctor", ZEREN_SERVICES=services, ZEREN_FEED="kafka", ZEREN_KAFKA=lost.servers
        )
        assert looked.returncode == 1
        assert "✗ assessment：日志 ledger 的第" in looked.stdout
        held = await leaves(lost.home, "assessment", 0)
    assert lost.leaves <= held
    assert len(held) == before
