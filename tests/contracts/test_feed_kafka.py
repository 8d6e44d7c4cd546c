"""The feed over a real Apache Kafka, from a relay to a receiver; and what Kafka may do to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import aiohttp
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.domain import PublicText
from shared.feeds.broker import Broker, connected, topic_of
from shared.feeds.cloudevents import Beat, Heartbeat, read_record, record_of, record_of_beat
from shared.feeds.direct import DirectFeed
from shared.feeds.kafka import KafkaFeed
from shared.feeds.pull import PulledFeed
from shared.feeds.receiver import Receiver
from shared.feeds.refusals import FeedRefused
from shared.feeds.relay import Relay
from shared.feeds.topics import ensure_topic
from shared.log.append import Received
from shared.log.log import Genesis, Log
from tests.contracts.conftest import TwoPlaces, opened_log
from tests.contracts.feed_contract import SOON_SECONDS, FeedContract, Pair, owners_side, published, received, until
from tests.contracts.test_feed_pulled import TOKENS, Served, serving
from tests.support.brokers import Kafka
from tests.support.registers import CITY, entry, record


@dataclass
class Line:
    """Everything between two logs: `pair.source` listens to the topic that `relay` fills, and pulls where it must."""

    pair: Pair
    relay: Relay
    feed: KafkaFeed
    pulls: PulledFeed
    direct: DirectFeed
    served: Served
    broker: Broker

    @property
    def log(self) -> str:
        return self.pair.owner.id


@pytest.fixture
async def line(closing: AsyncExitStack, two_places: TwoPlaces, kafka: Kafka) -> Line:
    owner_access, access = await two_places()
    owner = await opened_log(closing, owner_access, Genesis(owner_access.log))
    receiving = await opened_log(closing, access, Genesis(access.log))
    session = await closing.enter_async_context(aiohttp.ClientSession())
    at = await serving(closing, owner)
    pulls = PulledFeed(owner.id, at.base, lambda: TOKENS.mint(receiving.id), session)
    direct = DirectFeed(owner.id, owner.schema, owner.pool, owner)
    relay, feed = Relay(direct, kafka.broker()), KafkaFeed(pulls, receiving.id, kafka.broker())
    await ensure_topic(kafka.broker(), owner.id)
    await feed.start()
    closing.push_async_callback(feed.stop)
    await relay.start()
    closing.push_async_callback(relay.stop)
    return Line(Pair(owner, feed, receiving), relay, feed, pulls, direct, at, kafka.broker())


@pytest.fixture
def pair(line: Line) -> Pair:
    return line.pair


async def arrived(line: Line, count: int) -> None:
    async def all_there() -> bool:
        return await line.pair.receiving.cursor(line.log) >= count

    await until(all_there, f"{count} facts received")


async def sent(line: Line, count: int) -> None:
    async def all_there() -> bool:
        return line.relay.sent >= count

    await until(all_there, f"{count} facts sent")


class TestKafkaFeed(FeedContract):
    pass


async def topic(line: Line, at_least: int = 0) -> list[ConsumerRecord[bytes, bytes]]:
    """Every record of the topic, once there are so many facts among them."""
    consumer, partition = AIOKafkaConsumer(**line.broker.arguments()), TopicPartition(topic_of(line.log), 0)
    async with connected(consumer):
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        records: list[ConsumerRecord[bytes, bytes]] = []
        async with asyncio.timeout(SOON_SECONDS):
            while len(facts_among(records)) < at_least:
                records += (await consumer.getmany(partition, timeout_ms=500)).get(partition, [])
        return records


def facts_among(records: Sequence[ConsumerRecord[bytes, bytes]]) -> list[Received]:
    read = [read_record(record.headers, record.value) for record in records]
    return [message for message in read if isinstance(message, Received)]


async def send(line: Line, *messages: Received | Beat) -> None:
    """Put messages into the topic, as a relay that is not ours to command would."""
    producer = AIOKafkaProducer(**line.broker.arguments())
    async with connected(producer):
        for message in messages:
            key, value, headers = record_of(message) if isinstance(message, Received) else record_of_beat(message)
            await producer.send_and_wait(topic_of(line.log), value, key, partition=0, headers=list(headers))


# What stands in the topic


async def test_the_topic_holds_the_feed_in_strictly_ascending_order(line: Line) -> None:
    await record(line.pair.owner, *CITY, *(entry("水务局:巡河") for _ in range(300)))
    assert [fact.source_seq for fact in facts_among(await topic(line, 306))] == list(range(1, 307))


async def test_a_relay_that_starts_again_goes_on_where_the_topic_ends(line: Line, closing: AsyncExitStack) -> None:
    await record(line.pair.owner, *CITY)
    await sent(line, 6)
    await line.relay.stop()
    await record(line.pair.owner, entry("水务局:巡河"))
    again = Relay(line.direct, line.broker)
    await again.start()
    closing.push_async_callback(again.stop)
    assert [fact.source_seq for fact in facts_among(await topic(line, 7))] == list(range(1, 8))


async def test_the_official_library_reads_every_record_as_a_cloud_event(line: Line) -> None:
    await record(line.pair.owner, *CITY)
    own = [row for row in await published(line.pair)]
    events = [_cloud_event(record) for record in await topic(line, 6)]
    facts = [event for event in events if event.get_type() != "feed-heartbeat"]
    for event, row in zip(facts, own, strict=True):
        assert (event.get_id(), event.get_source(), event.get_type()) == (str(row.event_id), row.source, row.type)
        assert (event.get_subject(), event.get_time()) == (row.stream, row.recorded_at)
        assert event.get_extension("sequence") == str(row.source_seq)
        assert event.get_extension("leaf") == row.leaf.hex()
        assert event.get_extension("actor") == row.actor_subject


def _cloud_event(record: ConsumerRecord[bytes, bytes]) -> CloudEvent:
    message = KafkaMessage(dict(record.headers), record.key, record.value or b"")
    event = from_binary(message, JSONFormat(), CloudEvent)
    assert isinstance(event, CloudEvent)
    return event


# What a receiver takes


async def test_what_comes_by_kafka_is_not_pulled(line: Line) -> None:
    await record(line.pair.owner, *CITY)
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await arrived(line, 6)
    pulled = line.feed.pulled
    for _ in range(30):
        await record(line.pair.owner, entry("水务局:巡河"))
    await arrived(line, 36)
    await receiver.stop()
    assert line.feed.pulled == pulled
    assert line.feed.taken >= 30  # the first six may have come both ways at once
    assert owners_side(await received(line.pair)) == owners_side(await published(line.pair))


async def test_what_is_missing_between_two_is_pulled(line: Line) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY)
    await arrived(line, 6)
    await line.relay.stop()
    await record(line.pair.owner, *(entry("水务局:巡河") for n in range(4)))
    await send(line, *(await line.direct.after(8, 10)))  # 9 and 10; 7 and 8 never were in Kafka
    await arrived(line, 10)
    await receiver.stop()
    assert [row.source_seq for row in await received(line.pair)] == list(range(1, 11))


async def test_a_heartbeat_betrays_facts_that_never_came(line: Line) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY)
    await arrived(line, 6)
    await line.relay.stop()
    await record(line.pair.owner, entry("水务局:巡河"))
    await send(line, Beat(line.log, Heartbeat(7, 1), 7))
    await arrived(line, 7)
    await receiver.stop()


async def test_how_far_behind_a_receiver_is_the_owner_is_asked_and_not_kafka(line: Line) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await record(line.pair.owner, *CITY)
    await sent(line, 6)
    await line.relay.stop()
    await record(line.pair.owner, entry("水务局:巡河"))
    status = await receiver.status()
    assert (status.cursor, status.head) == (0, 7)


async def test_a_heartbeat_that_lay_in_the_topic_is_not_taken_for_the_owners_present_word(
    line: Line, closing: AsyncExitStack
) -> None:
    await send(line, Beat(line.log, Heartbeat(0, 1), 0))
    await line.relay.stop()
    await record(line.pair.owner, *CITY)
    feed = KafkaFeed(line.pulls, "late", line.broker)
    read = feed.wake()
    assert read is not None
    await feed.start()
    closing.push_async_callback(feed.stop)
    async with asyncio.timeout(SOON_SECONDS):
        await read.wait()
    assert await feed.heartbeat() == Heartbeat(6, 1)


async def test_what_another_process_received_first_does_not_stop_the_feed(line: Line) -> None:
    """This one heard no later word of where the owner ends than before those facts."""
    receiver = Receiver(line.pair.receiving, line.feed)
    await record(line.pair.owner, *CITY)
    await sent(line, 6)
    await receiver.receive()
    await line.relay.stop()
    await record(line.pair.owner, *(entry("水务局:巡河") for n in range(3)))
    await Receiver(line.pair.receiving, line.pulls).receive()
    assert await receiver.receive() == 0
    assert await line.pair.receiving.cursor(line.log) == 9


class Holed(PulledFeed):
    """The owner itself lacks its fifth fact."""

    async def page(self, source_seq: int, limit: int) -> tuple[Heartbeat, list[Received]]:
        heartbeat, facts = await super().page(source_seq, limit)
        return heartbeat, [fact for fact in facts if fact.source_seq != 5]


async def test_what_the_owner_itself_lacks_is_a_gap_that_stays_one(line: Line, closing: AsyncExitStack) -> None:
    await line.relay.stop()
    await record(line.pair.owner, *CITY)
    session = await closing.enter_async_context(aiohttp.ClientSession())
    holed = Holed(line.log, line.served.base, lambda: TOKENS.mint(line.pair.receiving.id), session)
    receiver = Receiver(line.pair.receiving, KafkaFeed(holed, "holed", line.broker))
    for _ in range(2):
        with pytest.raises(FeedRefused) as refused:
            await receiver.receive()
        assert refused.value.refused.code == "feed-gap"
    assert await line.pair.receiving.cursor(line.log) == 4


async def test_a_feed_that_nobody_takes_from_leaves_its_facts_in_kafka(
    line: Line, closing: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.feeds.kafka._KEPT", 100)
    idle = KafkaFeed(line.pulls, "idle", line.broker)
    await idle.start()
    closing.push_async_callback(idle.stop)
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY, *(entry("水务局:巡河") for n in range(1194)))
    await arrived(line, 1200)
    await receiver.stop()

    async def has_begun() -> bool:
        return idle.taken > 0

    await until(has_begun, "something taken")
    assert idle.taken <= 600


async def test_a_silent_relay_delays_facts_and_loses_none(line: Line) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY)
    await arrived(line, 6)
    await line.relay.stop()
    await record(line.pair.owner, entry("水务局:巡河"))
    await arrived(line, 7)
    await receiver.stop()


async def test_a_fact_sent_twice_and_a_fact_sent_late_are_taken_once(line: Line) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY)
    await arrived(line, 6)
    again = await line.direct.after(0, 10)
    await send(line, *again, *reversed(again))
    await record(line.pair.owner, entry("水务局:巡河"))
    await arrived(line, 7)
    await receiver.stop()
    assert [row.source_seq for row in await received(line.pair)] == list(range(1, 8))


async def test_two_relays_of_one_log_do_no_harm(line: Line, closing: AsyncExitStack) -> None:
    other = Relay(line.direct, line.broker)
    await other.start()
    closing.push_async_callback(other.stop)
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    for _ in range(40):
        await record(line.pair.owner, entry("水务局:巡河"))
    await arrived(line, 40)
    await receiver.stop()
    assert [row.source_seq for row in await received(line.pair)] == list(range(1, 41))


async def test_a_record_that_is_no_fact_is_passed_over_and_said(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    producer = AIOKafkaProducer(**line.broker.arguments())
    async with connected(producer):
        await producer.send_and_wait(topic_of(line.log), b"{}", partition=0)
        await producer.send_and_wait(topic_of(line.log), b"\xff", partition=0, headers=[("ce_specversion", b"\xff")])
    await record(line.pair.owner, *CITY)
    await arrived(line, 6)
    await receiver.stop()
    assert [r.message for r in caplog.records if r.name == "shared.feeds.kafka"] == ["a record is no fact"] * 2


async def test_a_fact_that_was_altered_in_kafka_is_refused(line: Line) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await record(line.pair.owner, *CITY)
    await receiver.start()
    await arrived(line, 6)
    (last,) = await line.direct.after(5, 1)
    await send(line, replace(last, source_seq=7, data=b'{"register":"x"}'))
    assert await stopped(receiver) == ("stopped", "feed-wrong-hash", 6)


async def stopped(receiver: Receiver) -> tuple[str, str | None, int]:
    """How a feed stands that was refused for good."""
    async with asyncio.timeout(SOON_SECONDS):
        await receiver.ended()
    status = await receiver.status()
    await receiver.stop()
    return status.state, status.refusal, status.cursor


async def test_a_topic_that_is_deleted_is_made_anew_and_given_everything_again(line: Line, kafka: Kafka) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY)
    await sent(line, 6)
    await kafka.delete_topic(line.log)
    await record(line.pair.owner, entry("水务局:巡河"))
    await arrived(line, 7)
    assert [fact.source_seq for fact in facts_among(await topic(line, 7))] == list(range(1, 8))
    await record(line.pair.owner, entry("水务局:巡山"))
    await arrived(line, 8)
    await receiver.stop()


async def test_a_receiver_that_was_away_while_retention_passed_pulls_what_kafka_no_longer_has(
    line: Line, closing: AsyncExitStack, kafka: Kafka
) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY)
    await arrived(line, 6)
    await receiver.stop()
    await line.feed.stop()
    await record(line.pair.owner, *(entry("水务局:巡河") for n in range(10)))
    await sent(line, 16)
    await kafka.forget(line.log)
    await record(line.pair.owner, entry("水务局:巡山"))
    await sent(line, 17)
    feed = KafkaFeed(line.pulls, line.pair.receiving.id, line.broker)
    await feed.start()
    closing.push_async_callback(feed.stop)
    receiver = Receiver(line.pair.receiving, feed)
    await receiver.start()
    await arrived(line, 17)
    await receiver.stop()
    assert owners_side(await received(line.pair)) == owners_side(await published(line.pair))


# Lives of a log


async def test_facts_of_the_life_before_a_restore_are_not_taken_from_kafka(line: Line) -> None:
    """They stand in the topic and came to nobody: the owner lost them with the restore, and nobody shall have them."""
    await record(line.pair.owner, *CITY)
    lost = [replace(fact, source_seq=6 + n) for n, fact in enumerate(await line.direct.after(0, 3), start=1)]
    assert await line.pair.owner.incarnate(PublicText("从11月20日的备份恢复")) == 2
    await send(line, *lost)
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, entry("水务局:巡河"))
    await arrived(line, 7)
    await receiver.stop()
    assert [row.source_incarnation for row in await received(line.pair)] == [1] * 6 + [2]
    assert (await receiver.status()).state == "live"


async def test_what_kafka_had_brought_when_a_life_ended_is_not_given_to_a_receiver_that_starts_later(
    line: Line,
) -> None:
    await record(line.pair.owner, *CITY)
    await send(line, *[replace(fact, source_seq=6 + fact.source_seq) for fact in await line.direct.after(0, 3)])

    async def all_kept() -> bool:
        return line.feed.taken >= 9

    await until(all_kept, "Kafka has brought them")
    await line.relay.stop()
    await line.pair.owner.incarnate(PublicText("从11月20日的备份恢复"))
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await arrived(line, 6)
    await record(line.pair.owner, entry("水务局:巡河"))
    await arrived(line, 7)
    await receiver.stop()
    assert [row.source_incarnation for row in await received(line.pair)] == [1] * 6 + [2]


async def test_an_owner_that_lives_again_without_what_was_received_stops_the_feed(
    line: Line, closing: AsyncExitStack, two_places: TwoPlaces
) -> None:
    receiver = Receiver(line.pair.receiving, line.feed)
    await receiver.start()
    await record(line.pair.owner, *CITY)
    await arrived(line, 6)
    await line.relay.stop()
    restored = await restored_to(closing, two_places, line.log, *CITY[:4])
    await restored.incarnate(PublicText("从11月20日的备份恢复"))
    await record(restored, entry("水务局:巡河"), entry("水务局:巡山"), entry("水务局:巡渠"))
    line.served.replace(restored)
    relay = Relay(DirectFeed(restored.id, restored.schema, restored.pool, restored), line.broker)
    await relay.start()
    closing.push_async_callback(relay.stop)
    assert await stopped(receiver) == ("stopped", "feed-other-leaf", 6)
    with pytest.raises(FeedRefused, match="6"):
        await Receiver(line.pair.receiving, line.pulls).compare()


async def restored_to(closing: AsyncExitStack, places: TwoPlaces, log: str, *events: object) -> Log:
    access, _ = await places()
    restored = await opened_log(closing, access, Genesis(log))
    await record(restored, *events)
    return restored
