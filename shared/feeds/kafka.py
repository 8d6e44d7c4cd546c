"""A feed over Kafka: facts as they come along in the owner's topic, and whatever is missing pulled from the owner.

Kafka is the fast path and proves nothing. What counts is the receiver's own log: here a run of facts without a hole is
kept ready behind its cursor. A hole, a first subscription, a topic that was emptied or made anew, and a silence of
the relay are all mended alike: the owner is asked. Facts of another life of the owner (see incarnations) that may still
stand in the topic are passed over; which life is the present one only the owner says.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from shared.facts import LogStarted
from shared.feeds.broker import START_MILLISECONDS, Broker, connected, topic_of
from shared.feeds.cloudevents import Beat, Heartbeat, Malformed, read_record
from shared.feeds.port import HEARTBEAT_OLDEST_SECONDS
from shared.feeds.pull import PulledFeed
from shared.log.append import Received
from shared.views.fold import place_of
from shared.waiting import ended

logger = logging.getLogger(__name__)

QUIET_SECONDS = 6.0
"""A relay that was not heard for so long may be dead, or Kafka: until it is heard again the owner is asked."""

_KEPT = 5000
"""Facts kept ready; more wait in Kafka."""
_ASK_SECONDS = 1.0
_GRACE_SECONDS = 0.5
"""So long after a heartbeat that tells of more, the facts themselves may still be on their way."""
_COMMIT_SECONDS = 5.0
_LONGEST_PAUSE = 5.0


class KafkaFeed:
    """The feed of `owner.log` for the log `receiver`. `start` begins to listen; `stop` ends it.

    `taken` and `pulled` count the facts that came by either way. `now` is a monotonic clock in seconds.
    """

    def __init__(
        self, owner: PulledFeed, receiver: str, broker: Broker, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.log = owner.log
        self.taken = 0
        self.pulled = 0
        self._owner = owner
        self._broker = broker
        self._group = f"zeren.{receiver}"
        self._now = now
        self._partition = TopicPartition(topic_of(owner.log), 0)
        self._wakes: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

        self._run: deque[Received] = deque()
        """Without a hole, ascending: what the receiver is given next."""
        self._ahead: dict[int, Received] = {}
        """What came along behind a hole."""
        self._offsets: deque[tuple[int, int]] = deque()
        """For facts that came by Kafka and are not known to be received: feed number, and offset behind it."""
        self._received: int | None = None
        """The offset up to which everything stands in the receiver's log."""
        self._room = asyncio.Event()
        self._room.set()

        self._heartbeat: Heartbeat | None = None
        self._lives = 0
        self._said_at = 0.0
        self._spoken_at = now()
        self._behind_since: float | None = None
        self._asked_at: float | None = None
        self._more = False
        """The owner's last page was full, or had a hole."""

    async def start(self) -> None:
        self._task = asyncio.create_task(self._listen(), name=f"listen to {self._partition.topic}")

    async def stop(self) -> None:
        await ended(self._task)

    # --- what the receiver asks ---------------------------------------------------------------------------------

    async def genesis(self) -> LogStarted:
        return await self._owner.genesis()

    async def heartbeat(self, oldest_seconds: float = HEARTBEAT_OLDEST_SECONDS) -> Heartbeat:
        age = self._now() - self._said_at
        if self._heartbeat is not None and age < oldest_seconds:
            return self._heartbeat
        asked_at = self._now()
        heartbeat = await self._owner.heartbeat()
        if self._heartbeat is None or age > HEARTBEAT_OLDEST_SECONDS:
            self._hear(heartbeat, asked_at)
        # Otherwise it is not taken note of: beats that are on their way would seem to tell of a shorter log.
        return heartbeat

    async def after(self, source_seq: int, limit: int) -> Sequence[Received]:
        self._drop_up_to(source_seq)
        if self._run and self._run[0].source_seq != source_seq + 1:
            self._run.clear()
        if not self._run:
            self._close_up(source_seq)
        ready = len(self._run)
        # Nothing is given before the owner was asked once: Kafka may have brought a life that has ended since it was
        # heard of. Later, the first of two may be the fact that the receiver has already and asks for once more.
        if self._asked_at is None or (ready < 2 and self._should_ask(source_seq + ready)):
            beyond = await self._ask(source_seq + ready, limit)
            if beyond is not None and len(self._run) < limit:
                return [*self._run, beyond]
        return [fact for fact, _ in zip(self._run, range(limit), strict=False)]

    def heard_seconds_ago(self) -> float | None:
        return self._now() - self._said_at if self._heartbeat is not None else None

    def arrived(self) -> Mapping[str, int]:
        return {"kafka": self.taken, "pulled": self.pulled}

    def wake(self) -> asyncio.Event | None:
        event = asyncio.Event()
        self._wakes.add(event)
        return event

    def forget(self, wake: asyncio.Event) -> None:
        self._wakes.discard(wake)

    # --- the owner's word ---------------------------------------------------------------------------------------

    def _should_ask(self, known: int) -> bool:
        """Whether the owner may have facts above `known` that Kafka has not brought."""
        now = self._now()
        if self._more or self._ahead:
            return True
        if now - self._spoken_at > QUIET_SECONDS:
            return self._asked_at is None or now - self._asked_at >= _ASK_SECONDS
        if self._heartbeat is None or self._heartbeat.head <= known:
            self._behind_since = None
            return False
        if self._behind_since is None:
            self._behind_since = now
        return now - self._behind_since >= _GRACE_SECONDS

    async def _ask(self, known: int, limit: int) -> Received | None:
        """Take what the owner has; where it lacks a fact itself, the one behind, by which the receiver sees the hole."""
        lives, asked_at = self._lives, self._now()
        heartbeat, facts = await self._owner.page(known, limit)
        self._hear(heartbeat, asked_at)
        if self._lives != lives:
            return None  # what the receiver holds is compared first: it asks again from there
        self._asked_at = self._now()
        self._behind_since = None
        for fact in facts:
            if fact.source_seq == self._next(known):
                self._run.append(fact)
                self.pulled += 1
        self._close_up(known)
        beyond = next((fact for fact in facts if fact.source_seq > self._next(known)), None)
        # A page may end early, by its size.
        self._more = (bool(facts) and facts[-1].source_seq < heartbeat.head) or beyond is not None
        return beyond

    def _hear(self, heartbeat: Heartbeat, said_at: float) -> None:
        """Take note of where the owner is, and in which life. Of one life an older word tells nothing after a younger.

        In a new life nothing counts that was kept ready, and neither if the log has become shorter: the owner is asked
        again from the last fact received, so that the receiver compares what it holds.
        """
        known = self._heartbeat
        if known is not None and (heartbeat.incarnation, said_at) < (known.incarnation, self._said_at):
            return
        if known is not None and (heartbeat.incarnation > known.incarnation or heartbeat.head < known.head):
            self._run.clear()
            self._ahead.clear()
            self._offsets.clear()
            self._asked_at = None
            self._lives += 1
        self._heartbeat = heartbeat
        self._said_at = said_at

    # --- what is kept ready -------------------------------------------------------------------------------------

    def _drop_up_to(self, source_seq: int) -> None:
        while self._run and self._run[0].source_seq <= source_seq:
            self._run.popleft()
        while self._offsets and self._offsets[0][0] <= source_seq:
            self._received = self._offsets.popleft()[1]
        for seq in [seq for seq in self._ahead if seq <= source_seq]:
            del self._ahead[seq]
        self._set_room()

    def _close_up(self, known: int) -> None:
        """Move what came along behind a hole into the run, if the hole is closed."""
        while fact := self._ahead.pop(self._next(known), None):
            self._run.append(fact)
        self._set_room()

    def _next(self, known: int) -> int:
        """The feed number that is wanted next."""
        return self._run[-1].source_seq + 1 if self._run else known + 1

    def _set_room(self) -> None:
        if len(self._run) + len(self._ahead) < _KEPT:
            self._room.set()
        else:
            self._room.clear()

    def _take(self, fact: Received, offset: int) -> None:
        """A fact came by Kafka."""
        life = self._heartbeat.incarnation if self._heartbeat else None
        if fact.source_incarnation != life:
            if life is not None and fact.source_incarnation > life:
                # The owner lives again; what it holds now only it can say.
                self._hear(Heartbeat(fact.source_seq, fact.source_incarnation), self._now())
            return
        if self._run and fact.source_seq <= self._run[-1].source_seq:
            return
        self.taken += 1
        self._offsets.append((fact.source_seq, offset + 1))
        self._ahead[fact.source_seq] = fact
        if self._run:
            self._close_up(self._run[-1].source_seq)
        self._set_room()

    # --- listening ----------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        pause = 0.1
        while True:
            began = self._now()
            try:
                await self._consume()
            except Exception as error:
                logger.warning("a topic cannot be read", extra={"log": self.log, "error": place_of(error)})
            if self._now() - began > _LONGEST_PAUSE:
                pause = 0.1
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _consume(self) -> None:
        """Read the topic until it fails or falls silent for too long; then it is opened anew.

        Where to begin is a hint that Kafka keeps for us; a wrong one costs duplicates, which are counted away, or a
        hole, which the owner closes.
        """
        if self._heartbeat is None:
            # Which facts in the topic are of the present life only the owner can say.
            await self.heartbeat()
        consumer = AIOKafkaConsumer(
            **self._broker.arguments(),
            client_id=self._group,
            group_id=self._group,
            request_timeout_ms=START_MILLISECONDS,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=500,
        )
        async with connected(consumer):
            consumer.assign([self._partition])
            opened = committed = self._now()
            try:
                while self._now() - max(opened, self._spoken_at) < 2 * QUIET_SECONDS:
                    await self._room.wait()
                    records = (await consumer.getmany(timeout_ms=1000, max_records=500)).get(self._partition, [])
                    if not records and not consumer.partitions_for_topic(self._partition.topic):
                        # aiokafka would ask for it a thousand times a second.
                        raise UnknownTopicOrPartitionError(self._partition.topic)
                    for record in records:
                        self._read(record)
                    if records:
                        self._spoken_at = self._now()
                        for wake in self._wakes:
                            wake.set()
                    if self._received is not None and self._now() - committed > _COMMIT_SECONDS:
                        await self._commit(consumer)
                        committed = self._now()
            finally:
                await self._commit(consumer)

    async def _commit(self, consumer: AIOKafkaConsumer) -> None:
        """Tell Kafka where to begin next time."""
        if self._received is None:
            return
        try:
            async with asyncio.timeout(_COMMIT_SECONDS):
                await consumer.commit({self._partition: self._received})
            self._received = None
        except (KafkaError, TimeoutError) as error:
            logger.warning("where a topic was read to is not kept", extra={"log": self.log, "error": place_of(error)})

    def _read(self, record: ConsumerRecord[bytes, bytes]) -> None:
        try:
            message = read_record(record.headers, record.value)
        except Malformed as malformed:
            logger.error(
                "a record is no fact", extra={"log": self.log, "offset": record.offset, "error": str(malformed)}
            )
            return
        if isinstance(message, Beat):
            if message.log == self.log:
                # It may have waited in the topic for long; when it was written there Kafka says, in milliseconds.
                age = max(0.0, time.time() - record.timestamp / 1000)
                self._hear(message.heartbeat, self._now() - age)
        elif message.source == self.log:
            self._take(message, record.offset)
