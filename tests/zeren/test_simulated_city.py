"""Ten days of 云岭市, played over HTTP against a running office: the same seed gives the same commands and the same end."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from shared.domain import PersonId
from shared.views.store import all_views
from tests.support.replay import dump, replay
from tests.support.running import Caller, start_up, zeren
from zeren import postgres
from zeren.issuer import DevelopmentIssuer
from zeren.office import SERVICES, open_office
from zeren.settings import Settings
from zeren.simulator.client import Client, Journal
from zeren.simulator.learning import OPENING, learn
from zeren.simulator.playing import Play, play
from zeren.simulator.tally import Tally

SEED = 23


@dataclass(frozen=True)
class Played:
    """One run: what became of the attempts, what was acknowledged in order, and the tasks as they then stood."""

    home: Path
    tally: Tally
    journal: list[dict[str, Any]]
    tasks: list[dict[str, Any]]


@asynccontextmanager
async def office(home: Path) -> AsyncIterator[tuple[str, Callable[[str], str], Caller]]:
    """A running office on this home: its address, tokens of everybody, and its administrator."""
    up = await asyncio.to_thread(lambda: start_up(home).answers())
    try:
        issuer = DevelopmentIssuer(Settings(home=home))
        opening = (await asyncio.to_thread(zeren, home, up.port, "token", "--role", "administrator")).stdout.strip()

        def token(person: str) -> str:
            return opening if person == OPENING else issuer.mint(PersonId(person))

        yield f"http://127.0.0.1:{up.port}", token, Caller(up.port, opening)
    finally:
        assert await asyncio.to_thread(up.end) == 0, up.output()


async def played(home: Path, *runs: Play) -> Played:
    path = home.with_name(f"{home.name}.journal")
    with closing(Journal(path)) as journal:
        tally, tasks = await _play(home, journal, runs)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return Played(home, tally, lines, tasks)


async def _play(home: Path, journal: Journal, runs: Sequence[Play]) -> tuple[Tally, list[dict[str, Any]]]:
    tally = Tally()
    async with office(home) as (url, token, administrator), aiohttp.ClientSession() as session:
        for run in runs:
            client = Client(session, url, token, journal)
            tally = await play(client, await learn(client), run, lambda day, so_far: None)
            assert tally.surprises == []
            assert not tally.unplanned
            assert not tally.skipped
        await client.settle()
        return tally, await asyncio.to_thread(administrator.all, "ledger/tasks")


@pytest.fixture(scope="module")
async def one_by_one(copy_of_city: Callable[[str], Path]) -> Played:
    return await played(copy_of_city("one-by-one"), Play(SEED, 10))


@pytest.fixture(scope="module")
async def four_at_once(copy_of_city: Callable[[str], Path]) -> Played:
    return await played(copy_of_city("four-at-once"), Play(SEED, 10, clients=4))


@pytest.fixture(scope="module")
async def in_two_runs(copy_of_city: Callable[[str], Path]) -> Played:
    return await played(copy_of_city("in-two-runs"), Play(SEED, 4), Play(SEED, 6))


_RANDOM = re.compile(r"(petition|notice)/.*")
"""Streams of what is random: a report enters under an id that nobody can guess, and so does what follows from a fact."""


def told_alike(run: Played) -> dict[str, Any]:
    """What was acknowledged, by key or, at a door, by door and receipt; without positions, codes and random ids."""
    found = {}
    for line in run.journal:
        key = line["key"] if "key" in line else f"{line['door']} {line['receipt']}"
        kept = {name: value for name, value in line.items() if name not in ("position", "code", "events")}
        events = [{**event, "stream": _RANDOM.sub(r"\1/…", event["stream"])} for event in line.get("events", ())]
        found[key] = {**kept, "events": events}
    return found


def test_officials_of_every_kind_and_a_citizen_have_acted(one_by_one: Played) -> None:
    assert {
        "clock/ledger/advance",
        "inspections",
        "inspections/…/findings",
        "findings/…/order-rectification",
        "tasks/…/sign-claim",
        "tasks/…/split",
        "tasks/…/endorse",
        "complaints",
        "follow",
        "petitions",
        "petitions/…/accept",
        "notices/…/release",
        "notices/…/answer",
    } <= set(one_by_one.tally.done)


def test_attempts_that_are_wrong_on_purpose_are_refused_by_code(one_by_one: Played) -> None:
    planned = {"split-weights-not-100", "task-already-split", "version-not-current", "receipt-unknown"}
    assert planned <= set(one_by_one.tally.refused)


def test_four_clients_at_once_end_where_one_does(one_by_one: Played, four_at_once: Played) -> None:
    assert told_alike(four_at_once) == told_alike(one_by_one)
    assert four_at_once.tasks == one_by_one.tasks


def test_a_second_run_goes_on_where_the_first_ended(one_by_one: Played, in_two_runs: Played) -> None:
    between = "sim-23-clock-2026-01-09T00:30"  # the first run leaves the clock on the morning after its last day
    told = told_alike(in_two_runs)
    assert set(told) - set(told_alike(one_by_one)) == {between}
    assert in_two_runs.tasks == one_by_one.tasks


async def test_every_view_of_the_played_city_is_what_its_log_says(four_at_once: Played) -> None:
    """Folded live while it was played, built anew by the command line, and folded again in batches: three times the same."""
    home = four_at_once.home
    async with office(home) as (_, _, administrator):
        rebuilt = await asyncio.to_thread(zeren, home, administrator.port, "views", "rebuild")
        assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
        told = re.findall(r"^(\w+)\.([\w-]+)：(\d+) 行，与原表不同 0 行，搁置 0 行", rebuilt.stdout, re.MULTILINE)
        views = [(service.name, view.name) for service in SERVICES for view in all_views(service)]
        assert [(service, view) for service, view, _ in told] == views
        rows = {(service, view): int(count) for service, view, count in told}
        assert rows["ledger", "tasks"] > 113
        assert rows["ledger", "findings"] > 0

        server = postgres.running(home)
        assert server is not None
        opened = await open_office(server.admin_dsn(), home)
        try:
            for running in opened.services.values():
                log = running.log
                folded = await replay(running.service, log, 500)
                assert folded == await dump(log, *all_views(running.service))
        finally:
            await opened.stop()


def test_the_command_line_plays_and_says_what_was_refused_or_that_nobody_answers(
    copy_of_city: Callable[[str], Path],
) -> None:
    home = copy_of_city("by-command")
    up = start_up(home).answers()
    try:
        said = zeren(home, up.port, "simulate", "--seed", "7", "--days", "2")
        assert said.returncode == 0, said.stdout + said.stderr
        assert "tasks/…/sign-claim" in said.stdout
        assert "version-not-current" in said.stdout
        assert "已办结 0 项" in said.stdout

        said = zeren(home, up.port, "simulate", "--url", "http://127.0.0.1:9", "--patience", "1")
        assert said.returncode == 1
        assert "模拟中断" in said.stdout
    finally:
        up.end()
