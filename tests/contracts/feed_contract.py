"""What every feed must do, whichever way the facts travel. An adapter's test module inherits `FeedContract` and gives
its `pair`: two logs of one time, and the adapter's view of the first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.facts import Fact
from shared.feeds.cloudevents import Heartbeat
from shared.feeds.port import FeedSource
from shared.feeds.receiver import Receiver
from shared.feeds.republish import republish
from shared.log.format import Row
from shared.log.log import Log
from tests.support.registers import CITY, RatesRaised, entry, opened, record, registers_service

SOON_SECONDS = 60.0


@dataclass(frozen=True)
class Pair:
    """`owner` publishes; `source` is how its facts arrive; `receiving` is where they go."""

    owner: Log
    source: FeedSource
    receiving: Log


async def taken(pair: Pair) -> int:
    """Receive until everything has arrived that is published now; the number of facts taken."""
    receiver, count = Receiver(pair.receiving, pair.source), 0

    async def all_there() -> bool:
        nonlocal count
        count += await receiver.receive()
        return await pair.receiving.cursor(pair.owner.id) >= pair.owner.feed_head

    await until(all_there, "everything published has arrived")
    return count


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until it holds; AssertionError names what never came to pass, far beyond what it takes."""
    try:
        async with asyncio.timeout(SOON_SECONDS):
            while not await condition():  # noqa: ASYNC110 — an adapter tells its progress by nothing else
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {SOON_SECONDS} s: {what}") from None


async def received(pair: Pair) -> list[Row]:
    return [row async for row in pair.receiving.rows() if row.source == pair.owner.id]


async def published(pair: Pair) -> list[Row]:
    return [row async for row in pair.owner.rows() if row.source_seq is not None]


def owners_side(rows: list[Row]) -> list[tuple[object, ...]]:
    """Everything of a row that its owner decides, and that must travel unchanged."""
    return [
        tuple(v for k, v in row._asdict().items() if k not in ("position", "incarnation", "learned_at", "chain"))
        for row in rows
    ]


def owners_word(facts: Iterable[Fact]) -> list[Fact]:
    """Facts but for what the reading log adds, and for the mark that makes them act on nobody."""
    never = datetime.min.replace(tzinfo=UTC)
    return [replace(fact, position=0, source_seq=None, learned_at=never, history=False) for fact in facts]


class FeedContract:
    async def test_everything_published_arrives_unchanged_and_nothing_else(self, pair: Pair) -> None:
        await record(pair.owner, *CITY, opened("水务局:巡河"), entry("水务局:巡河"), RatesRaised(2026, 1))
        await taken(pair)
        assert [row.type for row in await received(pair)] == [
            *["unit-registered"] * 4, "post-created", "post-filled", "entry-made",
        ]  # fmt: skip
        assert owners_side(await received(pair)) == owners_side(await published(pair))

    async def test_what_arrived_verifies_in_both_logs(self, pair: Pair) -> None:
        await record(pair.owner, *CITY)
        await taken(pair)
        assert (await pair.receiving.verify()).wrong == []

    async def test_a_receiver_goes_on_where_the_log_says_it_stood(self, pair: Pair) -> None:
        await record(pair.owner, *CITY, opened("水务局:巡河"))
        assert await taken(pair) == 6
        await record(pair.owner, entry("水务局:巡河"))
        assert await taken(pair) == 1
        assert await taken(pair) == 0
        assert await pair.receiving.cursor(pair.owner.id) == 7

    async def test_the_last_fact_received_is_compared_with_the_owners_and_nothing_is_taken(self, pair: Pair) -> None:
        receiver = Receiver(pair.receiving, pair.source)
        assert await receiver.compare() == 0
        await record(pair.owner, *CITY)
        await taken(pair)
        await record(pair.owner, opened("水务局:巡河"), entry("水务局:巡河"))
        assert await receiver.compare() == 6
        assert len(await received(pair)) == 6

    async def test_more_than_one_batch_arrives_in_order(self, pair: Pair) -> None:
        await record(pair.owner, *CITY, opened("水务局:巡河"))
        await record(pair.owner, *(entry("水务局:巡河") for _ in range(1200)))
        await taken(pair)
        assert [row.source_seq for row in await received(pair)] == list(range(1, 1207))

    async def test_two_receivers_of_one_log_take_every_fact_once(self, pair: Pair) -> None:
        first, second = Receiver(pair.receiving, pair.source), Receiver(pair.receiving, pair.source)
        await first.start()
        await second.start()
        await record(pair.owner, *CITY, opened("水务局:巡河"))
        for _ in range(20):
            await record(pair.owner, entry("水务局:巡河"))
        arrived = pair.receiving.wake()
        while await pair.receiving.cursor(pair.owner.id) < 26:
            await arrived.wait()
            arrived.clear()
        await first.stop()
        await second.stop()
        assert [row.source_seq for row in await received(pair)] == list(range(1, 27))

    async def test_the_source_tells_how_its_log_was_founded_and_where_it_ends(self, pair: Pair) -> None:
        assert await pair.source.genesis() == pair.owner.genesis
        assert await pair.source.heartbeat() == Heartbeat(0, 1)
        await record(pair.owner, *CITY)

        async def told() -> bool:
            return await pair.source.heartbeat() == Heartbeat(6, 1)

        await until(told, "a heartbeat that tells of six facts")

    async def test_how_far_a_feed_is_behind_is_told_against_where_the_log_ends_now(self, pair: Pair) -> None:
        assert await pair.source.heartbeat() == Heartbeat(0, 1)
        await record(pair.owner, *CITY)
        status = await Receiver(pair.receiving, pair.source).status()
        assert (status.head, status.cursor) == (6, 0)

    async def test_a_pull_is_ascending_and_limited(self, pair: Pair) -> None:
        await record(pair.owner, *CITY)
        assert [fact.source_seq for fact in await pair.source.after(2, 3)] == [3, 4, 5]

    async def test_a_type_that_becomes_public_later_arrives_as_the_facts_that_were_recorded(self, pair: Pair) -> None:
        await record(pair.owner, *CITY, RatesRaised(2026, 1), RatesRaised(2026, 2), RatesRaised(2027, 3))
        before = await pair.owner.facts(0)
        await taken(pair)
        later = replace(registers_service(), published=(*registers_service().published, RatesRaised))
        pair.owner.catalogue = later.catalogue()
        assert (await republish(pair.owner, "rates-raised")).facts == 3
        await taken(pair)
        raised = [fact for fact in await pair.receiving.facts(0) if fact.type == "rates-raised"]
        recorded = [fact for fact in before if fact.type == "rates-raised"]
        assert [fact.position for fact in raised] == [8, 9, 10]
        assert [fact.source_seq for fact in raised] == [7, 8, 9]
        assert owners_word(raised) == owners_word(recorded)
        assert (await pair.receiving.verify()).wrong == []
        assert await pair.receiving.stream("rates/2026", pair.owner.id) == raised[:2]
