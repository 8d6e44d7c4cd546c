"""A type becomes public: its receivers learn what was recorded before, as it was, in order, once, and nobody acts on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

import pytest

from shared.actions import Action, Streams
from shared.codec import UnknownEvent
from shared.domain import PersonalText, UnitId
from shared.facts import Fact, FactRepublished
from shared.feeds.direct import DirectFeed
from shared.feeds.receiver import Receiver
from shared.feeds.refusals import FeedRefused
from shared.feeds.republish import republish
from shared.handle import Done, Handler, LiveReferences
from shared.keys import KeyStore
from shared.log.append import Append
from shared.log.log import Genesis, Log
from shared.log.republished import POINTING, pointing_at
from shared.references import References
from shared.service import Service
from shared.views import Issue, Reaction, View
from shared.views.runner import Runner
from tests.contracts.conftest import TwoPlaces, opened_log
from tests.support.registers import (
    CITY,
    TALLIES,
    CloseRegister,
    EntryMade,
    RatesRaised,
    RegisterClosed,
    ThankKeeper,
    entry,
    opened,
    record,
    registers_service,
)
from tests.support.replay import BATCH_SIZES, dump, replay
from zeren.installation import LogAccess

TODAY = registers_service()
LATER = replace(TODAY, published=(*TODAY.published, RatesRaised, RegisterClosed))
"""The program of the next year, in which rates and closed registers are no longer private."""


@dataclass(frozen=True)
class Places:
    owner: LogAccess
    receiving: LogAccess


@pytest.fixture
async def places(two_places: TwoPlaces) -> Places:
    return Places(*await two_places())


@asynccontextmanager
async def owning(places: Places, service: Service) -> AsyncIterator[Log]:
    """The owner's log as a process of this program opens it."""
    async with AsyncExitStack() as stack:
        yield await opened_log(stack, places.owner, Genesis("ledger"), service)


@pytest.fixture
async def receiving(places: Places, closing: AsyncExitStack) -> Log:
    return await opened_log(closing, places.receiving, Genesis(places.receiving.log))


def receiver(places: Places, receiving: Log) -> Receiver:
    return Receiver(receiving, DirectFeed("ledger", places.owner.log, receiving.pool))


async def running(stack: AsyncExitStack, service: Service, log: Log) -> Runner:
    runner = Runner(service, log)
    await runner.start()
    stack.push_async_callback(runner.stop)
    return runner


async def rows(log: Log, view: View[Any]) -> list[tuple[Any, ...]]:
    """Without the mark of rows that are incomplete."""
    return [row[:-1] for row in (await dump(log, view))[view.name]]


# What folds make of it


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a year. `digest` depends on the order in which they were raised."""

    year: int
    raises: int
    digest: int
    occurred: date
    version: int
    position: int


def evolve_rates(row: Rates | None, fact: Fact, refs: References) -> Rates:
    event: RatesRaised = fact.event
    raises, digest = (row.raises, row.digest) if row else (0, 0)
    assert isinstance(fact.occurred, date)
    return Rates(event.year, raises + 1, digest * 10 + event.by, fact.occurred, fact.version, fact.position)


def watch_rates(before: Rates | None, after: Rates | None, fact: Fact) -> Iterable[Issue]:
    yield Issue(CloseRegister(str(fact.event.year), "提高"))


RATES: View[Rates] = View(
    name="rates",
    version=1,
    row=Rates,
    key=("year",),
    events=(RatesRaised,),
    route=lambda fact, refs: [(fact.event.year,)],
    evolve=evolve_rates,
    watch=watch_rates,
)
THANKS = Reaction(
    "when_rates_raised_then_thank_keeper", (RatesRaised,), lambda fact, refs: [Issue(ThankKeeper("水务局:巡河"))]
)
SUBSCRIBER = registers_service(views=(RATES,), reactions=(THANKS,), deadlines=())


async def test_a_view_shows_old_facts_as_they_were_and_nothing_follows_from_them(
    places: Places, receiving: Log, closing: AsyncExitStack
) -> None:
    async with owning(places, TODAY) as owner:
        for year, by in ((2025, 1), (2024, 5), (2025, 2)):
            await record(owner, RatesRaised(year, by), occurred=date(year, 12, 1))
    runner = await running(closing, SUBSCRIBER, receiving)
    begin = receiving.head
    async with owning(places, LATER) as owner:
        await republish(owner, "rates-raised")
        await record(owner, RatesRaised(2026, 9), occurred=date(2026, 1, 5))
    await receiver(places, receiving).receive()
    assert await runner.reached(receiving.head, 10)
    assert await rows(receiving, RATES) == [
        (2024, 1, 5, date(2024, 12, 1), 1, begin + 2),
        (2025, 2, 12, date(2025, 12, 1), 2, begin + 3),
        (2026, 1, 9, date(2026, 1, 5), 1, begin + 4),
    ]
    issued = await receiving.pool.fetch(
        f"select position, action from {runner.schema}.pending order by action"  # noqa: S608
    )
    assert [tuple(row) for row in issued] == [(begin + 4, "CloseRegister"), (begin + 4, "ThankKeeper")]
    live = await dump(receiving, RATES)
    for batch in BATCH_SIZES:
        assert {"rates": (await replay(SUBSCRIBER, receiving, batch))["rates"]} == live


async def test_the_owner_does_not_see_its_facts_twice(places: Places, closing: AsyncExitStack) -> None:
    async with owning(places, TODAY) as owner:
        await record(owner, RatesRaised(2025, 1), occurred=date(2025, 12, 1))
    async with owning(places, LATER) as owner:
        assert (await republish(owner, "rates-raised")).facts == 1
        assert [fact.type for fact in await owner.facts(0)] == ["log-started", "rates-raised", "fact-republished"]
        assert len(await owner.stream("rates/2025")) == len(await owner.category("rates", "ledger", 0, owner.head)) == 1
        async with AsyncExitStack() as stack:
            runner = await running(stack, SUBSCRIBER, owner)
            assert await runner.reached(owner.head, 10)
            assert await rows(owner, RATES) == [(2025, 1, 1, date(2025, 12, 1), 1, 2)]


async def test_a_directory_that_was_recorded_before_stands_where_it_is_looked_up(
    places: Places, closing: AsyncExitStack
) -> None:
    subscriber = replace(
        registers_service(views=(TALLIES,), reactions=(), deadlines=()),
        events=(),
        received=(EntryMade,),
        owns_references=False,
    )
    receiving = await opened_log(closing, places.receiving, Genesis(places.receiving.log), subscriber)
    runner = await running(closing, subscriber, receiving)
    following = LiveReferences(subscriber, receiving)
    await following.catch_up()
    async with owning(places, replace(TODAY, published=())) as owner:
        await record(owner, *CITY)
    async with owning(places, TODAY) as owner:
        for event in ("unit-registered", "post-created", "post-filled"):
            await republish(owner, event)
        await record(owner, entry("水务局:巡河"))
    await receiver(places, receiving).receive()
    assert await runner.reached(receiving.head, 10)
    assert [row[:3] for row in await rows(receiving, TALLIES)] == [("区政府", "巡查", 1)]
    assert await replay(subscriber, receiving, 1) == await replay(subscriber, receiving, None)
    opened_later = LiveReferences(subscriber, receiving)
    await opened_later.catch_up()
    for references in (following, opened_later):
        assert references.folds.position == receiving.head
        assert references.folds.directory.leader(UnitId("水务局"), date(2026, 1, 5)) == "person/lin"


async def test_a_rule_that_reads_a_foreign_stream_decides_again_when_more_of_it_comes(
    places: Places, receiving: Log
) -> None:
    read: list[tuple[int | None, ...]] = []

    def decide(command: CloseRegister, situation: Any, rates: tuple[int | None, ...]) -> list[Any]:
        read.append(rates)
        return [RegisterClosed(command.register)]

    close = Action(
        CloseRegister,
        decide,
        "register/{register}",
        "close",
        (),
        reads=(Streams(lambda command, situation: (("ledger", "rates/2025"),)),),
        needs_state=False,
    )
    folds = {"register": lambda state, event: event, "ledger/rates": lambda state, event: (state or 0) + event.by}
    service = replace(TODAY, actions=(close,), folds=folds)
    keys = KeyStore(receiving.pool, "unused", bytes(32))
    handler = Handler(service, receiving, LiveReferences(service, receiving), keys, lambda who, moment: None)

    async def closed(register: str) -> tuple[int | None, ...]:
        assert isinstance(await handler.handle_as_operator(close, CloseRegister(register, ""), register), Done)
        return read[-1]

    async with owning(places, TODAY) as owner:
        await record(owner, RatesRaised(2025, 1), RatesRaised(2025, 2), occurred=date(2025, 12, 1))
    assert await closed("水务局:巡河") == (None,)
    async with owning(places, LATER) as owner:
        await republish(owner, "rates-raised")
        await receiver(places, receiving).receive()
        assert await closed("水务局:巡渠") == (3,)
        await record(owner, RatesRaised(2025, 4), occurred=date(2025, 12, 30))
    await receiver(places, receiving).receive()
    assert await closed("水务局:巡山") == (7,)


async def test_facts_of_a_stream_come_in_its_order_though_others_of_it_were_known_before(
    places: Places, receiving: Log
) -> None:
    async with owning(places, TODAY) as owner:
        await record(owner, RatesRaised(2025, 1), RatesRaised(2025, 2), occurred=date(2025, 12, 1))
    async with owning(places, LATER) as owner:
        await record(owner, RatesRaised(2025, 3), occurred=date(2025, 12, 30))
        await receiver(places, receiving).receive()
        assert (await republish(owner, "rates-raised")).published_before == 1
    await receiver(places, receiving).receive()
    assert [fact.version for fact in await receiving.stream("rates/2025", "ledger")] == [1, 2, 3]
    assert [fact.version for fact in await receiving.stream("rates/2025", "ledger", after=1)] == [2, 3]
    assert [fact.version for fact in await receiving.category("rates", "ledger", 0, receiving.head)] == [3, 1, 2]


# Once, whatever happens


async def test_what_a_killed_run_left_the_next_one_does_and_the_one_after_it_nothing(
    places: Places, receiving: Log
) -> None:
    class Killed(Exception):
        pass

    def kill_after_the_first_page(done: int, total: int) -> None:
        assert total == 1100
        if done:
            raise Killed

    async with owning(places, TODAY) as owner:
        await record(owner, *(RatesRaised(2025 + n % 7, n) for n in range(1100)))
    async with owning(places, LATER) as owner:
        with pytest.raises(Killed):
            await republish(owner, "rates-raised", kill_after_the_first_page)
        assert (await republish(owner, "rates-raised")).facts == 600
        assert (await republish(owner, "rates-raised")).facts == 0
        await receiver(places, receiving).receive()
        facts = await receiving.facts(1, 5000)
        assert [fact.event.by for fact in facts] == list(range(1100))
        assert (await receiving.verify()).wrong == (await owner.verify()).wrong == []


async def test_two_runs_at_once_republish_each_fact_once(places: Places, closing: AsyncExitStack) -> None:
    async with owning(places, TODAY) as owner:
        await record(owner, *(RatesRaised(2025 + n % 7, n) for n in range(1100)))
    async with owning(places, LATER) as one, owning(places, LATER) as other:
        runs = await asyncio.gather(republish(one, "rates-raised"), republish(other, "rates-raised"))
        assert sum(run.facts for run in runs) == 1100
        meant = [fact.event for fact in await one.facts(1, 5000) if isinstance(fact.event, FactRepublished)]
        assert [event.version for event in meant if event.stream == "rates/2025"] == list(range(1, 159))
        assert len({event.event_id for event in meant}) == len(meant) == 1100


# Schemas


class _Before:
    @dataclass(frozen=True, slots=True)
    class RegisterNoted:
        STREAM: ClassVar = "note/{register}"
        register: str
        words: str
        by: PersonalText | None = None


class _Now:
    @dataclass(frozen=True, slots=True)
    class RegisterNoted:
        STREAM: ClassVar = "note/{register}"
        register: str
        text: str


def noting(event: type, **more: Any) -> Service:
    return replace(TODAY, events=(*TODAY.events, event), **more)


def _renamed(plain: dict[str, Any]) -> dict[str, Any]:
    return {"register": plain["register"], "text": plain["words"]}


NOTED = noting(
    _Now.RegisterNoted,
    published=(*TODAY.published, _Now.RegisterNoted),
    upcasters={("register-noted", 1): _renamed},
)


async def test_a_fact_of_an_old_schema_is_read_in_the_present_one(places: Places, closing: AsyncExitStack) -> None:
    async with owning(places, noting(_Before.RegisterNoted)) as owner:
        await record(owner, _Before.RegisterNoted("水务局:巡河", "清淤已毕"))
    async with owning(places, NOTED) as owner:
        await republish(owner, "register-noted")
    receiving = await opened_log(closing, places.receiving, Genesis(places.receiving.log), NOTED)
    await receiver(places, receiving).receive()
    (fact,) = await receiving.stream("note/水务局:巡河", "ledger")
    assert fact.event == _Now.RegisterNoted("水务局:巡河", "清淤已毕")
    assert (await receiving.verify()).wrong == []


# What may not leave


async def refusal_of(log: Log, type: str) -> str:
    head = log.head
    with pytest.raises(FeedRefused) as refused:
        await republish(log, type)
    assert await log.last_position() == head
    return refused.value.refused.code


@pytest.mark.parametrize(
    ("type", "code"),
    [
        ("rates-lowered", "republish-unknown-type"),
        ("clock-advanced", "republish-kernel-type"),
        ("fact-republished", "republish-kernel-type"),
        ("register-opened", "republish-personal-type"),
        ("register-reviewed", "republish-not-published"),
    ],
)
async def test_a_type_that_may_not_leave_is_refused(places: Places, type: str, code: str) -> None:
    async with owning(places, LATER) as owner:
        await record(owner, *CITY, opened("水务局:巡河"))
        assert await refusal_of(owner, type) == code


async def test_facts_that_were_recorded_with_a_personal_field_stay_though_the_type_has_none_today(
    places: Places,
) -> None:
    async with owning(places, noting(_Before.RegisterNoted)) as owner:
        sealed = PersonalText("zk1.9f3a.AAAA", sealed=True)
        await record(owner, *(_Before.RegisterNoted("水务局:巡河", "清淤已毕", by) for by in (None, sealed)))
    async with owning(places, NOTED) as owner:
        assert await refusal_of(owner, "register-noted") == "republish-personal-facts"


# What a receiver does not believe


@pytest.mark.parametrize(
    "lie",
    [
        {"data": '{"year":2025,"by":9}'},
        {"actor_subject": "person/else"},
        {"version": 2},
        {"stream": "rates/2024"},
        {"leaf": "not hexadecimal"},
        {"type": POINTING},
    ],
    ids=["other data", "other actor", "other version", "other stream", "no hash", "a pointing event"],
)
async def test_a_fact_that_its_owner_never_recorded_so_stops_the_feed(
    places: Places, receiving: Log, lie: dict[str, Any]
) -> None:
    async with owning(places, TODAY) as owner:
        (row,) = (await record(owner, RatesRaised(2025, 1), occurred=date(2025, 12, 1))).rows
    async with owning(places, LATER) as owner:
        await record(owner, replace(pointing_at(row), **lie))
        assert (await owner.verify()).wrong == [(3, ["republished"])]
    with pytest.raises(FeedRefused) as refused:
        await receiver(places, receiving).receive()
    assert refused.value.refused.code == "feed-wrong-republished"
    assert await receiving.cursor("ledger") == 0


async def test_where_only_a_newer_program_knows_what_is_meant_nothing_is_taken_and_no_view_guesses(
    places: Places, receiving: Log, closing: AsyncExitStack
) -> None:
    async with owning(places, TODAY) as owner:
        (row,) = (await record(owner, RatesRaised(2025, 1), occurred=date(2025, 12, 1))).rows
        newer = replace(owner.system_event(pointing_at(row)), schema=2)
        await owner.append(Append([newer], {("ledger", newer.stream): 0}))
    with pytest.raises(UnknownEvent, match="fact-republished schema 2"):
        await receiver(places, receiving).receive()
    await receiving.append(Append(await DirectFeed("ledger", places.owner.log, receiving.pool).after(0, 1)))
    runner = await running(closing, SUBSCRIBER, receiving)
    async with asyncio.timeout(10):
        while [view.state for view in await runner.status() if view.name == "rates"] != ["stopped"]:  # noqa: ASYNC110 — it tells by nothing else
            await asyncio.sleep(0.02)
    assert await rows(receiving, RATES) == []
