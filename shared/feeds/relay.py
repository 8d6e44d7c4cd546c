"""The relay: sends what a log has published to the log's topic, in feed order, and says regularly where the log ends.

It keeps nothing of its own. Where it goes on it reads from the topic's end: behind the last fact there that the owner
still has. Two relays of one log, or one that wakes up after it was thought dead, send facts twice; receivers count.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared import tracing
from shared.feeds.broker import START_MILLISECONDS, Broker, connected, topic_of
from shared.feeds.cloudevents import Beat, Heartbeat, Malformed, read_record, record_of, record_of_beat
from shared.feeds.port import FeedSource
from shared.feeds.topics import LARGEST_RECORD_BYTES, ensure_topic
from shared.log.append import Received
from shared.telemetry import Metrics
from shared.views.fold import place_of
from shared.waiting import ended, woken_within

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
"""How often the relay says where the log ends."""

_BATCH = 500
_TAIL = 200
"""Records at the end of the topic among which the last fact or heartbeat is looked for."""
_SHORTEST_POLL, _LONGEST_POLL = 0.005, 0.1
_ACKNOWLEDGED_SECONDS = 5.0
"""An idempotent producer does not give up by itself; after this long it is made anew."""
_LONGEST_PAUSE = 5.0
_MEASURE_SECONDS = 5.0


class Relay:
    """Sends the facts of `source` to its topic at `broker`. `sent` and `error` are for whoever watches."""

    def __init__(self, source: FeedSource, broker: Broker) -> None:
        self.log = source.log
        self.sent = 0
        self.published = 0
        self.error: str | None = None
        self._source = source
        self._broker = broker
        self._partition = TopicPartition(topic_of(source.log), 0)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"relay {self.log}")

    async def stop(self) -> None:
        await ended(self._task)

    async def heartbeat(self) -> Heartbeat:
        """Where the owner's log ends."""
        return await self._source.heartbeat()

    async def measure(self, metrics: Metrics) -> None:
        """Bring the metrics up to date. An owner that does not answer leaves out how far the relay is behind."""
        metrics.total(metrics.relay_published, (self.log,), self.published)
        metrics.relay_failing.labels(self.log).set(self.error is not None)
        try:
            async with asyncio.timeout(_MEASURE_SECONDS):
                owner = await self._source.heartbeat()
        except Exception:
            metrics.relay_lag.remove_by_labels({"log": self.log})
        else:
            metrics.relay_lag.labels(self.log).set(max(0, owner.head - self.sent))

    async def _run(self) -> None:
        pause = 0.1
        wake = self._source.wake() or asyncio.Event()
        try:
            while True:
                began = time.monotonic()
                try:
                    await self._relay(wake)
                except Exception as error:
                    self.error = place_of(error)
                    logger.error("a relay pauses", extra={"log": self.log, "error": self.error})
                if time.monotonic() - began > _LONGEST_PAUSE:
                    pause = 0.1
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
        finally:
            self._source.forget(wake)

    async def _relay(self, wake: asyncio.Event) -> None:
        """Send what there is and what comes, until something fails."""
        await ensure_topic(self._broker, self.log)
        self.sent = await self._where_the_topic_ends()
        producer = self._producer()
        async with connected(producer):
            beat_at = 0.0
            poll = _SHORTEST_POLL
            while True:
                wake.clear()
                facts = await self._source.after(self.sent, _BATCH)
                if facts:
                    with self._span(facts):
                        await self._send(producer, facts)
                    self.sent = facts[-1].source_seq
                    self.published += len(facts)
                    poll = _SHORTEST_POLL
                self.error = None
                if time.monotonic() >= beat_at:
                    await self._beat(producer)
                    beat_at = time.monotonic() + HEARTBEAT_SECONDS
                if len(facts) < _BATCH:
                    await woken_within(wake, poll)
                    poll = min(poll * 1.5, _LONGEST_POLL)

    async def _send(self, producer: AIOKafkaProducer, facts: Sequence[Received]) -> None:
        """All of them, in order, and acknowledged by every replica that is in sync."""
        async with asyncio.timeout(_ACKNOWLEDGED_SECONDS):
            acknowledged = []
            for fact in facts:
                key, value, headers = record_of(fact)
                acknowledged.append(
                    await producer.send(self._partition.topic, value, key, partition=0, headers=list(headers))
                )
            await asyncio.gather(*acknowledged)

    def _span(self, facts: Sequence[Received]) -> tracing.Span:
        """Of the context that travels it is no part: that stays what wrote each fact."""
        told: dict[str, tracing.Value] = {
            "messaging.system": "kafka",
            "messaging.operation.name": "publish",
            "messaging.operation.type": "send",
            "messaging.destination.name": self._partition.topic,
            "messaging.destination.partition.id": "0",
            "messaging.batch.message_count": len(facts),
        }
        made_by = (fact.traceparent for fact in facts)
        return tracing.span_of_facts(f"publish {self._partition.topic}", made_by, told, kind="producer")

    async def _beat(self, producer: AIOKafkaProducer) -> None:
        key, value, headers = record_of_beat(Beat(self.log, await self._source.heartbeat(), self.sent))
        async with asyncio.timeout(_ACKNOWLEDGED_SECONDS):
            await producer.send_and_wait(self._partition.topic, value, key, partition=0, headers=list(headers))

    def _producer(self) -> AIOKafkaProducer:
        # The batch is larger than usual: after an outage there is much to send, and one batch is under way at a time.
        return AIOKafkaProducer(
            **self._broker.arguments(),
            client_id=f"zeren-relay-{self.log}",
            request_timeout_ms=START_MILLISECONDS,
            enable_idempotence=True,
            max_batch_size=1 << 18,
            max_request_size=LARGEST_RECORD_BYTES,
        )

    async def _where_the_topic_ends(self) -> int:
        """The highest feed number of the owner's present life that stands near the end of the topic; 0 when none does.

        A topic that was made anew is given everything again.
        """
        consumer = AIOKafkaConsumer(
            **self._broker.arguments(),
            client_id=f"zeren-relay-{self.log}",
            request_timeout_ms=START_MILLISECONDS,
            enable_auto_commit=False,
        )
        async with connected(consumer), asyncio.timeout(_ACKNOWLEDGED_SECONDS):
            found = await self._tail(consumer)
        owner = await self._source.heartbeat()
        for message in reversed(found):
            match message:
                case Beat(heartbeat=heartbeat, sent=sent):
                    if heartbeat.incarnation == owner.incarnation and sent <= owner.head:
                        return sent
                case Received(source_seq=seq, leaf=leaf):
                    same = await self._source.after(seq - 1, 1)
                    if same and (same[0].source_seq, same[0].leaf) == (seq, leaf):
                        return seq
        return 0

    async def _tail(self, consumer: AIOKafkaConsumer) -> list[Received | Beat]:
        partition = self._partition
        consumer.assign([partition])
        begin = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        offset = max(begin, end - _TAIL)
        found: list[Received | Beat] = []
        if offset == end:
            return found
        consumer.seek(partition, offset)
        while offset < end:
            for record in (await consumer.getmany(partition, timeout_ms=500)).get(partition, ()):
                offset = record.offset + 1
                with contextlib.suppress(Malformed):
                    found.append(read_record(record.headers, record.value))
        return found
