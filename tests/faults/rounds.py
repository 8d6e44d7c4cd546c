"""One round: some days of the city are played by many clients, faults happen meanwhile, and then everything is compared."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.faults.harms import Kind, Spared
from tests.faults.rivals import Rivalry, rivalry
from tests.faults.world import World
from tests.support.reconcile import read_journal
from tests.support.under_fire import errors_said, faults_of, planned
from zeren.simulator.learning import Learned
from zeren.simulator.playing import Play, play

CLIENTS = 6
_GAP_SECONDS = 2.0
"""The next fault does not wait longer for commands: the clients may be waiting themselves, or have done everything."""


@dataclass
class Round:
    """What is to happen. `label` tells rounds of one city apart, `number` is counted from 0."""

    seed: int
    label: str
    number: int
    days: int
    kinds: Sequence[Kind]
    rebuild: bool
    batch: int | None = None
    """How many positions a view is folded at a time to compare."""


@dataclass
class Outcome:
    """What happened. `faults` counts those that found something to harm; `wrong` is empty when all is well."""

    first: date
    faults: Counter[str] = field(default_factory=Counter)
    spared: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    happened: list[tuple[float, str]] = field(default_factory=list)
    """Each fault with the second of the round at which it began."""
    rivals: int = 0
    retries: int = 0
    seconds: float = 0.0
    history: Sequence[dict[str, Any]] = ()
    """The rivals' history, when something is wrong."""


async def played(world: World, round_: Round) -> Outcome:
    """Play it; whatever goes wrong is in the outcome."""
    world.draws = random.Random(f"{round_.seed} {round_.label}")  # noqa: S311 — no secret
    first = world.learned.today + timedelta(days=round_.days * round_.number)
    learned = replace(world.learned, today=first)
    outcome = Outcome(first)
    began, retries = time.monotonic(), world.client.retries
    commands = planned(learned, round_.seed, first, round_.days)
    contest: Rivalry | None = None
    try:
        contest = await rivalry(world.client, learned, f"R{round_.label}")
        outcome.wrong += await _under_fire(world, round_, learned, commands, contest, outcome, began)
        outcome.wrong += contest.faults()
        await world.ready()
        told = replace(read_journal(world.journal), since=world.since)
        outcome.wrong += await faults_of(world.settings, told, rebuild=round_.rebuild, batch=round_.batch)
    except Exception as error:  # whatever it is, the account of this round tells it
        several = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        outcome.wrong += [f"{type(one).__name__}: {one}" for one in several]
    if outcome.wrong:
        outcome.wrong.append(errors_said(world.home))
        outcome.history = contest.told() if contest is not None else ()
    outcome.rivals = len(contest.history) if contest is not None else 0
    outcome.retries = world.client.retries - retries
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


async def _under_fire(
    world: World, round_: Round, learned: Learned, commands: int, contest: Rivalry, outcome: Outcome, began: float
) -> list[str]:
    """Play while the faults happen; the answers that should not have been given."""
    over = asyncio.Event()
    run = Play(round_.seed, round_.days, CLIENTS)
    playing = asyncio.create_task(play(world.client, learned, run, lambda day, so_far: None))
    competing = asyncio.create_task(contest.go_on(over, world.draws))
    try:
        for kind in round_.kinds:
            world.watched.watch(world.draws.randint(1, max(1, commands // len(round_.kinds))))
            with suppress(TimeoutError):
                await asyncio.wait_for(world.watched.reached.wait(), _GAP_SECONDS)
            outcome.happened.append((round(time.monotonic() - began, 1), kind.name))
            try:
                await kind.do(world)
            except Spared:
                outcome.spared[kind.name] += 1
            else:
                outcome.faults[kind.name] += 1
        tally = await playing
        over.set()
        await competing
    finally:
        over.set()
        for task in (playing, competing):
            task.cancel()
        await asyncio.gather(playing, competing, return_exceptions=True)
    unplanned = [f"refused {times} times, which nobody had planned: {code}" for code, times in tally.unplanned.items()]
    skipped = [f"left out for want of what came before: {kind} ({times})" for kind, times in tally.skipped.items()]
    return [*tally.surprises, *unplanned, *skipped]


async def at_the_end(world: World) -> list[str]:
    """What is wrong with a year that was played to its end: it ends as it would have ended without any fault."""
    plan = await world.client.ask("ledger", f"plans/{world.learned.city.plan.id}", world.learned.asker)
    found = (plan["figures"]["tasks"], plan["figures"]["accepted"], plan["figures"]["accepted_percent"])
    return [] if found == (113, 104, "92.04") else [f"the year ended with {found}"]
