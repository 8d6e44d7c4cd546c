"""A year of 云岭市 with twenty kills in it: nothing acknowledged is lost, nothing happens twice, and the year ends as ever.

Each round plays eighteen days with six clients at once. In the middle of it, at a moment drawn from the seed, either
the process of the office is killed and started again, or PostgreSQL is killed under it. The clients only repeat what
was not answered. When the days are over, everything is compared (`tests/support/reconcile.py`).
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from tests.support.reconcile import read_journal
from tests.support.running import Up, start_up, until
from tests.support.under_fire import Watched, client_of, errors_said, faults_of, not_followed, planned
from zeren import postgres
from zeren.simulator.client import Client
from zeren.simulator.learning import Learned, learn
from zeren.simulator.playing import Play, play
from zeren.simulator.reports import FATES
from zeren.simulator.tally import Tally

SEED = int(os.environ.get("FAULT_SEED", "20260105"))
"""Another year: FAULT_SEED=… make test. A failure names it."""

ROUNDS = 20
DAYS = 18
CLIENTS = 6
REBUILD_EVERY = 4
"""After so many rounds, and after the last, all views are folded anew and compared; all else after each round."""

Killed = Literal["the process", "PostgreSQL"]

EACH: tuple[Killed, Killed] = ("the process", "PostgreSQL")
KILLED: list[Killed] = random.Random(SEED).sample(EACH, counts=[ROUNDS // 2, ROUNDS // 2], k=ROUNDS)  # noqa: S311 — no secret


@dataclass
class City:
    """The office under fire, and who plays it."""

    up: Up
    client: Client
    learned: Learned
    journal: Path
    watched: Watched
    tally: Tally = field(default_factory=Tally)

    async def kill(self, what: Killed) -> None:
        """kill -9, and what anybody would do then: start the process again; PostgreSQL is the office's own to revive."""
        if what == "PostgreSQL":
            server = postgres.running(self.up.home)
            assert server is not None
            os.kill(server.pid, signal.SIGKILL)
            await asyncio.to_thread(until, lambda: self._revived(server.pid), "another PostgreSQL")
            return
        home, port = self.up.home, self.up.port
        await asyncio.to_thread(self.up.kill)
        self.up = start_up(home, port)
        await asyncio.to_thread(self.up.answers)

    def _revived(self, killed: int) -> bool:
        server = postgres.running(self.up.home)
        return server is not None and server.pid != killed


@pytest.fixture(scope="module")
async def city(copy_of_city: Callable[[str], Path]) -> AsyncIterator[City]:
    home = copy_of_city("kills")
    up = start_up(home).answers()
    journal = home.with_name("kills.journal")
    with closing(Watched(journal)) as watched:
        async with client_of(up, watched) as client:
            under_fire = City(up, client, await learn(client), journal, watched)
            yield under_fire
    assert under_fire.up.end() == 0, under_fire.up.output()


@pytest.mark.parametrize("number", range(ROUNDS), ids=[f"{n:02} {KILLED[n]}" for n in range(ROUNDS)])
async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(city: City, number: int) -> None:
    draws = random.Random(f"{SEED} {number}")  # noqa: S311 — no secret
    first = city.learned.today + timedelta(days=DAYS * number)
    round_of_days = replace(city.learned, today=first)
    at = draws.randint(1, planned(city.learned, SEED, first, DAYS))
    what = KILLED[number]
    story = f"FAULT_SEED={SEED}, round {number} from {first}: {what} was killed after {at} acknowledged commands"

    city.watched.watch(at)
    playing = asyncio.create_task(play(city.client, round_of_days, Play(SEED, DAYS, CLIENTS), lambda day, so_far: None))
    reached = asyncio.create_task(city.watched.reached.wait())
    await asyncio.wait((playing, reached), return_when=asyncio.FIRST_COMPLETED)
    assert reached.done(), f"{story}: the days were over before"
    await asyncio.sleep(draws.random() * 0.01)  # not a wait: somewhere between two answers
    await city.kill(what)
    tally = await playing

    assert tally.surprises == [], f"{story}\n{errors_said(city.up.home)}"
    assert not tally.unplanned, story
    assert not tally.skipped, story
    assert (
        await faults_of(city.up.home, read_journal(city.journal), rebuild=number % REBUILD_EVERY == REBUILD_EVERY - 1)
        == []
    ), story


async def test_after_twenty_kills_the_year_ends_with_104_of_113(city: City) -> None:
    plan = await city.client.ask("ledger", f"plans/{city.learned.city.plan.id}", city.learned.asker)
    assert (plan["figures"]["tasks"], plan["figures"]["accepted"]) == (113, 104)
    assert plan["figures"]["accepted_percent"] == "92.04"


async def test_after_twenty_kills_every_receipt_is_answered(city: City) -> None:
    told = read_journal(city.journal)
    assert len([one for one in told.handed_in if one.door == "complaints"]) == len(FATES)
    assert await not_followed(city.client, told) == []
