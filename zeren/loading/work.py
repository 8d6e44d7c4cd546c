"""The commands that a file comes to: rehearsed one after another, then carried out many at a time, or not at all.

A file is read, compared with what is recorded, and rehearsed as a whole before its first row is recorded: nothing is
unless every row is good, or `partial` asks for the good ones. Loading again adds nothing; what a sheet says otherwise
than before is an error, since a record is amended and not rewritten.

With `history` everything is flagged as history: it has its own dates, sends nothing and counts in no score.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.actions import Action
from shared.domain import PersonId, Refused
from shared.facts import Fact
from shared.running import Running
from zeren.loading.rehearsal import Rehearsal, carry_out
from zeren.loading.sheets import RowError, Table, row_error

Progress = Callable[[int, int], None]
"""Told after each command how many are done, and how many there are."""

IN_FLIGHT = 64
"""Commands under way at once, so that the log writes them in batches."""


def no_progress(done: int, total: int) -> None:
    """For callers that show none."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file.

    `recorded` counts what was recorded now, `unchanged` the rows that were recorded before; both by the word for it in
    Chinese (单位、职务、任职、项目、任务 …). `errors` are all errors of the file, in the order of its rows. `loaded` is False
    when nothing was recorded because of them.
    """

    recorded: Mapping[str, int]
    unchanged: Mapping[str, int]
    errors: tuple[RowError, ...]
    loaded: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One command, and the row that asks for it.

    `what` is the word it is counted under, empty for what only prepares it. Steps of a higher `wave` wait for those of
    a lower one. `columns` maps codes of refusals to the heading under which a refusal is shown. `by` is on whose word,
    if not of the person who loads.
    """

    what: str
    command: Any
    key: str
    wave: int
    table: Table | None = None
    row: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    by: PersonId | None = None


class Work:
    """What loading one file would do, on the word of one person."""

    def __init__(self, running: Running, by: PersonId, *, history: bool) -> None:
        self._running = running
        self._by = by
        self._history = history
        self._actions: Mapping[type, Action] = {action.command: action for action in running.service.actions}
        self._steps: list[Step] = []
        self.rehearsal = Rehearsal(running, history=history)
        self.errors: list[RowError] = []
        self.unchanged: Counter[str] = Counter()

    def key(self, *parts: object) -> str:
        """An idempotency key from what identifies a row and from what it says: the same for the same, for ever.

        A keyed hash, since a key becomes part of the command's id, from which nobody shall guess a name.
        """
        return self._running.keys.fingerprint("\n".join(map(str, parts)).encode()).hex()

    async def plan(self, step: Step) -> tuple[Fact, ...] | None:
        """Rehearse a step and keep it: the facts that would follow, or None when it is refused, which is an error."""
        outcome = await self.rehearsal.handle(
            self._actions[type(step.command)], step.command, step.by or self._by, step.key
        )
        if isinstance(outcome, Refused):
            self.errors.append(_error(step, outcome))
            return None
        self._steps.append(step)
        return outcome.facts

    async def carry_out(self, *, partial: bool, progress: Progress) -> Report:
        """Do what was planned, unless there are errors and not `partial`."""
        if self.errors and not partial:
            return self._report(Counter(), loaded=False)
        waves: dict[int, list[Step]] = defaultdict(list)
        for step in self._steps:
            waves[step.wave].append(step)
        recorded: Counter[str] = Counter()
        room = asyncio.Semaphore(IN_FLIGHT)
        done = 0

        async def do(step: Step) -> None:
            nonlocal done
            async with room:
                action = self._actions[type(step.command)]
                outcome = await carry_out(
                    self._running.handler, action, step.command, step.by or self._by, step.key, history=self._history
                )
            done += 1
            progress(done, len(self._steps))
            if isinstance(outcome, Refused):
                # Refused now and not when it was rehearsed: somebody else changed the ledger meanwhile.
                self.errors.append(_error(step, outcome))
            elif step.what:
                recorded[step.what] += 1

        for wave in sorted(waves):
            async with asyncio.TaskGroup() as group:
                for step in waves[wave]:
                    group.create_task(do(step))
        return self._report(recorded, loaded=True)

    def _report(self, recorded: Mapping[str, int], *, loaded: bool) -> Report:
        return Report(dict(recorded), dict(self.unchanged), in_order(self.errors), loaded)


def in_order(errors: Iterable[RowError]) -> tuple[RowError, ...]:
    return tuple(sorted(errors, key=lambda error: (error.sheet, error.row)))


def _error(step: Step, refused: Refused) -> RowError:
    if step.table is None or not step.row:
        return row_error(step.row, "", "", refused)
    return step.table.error(step.table.row(step.row), step.columns.get(refused.code, ""), refused)
