"""Days go by: each working day the clock is set, and whoever has something to do does it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from zeren.simulator.chance import Chance
from zeren.simulator.city import City, order_of
from zeren.simulator.client import Answer, Client
from zeren.simulator.inspections import inspections
from zeren.simulator.learning import Learned
from zeren.simulator.notices import notices
from zeren.simulator.reports import reports
from zeren.simulator.rounds import Scheme, rounds, trigger
from zeren.simulator.signatures import commitments, letters
from zeren.simulator.steps import Find, Step
from zeren.simulator.tally import Tally
from zeren.simulator.tasks import fates, story
from zeren.simulator.workdays import WorkDays

_MORNING, _NEXT_DAY = "T09:00:00+08:00", "T00:30:00+08:00"
_OVERDUE_TRIES = 400
_PAUSE_SECONDS = 0.05

OnDay = Callable[[date, Tally], None]
"""Called when a day is over."""


def year(
    city: City,
    days: WorkDays,
    seed: int,
    schemes: Sequence[Scheme] = (),
    assessed: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[date, list[Step]]:
    """Everything that happens in the city in a year, by day; the steps of one chain stand in their order."""
    chance = Chance(seed)
    wholes = [task for task in city.tasks.values() if task.parent is None]
    fate = fates(wholes, chance)
    told = [step for task in wholes for step in story(task, fate[task.number], city, days, chance)]
    told += letters(city, days, chance)
    told += commitments(city, days, chance)
    told += inspections(city, days, chance)
    told += notices(fate, city, days, chance)
    told += reports(city, days, chance)
    told += rounds(schemes, city, days, chance)
    if with_triggers := [scheme for scheme in schemes if scheme.triggers and assessed.get(scheme.id)]:
        told += trigger(with_triggers[0], assessed[with_triggers[0].id], city, days, chance)
    found: dict[date, list[Step]] = defaultdict(list)
    for step in told:
        found[step.day].append(step)
    return found


@dataclass(frozen=True, slots=True)
class Play:
    """A run: `seed` and `days` (of the calendar, today included) say what; `clients` act at the same time."""

    seed: int
    days: int
    clients: int = 1


async def play(client: Client, learned: Learned, run: Play, on_day: OnDay) -> Tally:
    """Play the days from the office's today on, and leave the clock on the day after, as long as that is this year.

    A later run of the same seed goes on from there. Raises Unanswered when the office stays away for too long.
    """
    tally = Tally()
    stories = year(learned.city, learned.days, run.seed, learned.schemes, learned.assessed)
    game = _Game(client, learned, run.seed, tally, makers(stories))
    last = learned.today + timedelta(days=run.days - 1)
    for day in learned.days.between(learned.today, last):
        await game.set_clock(day, _MORNING)
        await _day(game, stories.get(day, ()), run.clients)
        on_day(day, tally)
    following = last + timedelta(days=1)
    if following.year == learned.days.first.year:
        await game.set_clock(following, _NEXT_DAY)
    return tally


def makers(stories: Mapping[date, Sequence[Step]]) -> dict[str, Step]:
    """For each thing that is made or found in the stories, the step that makes or finds it."""
    found: dict[str, Step] = {}
    for step in (step for steps in stories.values() for step in steps):
        if step.makes:
            found[step.makes] = step
        if step.finds:
            found[step.finds.name] = step
    return found


async def _day(game: _Game, steps: Sequence[Step], clients: int) -> None:
    for service in sorted({step.service for step in steps} - {"ledger", "assessment"}):
        await game.know_the_day(service)
    await _together(game, chains_of(step for step in steps if step.service != "assessment"), clients)
    if assessed := chains_of(step for step in steps if step.service == "assessment"):
        # Rounds close and vetoes are lifted on what the assessors know: let everything arrive there first.
        await game.client.settle()
        await _together(game, assessed, clients)


async def _together(game: _Game, chains: Sequence[Sequence[Step]], clients: int) -> None:
    """`clients` workers take one chain after the other; the steps of a chain follow on each other."""
    waiting = iter(chains)

    async def worker() -> None:
        for chain in waiting:
            for step in chain:
                await game.act(step)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(clients, len(chains))):
                group.create_task(worker())
    except ExceptionGroup as several:
        raise several.exceptions[0] from None  # the others had the same office before them


def chains_of(steps: Iterable[Step]) -> list[list[Step]]:
    """The steps of a day by chain, the chains in the order of their names."""
    found: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.chain].append(step)
    return [found[name] for name in sorted(found, key=order_of)]


class _Game:
    """One run at an office: who asks, what is known by now, what became of the steps."""

    def __init__(self, client: Client, learned: Learned, seed: int, tally: Tally, made_by: Mapping[str, Step]) -> None:
        self.client, self.learned, self.book, self.seed, self.tally = client, learned, learned.book, seed, tally
        self._made_by = made_by
        for receipt, code in client.journal.receipts.items():
            self.book.learn(receipt, code)

    async def set_clock(self, day: date, hour: str) -> None:
        """The administrator sets the simulated clock. On the first day it may be later already."""
        administrator = self.learned.city.holders("administrator")[0]
        path = ("clock", "ledger", "advance")
        step = Step(day, "clock", f"{day}{hour[:6]}", administrator, path, {"to": f"{day}{hour}"})
        answer = await self._send(step)
        if answer.code != "clock-only-forward":
            self.tally.count(step, answer)

    async def know_the_day(self, service: str) -> None:
        """Wait until a service knows what day it is: a question waits for what this client was told."""
        question = {"complaints": "catalogue", "notifications": "inbox", "intake": "complaints"}[service]
        clerks = self.learned.city.holders("intake-clerk")
        await self.client.ask(service, question, clerks[0].holder if clerks else self.learned.asker)

    async def act(self, step: Step) -> None:
        """Take one step and take in its answer; it is left out when what it refers to was never made."""
        for name in step.refers_to():
            if not self.book.knows(name) and not await self._recall(name):
                self.tally.skipped[name.partition("/")[0]] += 1
                return
        if step.finds is not None and not self.book.knows(step.finds.name) and not await self._find(step, step.finds):
            self.tally.surprises.append(f"{step.day} {step.chain} {step.label}: {step.finds.name} was not found")
            return
        if step.after_overdue and not await self._is_overdue(step.after_overdue):
            self.tally.surprises.append(f"{step.day} {step.chain}: task {step.after_overdue} did not fall overdue")
        answer = await (self._send(step) if step.who is not None else self._knock(step))
        self.tally.count(step, answer)
        self._learn(step, answer)

    async def _recall(self, name: str) -> bool:
        """Learn the id of what an earlier run of the same seed made or found, by repeating its command under its key, or
        its question. A receipt is given once."""
        maker = self._made_by.get(name)
        if maker is None or maker.day >= self.learned.today or maker.who is None:
            return False
        for needed in maker.refers_to():
            if not self.book.knows(needed) and not await self._recall(needed):
                return False
        if maker.finds is not None and maker.finds.name == name:
            return await self._find(maker, maker.finds)
        self._learn(maker, await self._send(maker))
        return self.book.knows(name)

    async def _find(self, step: Step, wanted: Find) -> bool:
        """Ask until the one that is wanted is there; False when it does not come, or several are like it."""
        assert step.who is not None  # noqa: S101 — a citizen finds nothing
        params, values = self.book.filled(wanted.params), self.book.filled(wanted.values)
        give_up = time.monotonic() + self.client.patience_seconds
        while True:
            items = await self.client.all(wanted.service, wanted.path, step.who.holder, **params)
            found = [item for item in items if all(item[name] == value for name, value in values.items())]
            if len(found) == 1:
                self.book.learn(wanted.name, found[0][wanted.id])
                return True
            if found or time.monotonic() > give_up:
                return False
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _send(self, step: Step) -> Answer:
        assert step.who is not None  # noqa: S101 — who commands has a token
        return await self.client.command(
            step.service,
            step.action,
            self.book.path(step),
            step.who.holder,
            step.key(self.seed),
            self.book.filled(step.body),
        )

    async def _knock(self, step: Step) -> Answer:
        """A citizen at a door: what they lodge goes under a new receipt, and a report that they follow is looked at until it
        has come as far as it should."""
        door, body = self.book.path(step), self.book.filled(step.body)
        if step.makes:
            code, signature = await self.client.receipt()
            return await self.client.knock(door, {**body, "code": code, "signature": signature}, step.makes)
        if not step.stages:
            return await self.client.knock(door, body, next(iter(step.refers_to()), None))
        give_up = time.monotonic() + self.client.patience_seconds
        while True:
            answer = await self.client.knock(door, body, None)
            if answer.status >= 400 or answer.body["stage"] in step.stages:
                return answer
            if time.monotonic() > give_up:
                self.tally.surprises.append(f"{step.day} {step.chain} {step.label}: still {answer.body['stage']}")
                return answer
            await asyncio.sleep(_PAUSE_SECONDS)

    def _learn(self, step: Step, answer: Answer) -> None:
        if answer.status >= 400:
            return
        if step.who is None:
            if step.makes:
                self.book.learn(step.makes, self.client.journal.receipts[step.makes])
            return
        self.book.learn_events(answer.body["events"])
        if step.makes and answer.body["id"]:
            self.book.learn(step.makes, answer.body["id"])

    async def _is_overdue(self, number: str) -> bool:
        """Whether the office has put on record that a task fell overdue; waits some seconds for it."""
        address = f"tasks/{self.book.id_of(f'task/{number}')}"
        for _ in range(_OVERDUE_TRIES):
            task: Mapping[str, object] | None = await self.client.ask("ledger", address, self.learned.asker)
            if task is not None and task["times_overdue"]:
                return True
            await asyncio.sleep(_PAUSE_SECONDS)
        return False
