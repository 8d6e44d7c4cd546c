"""Deadlines act once, on the day, and never on what was due before anybody could know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.facts import ClockAdvanced
from shared.log.log import Log
from shared.views.deadlines import Deadlines, LeftUndone
from shared.views.runner import Runner
from tests.shared.views.conftest import open_access
from tests.support.registers import (
    CITY,
    RegisterReviewed,
    ReviewRegister,
    entry,
    opened,
    record,
    registers_service,
)
from zeren.installation import LogAccess

Run = Callable[..., Awaitable[Runner]]

JANUARY_5 = date(2026, 1, 5)
JANUARY_10 = date(2026, 1, 10)


class Office:
    """A log whose clock is set by hand: it starts on 2026-01-05 at 9:00 in Shanghai."""

    def __init__(self, log: Log, runner: Runner) -> None:
        self.log = log
        self.runner = runner
        self.handled: list[tuple[Any, UUID]] = []
        self.broken = False
        self.deadlines = Deadlines(runner.service, log, self.handle, runner)

    async def handle(
        self, action: str, command: Any, command_id: UUID, causation_id: UUID | None, correlation_id: UUID | None
    ) -> None:
        if self.broken:
            raise ConnectionError("no answer")
        self.handled.append((command, command_id))

    async def at(self, month: int, day: int, hour: int = 9) -> None:
        """Local time; the clock is advanced and everything due is issued."""
        to = datetime(2026, month, day, hour - 8 if hour >= 8 else hour, tzinfo=UTC)
        await record(self.log, ClockAdvanced(self.log.id, to))
        await self.deadlines.issue_due()

    @property
    def commands(self) -> list[Any]:
        return [command for command, _ in self.handled]


@pytest.fixture
async def office(closing: AsyncExitStack, access: LogAccess, run: Run) -> Office:
    log = await open_access(closing, access, registers_service(), datetime(2026, 1, 5, 1, tzinfo=UTC))
    await record(log, *CITY)
    return Office(log, await run(log))


async def test_a_deadline_acts_on_its_day_and_once(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=JANUARY_5))
    await office.at(1, 9)
    assert office.commands == []
    await office.at(1, 10)
    await office.at(1, 11)
    assert office.commands == [ReviewRegister("水务局:巡河", JANUARY_10)]


async def test_the_next_date_of_the_same_row_acts_again(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=JANUARY_5))
    await office.at(1, 10)
    await record(office.log, RegisterReviewed("水务局:巡河", date(2026, 2, 10)))
    await office.at(2, 10)
    assert office.commands == [
        ReviewRegister("水务局:巡河", JANUARY_10),
        ReviewRegister("水务局:巡河", date(2026, 2, 10)),
    ]


async def test_what_was_settled_a_moment_ago_does_not_act(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=JANUARY_5))
    await record(
        office.log,
        ClockAdvanced(office.log.id, datetime(2026, 1, 12, tzinfo=UTC)),
        RegisterReviewed("水务局:巡河", None),
    )
    await office.deadlines.issue_due()
    assert office.commands == []


async def test_what_was_due_when_its_kind_was_enabled_is_left_to_people(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_5, known_on=date(2025, 12, 1)))
    await office.at(1, 10)
    assert office.commands == []
    assert await office.deadlines.left_undone() == [
        LeftUndone("review", ("水务局:巡河",), JANUARY_5, "due-before-enabled")
    ]


async def test_what_was_due_before_it_was_recorded_is_left_to_people(office: Office) -> None:
    await office.at(1, 20)
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=date(2026, 1, 20)), history=True)
    await office.at(1, 21)
    assert office.commands == []
    assert await office.deadlines.left_undone() == [
        LeftUndone("review", ("水务局:巡河",), JANUARY_10, "due-before-recorded")
    ]
    assert await office.deadlines.due() == 0


async def test_what_was_loaded_as_history_acts_when_it_is_due_later(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=JANUARY_5), history=True)
    await office.at(1, 10)
    assert office.commands == [ReviewRegister("水务局:巡河", JANUARY_10)]


async def test_the_same_deadline_has_the_same_command_id_after_a_restart(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=JANUARY_5))
    await office.at(1, 10)
    # As after a kill between the handling and the note of it.
    await office.log.pool.execute(f"delete from {office.runner.schema}.deadlines_issued")  # noqa: S608
    again = Office(office.log, office.runner)
    await again.deadlines.issue_due()
    assert again.handled == office.handled


async def test_a_deadline_that_fails_is_tried_again_and_says_why(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=JANUARY_5))
    office.broken = True
    await office.at(1, 10)
    (failing,) = office.deadlines.status()
    assert (failing.kind, failing.attempts) == ("review", 1)
    assert await office.deadlines.due() == 1
    office.broken = False
    again = Office(office.log, office.runner)
    await again.deadlines.issue_due()
    assert again.commands == [ReviewRegister("水务局:巡河", JANUARY_10)]
    assert await office.deadlines.due() == 0


async def test_a_parked_row_waits_until_it_is_whole(office: Office) -> None:
    await record(office.log, opened("水务局:巡河", JANUARY_10, known_on=JANUARY_5), entry("水务局:巡河", word="涂改"))
    await office.at(1, 10)
    assert office.commands == []
