"""A real Kafka for tests: the brokers that ZEREN_KAFKA names, else one of our own in a temporary home.

Where neither can be had, tests that need one are skipped, and the run fails at its end unless ZEREN_WITHOUT_KAFKA=1.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Iterable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import RecordsToDelete

from shared.feeds.broker import Broker, connected, topic_of
from shared.feeds.topics import administration
from tests.support.not_run import not_run
from tests.support.running import until
from zeren import kafka
from zeren.settings import Settings


def without_kafka() -> bool:
    """Whether whoever runs the tests wants them without Kafka."""
    return os.environ.get("ZEREN_WITHOUT_KAFKA") == "1"


def need_a_broker_of_ours() -> None:
    """Skip the calling test where no broker can be started, since Java or the jars are missing."""
    if without_kafka():
        pytest.skip("ZEREN_WITHOUT_KAFKA=1")
    if lacking := kafka.missing():
        if not Settings().kafka:
            not_run("Kafka", lacking.en)
        pytest.skip(f"no Kafka: {lacking.en}")


class Kafka:
    """The broker of a test run. `kill` and `revive` are for one of our own; `is_ours` tells."""

    def __init__(self, given: Broker | None = None, server: kafka.Server | None = None) -> None:
        self._given = given
        self._server = server

    @property
    def is_ours(self) -> bool:
        return self._server is not None

    @property
    def server(self) -> kafka.Server:
        """Our own; the calling test is skipped where another was given."""
        if self._server is None:
            pytest.skip("the broker that ZEREN_KAFKA names is not killed")
        return self._server

    @property
    def pid(self) -> int:
        return self.server.pid

    def broker(self) -> Broker:
        return self._given or self.server.broker()

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        until(lambda: not kafka.alive(self.server), "the end of a killed broker")

    def revive(self) -> None:
        """Start it again on its port; returns when clients are accepted, 5 s or more after a kill."""
        self._server = kafka.revive(self.server)

    async def delete_topic(self, log: str) -> None:
        """Delete the topic of a log, if it exists, and wait until it is gone."""
        async with administration(self.broker()) as admin:
            await admin.delete_topics([topic_of(log)])
            async with asyncio.timeout(30):
                while topic_of(log) in await admin.list_topics():  # noqa: ASYNC110 — nobody tells us
                    await asyncio.sleep(0.05)

    async def records(self, log: str) -> list[ConsumerRecord[bytes, bytes]]:
        """What the topic of a log holds now."""
        partition = TopicPartition(topic_of(log), 0)
        consumer = AIOKafkaConsumer(**self.broker().arguments())
        found: list[ConsumerRecord[bytes, bytes]] = []
        async with connected(consumer), asyncio.timeout(30):
            consumer.assign([partition])
            offset = (await consumer.beginning_offsets([partition]))[partition]
            end = (await consumer.end_offsets([partition]))[partition]
            consumer.seek(partition, offset)
            while offset < end:
                for record in (await consumer.getmany(partition, timeout_ms=500)).get(partition, ()):
                    found.append(record)
                    offset = record.offset + 1
        return found

    async def send(self, log: str, records: Iterable[ConsumerRecord[bytes, bytes]]) -> None:
        """Put copies of records at the end of the topic of a log, as they come."""
        producer = AIOKafkaProducer(**self.broker().arguments())
        async with connected(producer), asyncio.timeout(30):
            sent = [
                await producer.send(topic_of(log), record.value, record.key, partition=0, headers=list(record.headers))
                for record in records
            ]
            await asyncio.gather(*sent)

    async def forget(self, log: str) -> None:
        """Remove every record that the topic of a log holds now, as when their time has passed."""
        partition = TopicPartition(topic_of(log), 0)
        consumer = AIOKafkaConsumer(**self.broker().arguments())
        async with connected(consumer):
            end = (await consumer.end_offsets([partition]))[partition]
        async with administration(self.broker()) as admin:
            await admin.delete_records({partition: RecordsToDelete(before_offset=end)})


def started(home: Path) -> Kafka:
    """The broker to test with; skips where none can be had."""
    if without_kafka():
        pytest.skip("ZEREN_WITHOUT_KAFKA=1")
    if given := Settings().broker():
        return Kafka(given=given)
    need_a_broker_of_ours()
    return Kafka(server=kafka.start(home))


def discard(server: kafka.Server) -> None:
    """End a broker at once, whoever started it, and remove its data."""
    if kafka.alive(server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGKILL)
        until(lambda: not kafka.alive(server), "the end of a broker")
    if server.lock is not None:
        server.lock.close()
    shutil.rmtree(server.folder)
