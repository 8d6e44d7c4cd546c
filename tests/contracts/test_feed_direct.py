"""The direct feed, between two logs in one PostgreSQL; and the receiver against feeds that misbehave."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from shared.facts import LogStarted
from shared.feeds.cloudevents import Heartbeat
from shared.feeds.direct import DirectFeed
from shared.feeds.port import HEARTBEAT_OLDEST_SECONDS
from shared.feeds.receiver import Receiver
from shared.feeds.refusals import FeedRefused
from shared.log.append import Received
from shared.log.log import Genesis
from tests.contracts.conftest import TwoPlaces, opened_log
from tests.contracts.feed_contract import FeedContract, Pair, received
from tests.support.registers import CITY, entry, opened, record


@pytest.fixture
async def pair(closing: AsyncExitStack, two_places: TwoPlaces) -> Pair:
    owner_access, access = await two_places()
    owner = await opened_log(closing, owner_access, Genesis(owner_access.log))
    receiving = await opened_log(closing, access, Genesis(access.log))
    return Pair(owner, DirectFeed(owner.id, owner.schema, receiving.pool, owner), receiving)


class TestDirectFeed(FeedContract):
    pass


async def test_an_append_of_this_process_wakes_the_receiver(pair: Pair) -> None:
    wake = pair.source.wake()
    assert wake is not None
    await record(pair.owner, *CITY)
    assert wake.is_set()


@pytest.mark.parametrize("asked", ["published where source_seq > 100 order by source_seq limit 20", "heartbeat"])
async def test_what_a_receiver_asks_does_not_go_through_the_whole_log(pair: Pair, asked: str) -> None:
    for thousand in range(10):
        await record(pair.owner, *(entry(f"河道所:巡河{thousand * 1000 + n}") for n in range(1000)))
    await pair.owner.pool.execute(f"analyze {pair.owner.schema}.log")
    plan = await pair.receiving.pool.fetchval(
        f"explain (analyze, buffers, format json) select * from {pair.owner.schema}.{asked}"  # noqa: S608
    )
    (told,) = json.loads(plan)
    assert told["Plan"]["Shared Hit Blocks"] + told["Plan"]["Shared Read Blocks"] < 50


# Feeds that misbehave


class Misbehaving:
    """A feed between the receiver and the true one, which alters what is delivered."""

    def __init__(self, pair: Pair, alter: Callable[[Sequence[Received]], Sequence[Received]]) -> None:
        self.log = pair.source.log
        self.alter = alter
        self._source = pair.source

    async def genesis(self) -> LogStarted:
        return await self._source.genesis()

    async def after(self, source_seq: int, limit: int) -> Sequence[Received]:
        return self.alter(await self._source.after(source_seq, limit))

    async def heartbeat(self, oldest_seconds: float = HEARTBEAT_OLDEST_SECONDS) -> Heartbeat:
        return await self._source.heartbeat(oldest_seconds)

    def heard_seconds_ago(self) -> float | None:
        return self._source.heard_seconds_ago()

    def arrived(self) -> Mapping[str, int]:
        return self._source.arrived()

    def wake(self) -> asyncio.Event | None:
        return self._source.wake()

    def forget(self, wake: asyncio.Event) -> None:
        self._source.forget(wake)


async def refusal_of(receiver: Receiver) -> str:
    with pytest.raises(FeedRefused) as refused:
        await receiver.receive()
    return refused.value.refused.code


async def test_a_fact_delivered_twice_is_taken_once(pair: Pair) -> None:
    await record(pair.owner, *CITY)
    feed = Misbehaving(pair, lambda facts: [fact for fact in facts for _ in range(2)])
    assert await Receiver(pair.receiving, feed).receive() == 6
    assert [row.source_seq for row in await received(pair)] == [1, 2, 3, 4, 5, 6]


async def test_nothing_is_taken_behind_a_gap_and_the_next_pull_closes_it(pair: Pair) -> None:
    await record(pair.owner, *CITY)
    feed = Misbehaving(pair, lambda facts: [fact for fact in facts if fact.source_seq != 3])
    receiver = Receiver(pair.receiving, feed)
    assert await refusal_of(receiver) == "feed-gap"
    assert [row.source_seq for row in await received(pair)] == [1, 2]
    feed.alter = lambda facts: facts
    assert await receiver.receive() == 4


async def test_a_running_receiver_closes_a_gap_by_itself(pair: Pair) -> None:
    holes = iter([True, True])
    feed = Misbehaving(pair, lambda facts: [f for f in facts if f.source_seq != 3] if next(holes, False) else facts)
    receiver = Receiver(pair.receiving, feed)
    await record(pair.owner, *CITY)
    arrived = pair.receiving.wake()
    await receiver.start()
    while await pair.receiving.cursor(pair.owner.id) < 6:
        await arrived.wait()
        arrived.clear()
    await receiver.stop()
    assert [row.source_seq for row in await received(pair)] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"data": b'{"unit":"x"}'}, "feed-wrong-hash"),
        ({"actor_subject": "person/else"}, "feed-wrong-hash"),
        ({"source": "stranger"}, "feed-wrong-source"),
    ],
    ids=["other data", "other header", "another log's fact"],
)
async def test_a_fact_that_is_not_what_its_owner_hashed_is_refused(
    pair: Pair, change: dict[str, object], code: str
) -> None:
    await record(pair.owner, *CITY)
    feed = Misbehaving(
        pair,
        lambda facts: [replace(f, **change) if f.source_seq == 2 else f for f in facts],  # type: ignore[arg-type]
    )
    assert await refusal_of(Receiver(pair.receiving, feed)) == code
    assert await received(pair) == []


async def restored_owner(pair: Pair, closing: AsyncExitStack, places: TwoPlaces, *events: object) -> DirectFeed:
    """The owner after a restore to its first day, from where it went on with these events."""
    owner_access, access = await places()
    restored = await opened_log(closing, owner_access, Genesis(pair.owner.id))
    await record(restored, *events)
    pool = await closing.enter_async_context(asyncpg.create_pool(access.dsn, min_size=1, max_size=4))
    return DirectFeed(restored.id, restored.schema, pool)


async def test_an_owner_that_was_restored_and_went_on_differently_stops_the_feed(
    pair: Pair, closing: AsyncExitStack, two_places: TwoPlaces
) -> None:
    await record(pair.owner, *CITY, opened("水务局:巡河"), entry("水务局:巡河"))
    await Receiver(pair.receiving, pair.source).receive()
    other_life = await restored_owner(
        pair, closing, two_places, *CITY, opened("水务局:巡河"), entry("水务局:巡河", "9.00"), entry("水务局:巡河")
    )
    receiver = Receiver(pair.receiving, other_life)
    await receiver.start()
    await receiver.ended()
    status = await receiver.status()
    assert (status.state, status.refusal, status.cursor) == ("stopped", "feed-other-leaf", 7)


async def test_an_owner_that_now_ends_earlier_stops_the_feed(
    pair: Pair, closing: AsyncExitStack, two_places: TwoPlaces
) -> None:
    await record(pair.owner, *CITY, opened("水务局:巡河"), entry("水务局:巡河"))
    await Receiver(pair.receiving, pair.source).receive()
    shorter = await restored_owner(pair, closing, two_places, *CITY[:2])
    assert await refusal_of(Receiver(pair.receiving, shorter)) == "feed-ends-earlier"


@pytest.mark.parametrize(
    "genesis",
    [
        Genesis("moni", starts=datetime(2026, 1, 5, 1, tzinfo=UTC)),
        Genesis("yuandi", zone="Asia/Urumqi"),
    ],
    ids=["simulated clock", "other zone"],
)
async def test_a_log_of_another_time_is_refused(
    closing: AsyncExitStack, two_places: TwoPlaces, genesis: Genesis
) -> None:
    owner_access, access = await two_places()
    owner = await opened_log(closing, owner_access, genesis)
    receiving = await opened_log(closing, access, Genesis(access.log))
    with pytest.raises(FeedRefused) as refused:
        await Receiver(receiving, DirectFeed(owner.id, owner.schema, receiving.pool)).start()
    assert refused.value.refused.code == "feed-other-time"


@pytest.mark.parametrize("turns", range(4))
async def test_a_receiver_that_is_woken_just_as_it_is_stopped_ends(pair: Pair, turns: int) -> None:
    feed, wake = Misbehaving(pair, lambda facts: facts), asyncio.Event()
    feed.wake = lambda: wake  # type: ignore[method-assign]
    receiver = Receiver(pair.receiving, feed)
    await receiver.start()
    await asyncio.sleep(0.05)  # not a wait: it has looked by now, and waits for the next time
    wake.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await receiver.stop()
