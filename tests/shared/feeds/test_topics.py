"""The topic of a log, on a real broker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import NewTopic
from aiokafka.errors import KafkaConnectionError

from shared.feeds.broker import Broker, topic_of
from shared.feeds.topics import (
    LARGEST_RECORD_BYTES,
    Copies,
    Difference,
    administration,
    copies,
    differences,
    ensure_topic,
)
from tests.support.brokers import Kafka
from tests.support.running import free_port


@pytest.mark.parametrize(
    ("brokers", "expected"), [(1, Copies(1, 1)), (2, Copies(2, 1)), (3, Copies(3, 2)), (5, Copies(3, 2))]
)
def test_copies_follow_the_number_of_brokers(brokers: int, expected: Copies) -> None:
    assert copies(brokers) == expected


async def test_a_topic_is_made_by_several_at_once_and_is_as_it_should_be(kafka: Kafka) -> None:
    assert await differences(kafka.broker(), "drainage") == [
        Difference("zeren.drainage", "topic", "zeren.drainage", None)
    ]
    await asyncio.gather(*(ensure_topic(kafka.broker(), "drainage") for _ in range(4)))
    await ensure_topic(kafka.broker(), "drainage")
    assert await differences(kafka.broker(), "drainage") == []
    await kafka.delete_topic("drainage")


async def test_a_topic_that_somebody_made_otherwise_is_left_and_what_differs_is_named(
    kafka: Kafka, caplog: pytest.LogCaptureFixture
) -> None:
    async with administration(kafka.broker()) as admin:
        settings = {"cleanup.policy": "compact", "retention.ms": "3600000"}
        await admin.create_topics([NewTopic(topic_of("parks"), 2, 1, topic_configs=settings)])
    await ensure_topic(kafka.broker(), "parks")
    assert "a topic is not as it should be" in caplog.text
    found = {difference.setting: difference.found for difference in await differences(kafka.broker(), "parks")}
    assert found == {
        "cleanup.policy": "compact",
        "max.message.bytes": "1048588",
        "message.timestamp.type": "CreateTime",
        "partitions": "2",
    }
    await kafka.delete_topic("parks")


async def test_the_largest_record_passes_and_bears_the_time_of_the_broker(kafka: Kafka) -> None:
    await ensure_topic(kafka.broker(), "archive")
    producer = AIOKafkaProducer(**kafka.broker().arguments(), max_request_size=LARGEST_RECORD_BYTES)
    await producer.start()
    try:
        sent = await producer.send_and_wait(
            topic_of("archive"), b"x" * (LARGEST_RECORD_BYTES - 1024), timestamp_ms=1_000_000_000_000
        )
    finally:
        await producer.stop()
    partition = TopicPartition(topic_of("archive"), sent.partition)
    consumer = AIOKafkaConsumer(**kafka.broker().arguments(), max_partition_fetch_bytes=LARGEST_RECORD_BYTES)
    await consumer.start()
    try:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        record = await asyncio.wait_for(consumer.getone(partition), 30)
    finally:
        await consumer.stop()
    assert len(record.value) == LARGEST_RECORD_BYTES - 1024
    assert record.timestamp > 1_700_000_000_000
    await kafka.delete_topic("archive")


@pytest.mark.parametrize("ask", [ensure_topic, differences])
async def test_a_broker_that_is_not_there_is_said_at_once(ask: Callable[[Broker, str], Awaitable[object]]) -> None:
    with pytest.raises(KafkaConnectionError):
        await asyncio.wait_for(ask(Broker(f"127.0.0.1:{free_port()}"), "drainage"), 10)
