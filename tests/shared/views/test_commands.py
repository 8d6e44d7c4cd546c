"""Watches and reactions: each command once, never for the past, never for history, whatever is killed in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from shared import tracing
from shared.log.log import Log
from shared.views.enabling import reaction_heads
from shared.views.issuer import Issuer
from shared.views.rebuild import rebuild
from shared.views.runner import Runner
from shared.views.store import views_schema
from tests.support.collector import asked_for, collector
from tests.support.registers import (
    CITY,
    REGISTERS,
    TALLIES,
    CloseRegister,
    RegisterClosed,
    ThankKeeper,
    entry,
    opened,
    record,
    registers_service,
)

Run = Callable[..., Awaitable[Runner]]
FULL = [entry("水务局:巡河") for _ in range(7)]


class Desk:
    """Handles commands as the service would: by id, each once. `broken` makes it fail."""

    def __init__(self) -> None:
        self.handled: dict[UUID, Any] = {}
        self.tries = 0
        self.broken = False

    async def handle(
        self, action: str, command: Any, command_id: UUID, causation_id: UUID | None, correlation_id: UUID | None
    ) -> None:
        self.tries += 1
        if self.broken:
            raise ConnectionError("the log cannot be reached")
        assert action == type(command).__name__
        self.handled[command_id] = command

    @property
    def commands(self) -> list[Any]:
        return list(self.handled.values())


async def waiting(log: Log) -> int:
    count: int = await log.pool.fetchval(f"select count(*) from {views_schema(log)}.pending")  # noqa: S608
    return count


async def test_a_watch_issues_a_command_when_a_row_changed(log: Log, run: Run) -> None:
    runner, desk = await run(log), Desk()
    await record(log, *CITY, opened("水务局:巡河"), *FULL)
    await runner.reached(log.head, 10)
    await Issuer(runner.service, log, desk.handle).issue_all()
    assert desk.commands == [CloseRegister("水务局:巡河", "已满")]
    assert await waiting(log) == 0


async def test_a_command_of_the_system_goes_on_in_the_trace_of_what_led_to_it(log: Log, run: Run) -> None:
    desk = Desk()
    with collector() as kept, asked_for(kept), tracing.traced("zeren-test"):
        runner = await run(log)
        await record(log, *CITY, opened("水务局:巡河"), *FULL[:-1])
        await runner.reached(log.head, 10)
        with tracing.span("append"):
            await record(log, FULL[-1])
        await runner.reached(log.head, 10)
        await Issuer(runner.service, log, desk.handle).issue_all()
        assert desk.commands == [CloseRegister("水务局:巡河", "已满")]
        (trace,) = {span.trace for span in kept.waits_until(3)}
        spans = kept.waits_for(trace, "append", f"fold {log.id}", "issue CloseRegister")
    assert spans["issue CloseRegister"].parent == spans["append"].span
    assert spans[f"fold {log.id}"].attributes["zeren.views"] == ["registers", "tallies"]


async def test_a_reaction_issues_a_command_that_names_its_cause(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"))
    closing = await record(log, RegisterClosed("水务局:巡河"))
    await runner.reached(log.head, 10)
    causes: list[tuple[Any, UUID | None, UUID | None]] = []

    async def handle(action: str, command: Any, id: UUID, cause: UUID | None, correlation: UUID | None) -> None:
        causes.append((command, cause, correlation))

    await Issuer(runner.service, log, handle).issue_all()
    row = closing.rows[0]
    assert causes == [(ThankKeeper("水务局:巡河"), row.event_id, row.correlation_id)]


async def test_what_happened_before_the_first_start_acts_on_nobody(log: Log, run: Run) -> None:
    await record(log, *CITY, opened("水务局:巡河"), *FULL, opened("水务局:值守"), RegisterClosed("水务局:值守"))
    past = log.head
    runner = await run(log)
    await runner.reached(log.head, 10)
    assert await waiting(log) == 0
    assert set((await reaction_heads(log)).values()) == {past}


async def test_history_acts_on_nobody(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), *FULL, RegisterClosed("水务局:巡河"), history=True)
    await runner.reached(log.head, 10)
    assert await waiting(log) == 0


async def test_facts_missed_during_an_outage_are_acted_upon(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"))
    await runner.reached(log.head, 10)
    await runner.stop()
    await record(log, *FULL, RegisterClosed("水务局:巡河"))
    runner = await run(log)
    await runner.reached(log.head, 10)
    assert await waiting(log) == 2


async def test_a_command_that_was_handled_before_a_kill_is_not_handled_twice(log: Log, run: Run) -> None:
    runner, desk = await run(log), Desk()
    await record(log, *CITY, opened("水务局:巡河"), *FULL)
    await runner.reached(log.head, 10)
    killed = Issuer(runner.service, log, desk.handle)
    taken = await log.pool.fetch(f"select * from {views_schema(log)}.pending")  # noqa: S608
    await killed.issue_all()
    # The kill came after handling and before the row was removed: it stands there again.
    await log.pool.copy_records_to_table("pending", schema_name=views_schema(log), records=[tuple(taken[0])])
    await Issuer(runner.service, log, desk.handle).issue_all()
    assert (desk.tries, desk.commands) == (2, [CloseRegister("水务局:巡河", "已满")])


async def test_the_same_facts_folded_again_give_the_same_command_id(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"))
    await runner.reached(log.head, 10)
    await runner.stop()
    before = await log.pool.fetch(f"select name, position from {views_schema(log)}.checkpoints")  # noqa: S608
    await record(log, *FULL)
    ids = []
    for _ in range(2):
        # As if the process had been killed before its commit: checkpoints and rows stand where they stood.
        for name, position in before:
            await log.pool.execute(
                f"update {views_schema(log)}.checkpoints set position = $2 where name = $1",  # noqa: S608
                name,
                position,
            )
        await log.pool.execute(f"update {views_schema(log)}.registers_v1 set entries = 0, mood = 'open'")  # noqa: S608
        runner = await run(log)
        await runner.reached(log.head, 10)
        await runner.stop()
        ids += [row[0] for row in await log.pool.fetch(f"delete from {views_schema(log)}.pending returning command_id")]  # noqa: S608
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_a_command_that_cannot_be_handled_stays_and_says_why(log: Log, run: Run) -> None:
    runner, desk = await run(log), Desk()
    await record(log, *CITY, opened("水务局:巡河"), *FULL)
    await runner.reached(log.head, 10)
    desk.broken = True
    issuer = Issuer(runner.service, log, desk.handle)
    await issuer.issue_all()
    (unissued,) = await issuer.status()
    assert (unissued.action, unissued.attempts) == ("CloseRegister", 1)
    assert str(unissued.error).startswith("ConnectionError in ")
    desk.broken = False
    await Issuer(runner.service, log, desk.handle).issue_all()
    assert await issuer.status() == []


async def test_a_rebuild_issues_nothing(log: Log, run: Run) -> None:
    runner, desk = await run(log), Desk()
    await record(log, *CITY, opened("水务局:巡河"), *FULL)
    await runner.reached(log.head, 10)
    await Issuer(runner.service, log, desk.handle).issue_all()
    await rebuild(runner.service, log, REGISTERS)
    assert await waiting(log) == 0


async def test_a_new_version_of_a_view_does_not_act_again_on_what_the_old_one_saw(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), *FULL)
    await runner.reached(log.head, 10)
    await runner.stop()
    await log.pool.execute(f"delete from {views_schema(log)}.pending")  # noqa: S608
    second = replace(REGISTERS, version=2)
    runner = await run(log, registers_service(views=(second, TALLIES), deadlines=()))
    assert await runner.reached(log.head, 10, [second])
    assert await waiting(log) == 0
    await record(log, opened("水务局:值守"), *(entry("水务局:值守") for _ in range(7)))
    assert await runner.reached(log.head, 10, [second])
    assert await waiting(log) == 1


@pytest.mark.parametrize("start", [True, False], ids=["woken by the runner", "by polling"])
async def test_the_issuer_runs_beside_the_runner(log: Log, run: Run, start: bool) -> None:
    runner, desk = await run(log), Desk()
    issuer = Issuer(runner.service, log, desk.handle, runner.pending_wake if start else None)
    await issuer.start()
    await record(log, *CITY, opened("水务局:巡河"), *FULL)
    await runner.reached(log.head, 10)
    for _ in range(200):
        if not await issuer.status():
            break
    else:
        await issuer.issue_all()
    await issuer.stop()
    assert desk.commands == [CloseRegister("水务局:巡河", "已满")]
