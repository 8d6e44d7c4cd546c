"""Views show what was recorded, whatever the batches, and one row's failure is nobody else's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

import asyncpg
import pytest

from shared.directory import PostVacated
from shared.directory.table import DIRECTORY_VIEWS
from shared.domain import PersonId, PostId
from shared.facts import Fact
from shared.log.log import Log
from shared.references import References
from shared.views.resuming import Retried, resume, retry
from shared.views.runner import Runner
from shared.views.source import ReferenceSource
from shared.views.store import ViewChanged, views_schema
from tests.support.registers import (
    CITY,
    REGISTERS,
    TALLIES,
    RatesRaised,
    Register,
    RegisterClosed,
    Tally,
    chief_post,
    entry,
    evolve_register,
    evolve_register_repaired,
    filled,
    moved,
    opened,
    record,
    registers_service,
    route_tally,
    unit,
)
from tests.support.replay import BATCH_SIZES, dump, replay

Run = Callable[..., Awaitable[Runner]]


async def shown(log: Log, runner: Runner) -> None:
    assert await runner.reached(log.head, 10)


async def eventful_year(log: Log) -> None:
    await record(log, *CITY)
    for n in range(30):
        await record(log, opened(f"河道所:巡河{n}"), opened(f"应急局:值守{n}"))
    for n in range(30):
        await record(log, entry(f"河道所:巡河{n}", "2.50"), entry(f"应急局:值守{n % 5}", "1.00", "值班"))
        if n == 10:
            await record(log, RatesRaised(2026, 2))
        if n == 15:
            await record(log, moved("河道所", "应急局"), entry("河道所:巡河1"), entry("河道所:巡河2"))
        if n == 20:
            await record(log, unit("预案科", "河道所"), chief_post("应急局"), filled("应急局", "person/wu"))
            await record(log, RegisterClosed("河道所:巡河7"), opened("预案科:预案"), entry("预案科:预案", "9.99"))
        if n == 25:
            await record(log, RatesRaised(2027, 1))


async def test_a_view_shows_what_was_recorded(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), entry("水务局:巡河", "1.50"), entry("水务局:巡河", "2.25"))
    await shown(log, runner)
    found = await dump(log, REGISTERS)
    assert [(row[0], row[4], str(row[5]), row[8]) for row in found["registers"]] == [
        ("水务局:巡河", 2, "3.75", "person/lin")
    ]


@pytest.mark.parametrize("batch", BATCH_SIZES)
async def test_replay_gives_what_live_gave_whatever_the_batches(log: Log, run: Run, batch: int | None) -> None:
    runner = await run(log)
    await eventful_year(log)
    await shown(log, runner)
    live = await dump(log, *DIRECTORY_VIEWS, REGISTERS, TALLIES)
    assert len(live["registers"]) == 60
    assert await replay(registers_service(), log, batch) == live


async def parked(log: Log) -> list[tuple[str, str, int]]:
    rows = await log.pool.fetch(f"select view, key::text, position from {views_schema(log)}.parked order by position")  # noqa: S608
    return [tuple(row) for row in rows]


async def test_a_row_that_cannot_be_folded_is_parked_and_the_others_go_on(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), opened("应急局:值守"), entry("水务局:巡河"))
    failed = (await record(log, entry("水务局:巡河", word="涂改"))).first
    await record(log, entry("水务局:巡河", "100.00"), entry("应急局:值守", "2.00"))
    await shown(log, runner)
    rows = {row[0]: row for row in (await dump(log, REGISTERS))["registers"]}
    assert (rows["水务局:巡河"][4], rows["水务局:巡河"][-1]) == (1, failed)
    assert (rows["应急局:值守"][4], rows["应急局:值守"][-1]) == (1, None)
    assert await parked(log) == [("registers_v1", '["水务局:巡河"]', failed)]
    status = {view.name: view for view in await runner.status()}
    assert (status["registers"].parked, status["registers"].lag, status["registers"].state) == (1, 0, "live")


async def test_the_reason_for_parking_names_the_place_and_never_the_text(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), entry("水务局:巡河", word="涂改"))
    await shown(log, runner)
    error = await log.pool.fetchval(f"select error from {views_schema(log)}.parked")  # noqa: S608
    assert error.startswith("ValueError in tests.support.registers.evolve_register, line ")
    assert "scratched" not in error


@pytest.mark.parametrize("restart", [False, True], ids=["while running", "after a restart"])
async def test_a_resumed_row_is_as_if_it_had_never_failed(log: Log, run: Run, restart: bool) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), opened("应急局:值守"), entry("水务局:巡河"))
    await record(log, entry("水务局:巡河", word="涂改"))
    await record(log, entry("水务局:巡河", "100.00"), RatesRaised(2026, 4))
    await record(log, PostVacated(PostId("水务局局长"), PersonId("person/lin"), date(2026, 1, 1)))
    await record(log, entry("水务局:巡河", "1.00"))
    await shown(log, runner)
    repaired = registers_service(views=(replace(REGISTERS, evolve=evolve_register_repaired), TALLIES))
    if restart:
        await runner.stop()
        runner = await run(log, repaired)  # which tries again by itself
    else:
        assert await retry(repaired, log, repaired.views) == [Retried("registers", 1, 0)]
    await record(log, entry("水务局:巡河", "1.00"))
    await shown(log, runner)
    assert await parked(log) == []
    assert await dump(log, *repaired.views) == {
        name: rows for name, rows in (await replay(repaired, log, None)).items() if name in ("registers", "tallies")
    }


async def test_a_row_that_fails_again_waits_on_from_where_it_failed(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), entry("水务局:巡河", word="涂改"), entry("水务局:巡河"))
    again = (await record(log, entry("水务局:巡河", word="撕毁"))).first
    await record(log, entry("水务局:巡河", "7.00"))
    await shown(log, runner)

    def still_torn(row: Register | None, fact: Fact, refs: References) -> Register | None:
        if getattr(fact.event, "word", "") == "撕毁":
            raise ValueError("torn")
        return evolve_register_repaired(row, fact, refs)

    def lost(fact: Fact, refs: References) -> list[tuple[str]]:
        raise LookupError("nothing is known of it")

    worse = registers_service(views=(replace(REGISTERS, route=lost), TALLIES))
    assert await retry(worse, log, worse.views) == [Retried("registers", 0, 1)]
    half = registers_service(views=(replace(REGISTERS, evolve=still_torn), TALLIES))
    assert await retry(half, log, half.views) == [Retried("registers", 0, 1)]
    assert [position for _, _, position in await parked(log)] == [again]
    repaired = replace(REGISTERS, evolve=evolve_register_repaired)
    assert await resume(registers_service(views=(repaired, TALLIES)), log, repaired, ("水务局:巡河",))
    assert [row[4] for row in (await dump(log, REGISTERS))["registers"]] == [4]


async def test_a_value_that_the_database_refuses_parks_its_row_alone(log: Log, run: Run) -> None:
    def too_large(row: Register | None, fact: Fact, refs: References) -> Register | None:
        after = evolve_register(row, fact, refs)
        return replace(after, entries=1 << 70) if after and getattr(fact.event, "word", "") == "天文" else after

    runner = await run(log, registers_service(views=(replace(REGISTERS, evolve=too_large), TALLIES)))
    await record(log, *CITY, opened("水务局:巡河"), opened("应急局:值守"))
    failed = (await record(log, entry("水务局:巡河", word="天文"), entry("应急局:值守"))).first
    await record(log, entry("水务局:巡河"), entry("应急局:值守"))
    await shown(log, runner)
    assert await parked(log) == [("registers_v1", '["水务局:巡河"]', failed)]
    assert [(row[0], row[4]) for row in (await dump(log, REGISTERS))["registers"]] == [
        ("应急局:值守", 2),
        ("水务局:巡河", 0),
    ]


async def test_a_route_that_fails_stops_its_view_alone(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), entry("水务局:巡河"))
    await shown(log, runner)
    failed = (await record(log, opened("不存在:巡河"), entry("不存在:巡河"), entry("水务局:巡河"))).first + 1
    assert await runner.reached(log.head, 10, [REGISTERS])
    assert not await runner.reached(log.head, 0.1, [TALLIES])
    status = {view.name: view for view in await runner.status()}
    assert (status["tallies"].state, status["tallies"].position) == ("stopped", failed - 1)
    assert (status["registers"].state, status["registers"].lag) == ("live", 0)


async def test_a_view_that_stopped_goes_on_once_it_is_repaired_and_joins_the_others(log: Log, run: Run) -> None:
    runner = await run(log)
    await record(log, *CITY, opened("水务局:巡河"), opened("不存在:巡河"), entry("不存在:巡河"))
    for _ in range(250):
        await record(log, entry("水务局:巡河"))
    await runner.reached(log.head, 10, [REGISTERS])
    await runner.stop()
    repaired = replace(
        TALLIES, route=lambda fact, refs: [] if fact.event.register.startswith("不") else route_tally(fact, refs)
    )
    runner = await run(log, registers_service(views=(REGISTERS, repaired)))
    await record(log, entry("水务局:巡河"))
    await shown(log, runner)
    assert await runner.reached(log.head, 10, [TALLIES])
    assert [row[:3] for row in (await dump(log, TALLIES))["tallies"]] == [("区政府", "巡查", 251)]


async def test_a_changed_row_without_a_new_version_is_refused(log: Log, run: Run) -> None:
    await run(log)

    @dataclass(frozen=True, slots=True)
    class Wider(Tally):
        remark: str = ""

    with pytest.raises(ViewChanged, match="tallies"):
        await run(log, registers_service(views=(REGISTERS, replace(TALLIES, row=Wider))))


async def test_an_event_of_our_own_that_a_newer_program_wrote_stops_every_view(log: Log, run: Run) -> None:
    older = registers_service()
    older = replace(older, events=tuple(event for event in older.events if event is not RatesRaised))
    older = replace(
        older, views=(replace(REGISTERS, events=tuple(e for e in REGISTERS.events if e is not RatesRaised)), TALLIES)
    )
    await record(log, *CITY, opened("水务局:巡河"))
    last = log.head
    await record(log, RatesRaised(2026, 1), entry("水务局:巡河"))
    log.catalogue = older.catalogue()
    runner = await run(log, older)
    assert not await runner.reached(log.head, 1)
    assert {view.position for view in await runner.status()} == {last}
    assert {view.state for view in await runner.status()} == {"stopped"}


@pytest.mark.parametrize(
    "lost",
    [
        asyncpg.InternalClientError("cannot switch to state 7; another operation (2) is in progress"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_database_that_goes_away_while_views_are_taken_up_stops_none_of_them(
    log: Log, run: Run, monkeypatch: pytest.MonkeyPatch, lost: Exception
) -> None:
    """Half of what the driver raises then says nothing of PostgreSQL's own codes."""
    await record(log, *CITY, opened("水务局:巡河"))
    read, asked = ReferenceSource.between, 0

    async def away_at_first(source: ReferenceSource, after: int, up_to: int) -> list[Fact]:
        nonlocal asked
        asked += 1
        if asked <= 2:
            raise lost
        return await read(source, after, up_to)

    monkeypatch.setattr(ReferenceSource, "between", away_at_first)
    runner = await run(log)
    await record(log, entry("水务局:巡河"))
    await shown(log, runner)
    assert asked > 2
    assert {view.state for view in await runner.status()} == {"live"}


async def test_two_runners_on_one_log_fold_every_fact_once(log: Log, run: Run) -> None:
    first, second = await run(log), await run(log)
    await record(log, *CITY, opened("水务局:巡河"))
    for _ in range(60):
        await record(log, entry("水务局:巡河"))
    await shown(log, first)
    await shown(log, second)
    assert [row[4] for row in (await dump(log, REGISTERS))["registers"]] == [60]


async def test_far_behind_views_catch_up_without_holding_the_event_loop(log: Log, run: Run) -> None:
    await record(log, *CITY, opened("水务局:巡河"))
    for _ in range(12):
        await record(log, *(entry("水务局:巡河") for _ in range(250)))
    longest, stop = 0.0, asyncio.Event()

    async def feel() -> None:
        nonlocal longest
        while not stop.is_set():
            before = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - before)

    runner = await run(log)
    feeling = asyncio.create_task(feel())
    await shown(log, runner)
    stop.set()
    await feeling
    assert [row[4] for row in (await dump(log, REGISTERS))["registers"]] == [3000]
    assert longest < 0.5  # a whole catch-up in one piece would hold it for longer
