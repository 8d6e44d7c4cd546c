"""A view is built anew beside the one that is read, and takes its place without anybody noticing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import asyncpg
import pytest

from shared.log.log import Log, open_log
from shared.views.rebuild import NEW, Rebuilt, catch_up, rebuild, rebuild_all
from shared.views.runner import Runner
from shared.views.store import views_schema
from tests.support.registers import (
    CITY,
    REGISTERS,
    TALLIES,
    RatesRaised,
    entry,
    evolve_register_repaired,
    opened,
    record,
    registers_service,
)
from tests.support.replay import dump, replay
from zeren.installation import LogAccess

Run = Callable[..., Awaitable[Runner]]


async def test_a_rebuilt_view_that_was_right_does_not_differ(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), opened("应急局:值守"), entry("水务局:巡河"), RatesRaised(2026, 1))
    await runner.reached(log.head, 10)
    before = await dump(log, REGISTERS)
    assert await rebuild(runner.service, log, REGISTERS) == Rebuilt("registers", 2, 0, 0, log.head)
    assert await dump(log, REGISTERS) == before


async def test_a_rebuild_reports_how_many_rows_were_wrong(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, *(opened(f"水务局:巡河{n}") for n in range(5)))
    await runner.reached(log.head, 10)
    await log.pool.execute(f"update {views_schema(log)}.registers_v1 set rate = 9 where register < '水务局:巡河2'")  # noqa: S608
    await log.pool.execute(f"delete from {views_schema(log)}.registers_v1 where register = '水务局:巡河4'")  # noqa: S608
    assert (await rebuild(runner.service, log, REGISTERS)).differing == 3
    assert (await dump(log, REGISTERS))["registers"] == (await replay(runner.service, log, None))["registers"]


async def test_a_rebuild_heals_a_parked_row_once_the_program_is_repaired(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), entry("水务局:巡河", word="涂改"), entry("水务局:巡河"))
    await runner.reached(log.head, 10)
    await runner.stop()
    repaired = replace(REGISTERS, evolve=evolve_register_repaired)
    service = registers_service(views=(repaired, TALLIES))
    rebuilt = await rebuild(service, log, repaired)
    assert (rebuilt.parked, rebuilt.differing) == (0, 1)
    assert await log.pool.fetchval(f"select count(*) from {views_schema(log)}.parked") == 0  # noqa: S608
    assert [(row[4], row[-1]) for row in (await dump(log, REGISTERS))["registers"]] == [(2, None)]


async def test_a_view_is_rebuilt_by_another_process_while_this_one_serves(
    log: Log, run: Run, closing: AsyncExitStack, access: LogAccess
) -> None:
    runner = await run(log)
    await record(log, *CITY, *(opened(f"水务局:巡河{n}") for n in range(20)))
    pool = await closing.enter_async_context(asyncpg.create_pool(access.dsn, min_size=1, max_size=5))
    other = await open_log(access.log, pool, access.dsn, log.catalogue)
    stop = asyncio.Event()

    async def clerks() -> int:
        entries = 0
        while not stop.is_set():
            await record(log, *(entry(f"水务局:巡河{n}") for n in range(20)))
            entries += 20
            # Readers whose statements were prepared before the switch.
            await dump(log, REGISTERS)
        return entries

    writing = asyncio.create_task(clerks())
    results = [await rebuild(registers_service(), other, REGISTERS) for _ in range(3)]
    stop.set()
    entries = await writing
    await runner.reached(log.head, 10)
    assert [result.differing for result in results] == [0, 0, 0]
    assert sum(row[4] for row in (await dump(log, REGISTERS))["registers"]) == entries
    assert (await dump(log, REGISTERS))["registers"] == (await replay(runner.service, log, None))["registers"]


async def test_a_rebuild_that_was_killed_leaves_the_view_and_can_be_repeated(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), entry("水务局:巡河"))
    await runner.reached(log.head, 10)
    schema = views_schema(log)
    await log.pool.execute(f"create table {schema}.registers_v1{NEW} (half text)")
    await log.pool.execute(f"insert into {schema}.checkpoints (name, position) values ('registers_v1{NEW}', 3)")  # noqa: S608
    assert (await rebuild(runner.service, log, REGISTERS)).differing == 0


async def test_an_unknown_view_cannot_be_rebuilt(log: Log, run: Run) -> None:
    runner = await run(log)
    with pytest.raises(LookupError, match="attendance"):
        await rebuild_all(runner.service, log, ["registers", "attendance"])


async def test_views_far_behind_are_caught_up_elsewhere_and_then_go_on_here(log: Log, run: Run) -> None:
    await record(log, *CITY, opened("水务局:巡河"))
    for _ in range(5):
        await record(log, *(entry("水务局:巡河") for _ in range(300)))
    asked: list[list[str]] = []

    async def elsewhere(names: list[str]) -> None:
        asked.append(sorted(names))
        await catch_up(registers_service(), log, names)

    runner = await run(log, catch_up_elsewhere=elsewhere)
    assert await runner.reached(log.head, 20)
    await record(log, entry("水务局:巡河"))
    assert await runner.reached(log.head, 10)
    assert [row[4] for row in (await dump(log, REGISTERS))["registers"]] == [1501]
    assert "registers_v1" in asked[0]


async def test_what_others_fail_to_catch_up_is_caught_up_here_after_the_third_time(log: Log, run: Run) -> None:
    await record(log, *CITY, opened("水务局:巡河"))
    for _ in range(5):
        await record(log, *(entry("水务局:巡河") for _ in range(300)))
    asked: list[list[str]] = []

    async def elsewhere(names: list[str]) -> None:
        asked.append(names)
        raise RuntimeError("the other process was killed")

    runner = await run(log, catch_up_elsewhere=elsewhere)
    assert await runner.reached(log.head, 20)
    assert [row[4] for row in (await dump(log, REGISTERS))["registers"]] == [1500]
    assert len(asked) == 3
