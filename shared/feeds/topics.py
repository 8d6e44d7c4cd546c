"""The topic of a log: made explicitly, with its settings, and compared with them. Why each: decision 0008."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from shared.feeds.broker import Broker, between, topic_of

logger = logging.getLogger(__name__)

PARTITIONS = 1
"""A log has one order, and Kafka keeps order within a partition only."""

LARGEST_RECORD_BYTES = 2 * 1024**2
"""A request's body may be 1 MiB; what it became, its headers and Kafka's own bytes must fit. Producers need it too."""

SETTINGS: Mapping[str, str] = {
    "cleanup.policy": "delete",
    "retention.ms": str(7 * 24 * 3600 * 1000),
    "retention.bytes": str(1024**3),
    "segment.bytes": str(64 * 1024**2),
    "max.message.bytes": str(LARGEST_RECORD_BYTES),
    "message.timestamp.type": "LogAppendTime",
    "compression.type": "producer",
    "unclean.leader.election.enable": "false",
}
"""The same for every log. What depends on the number of brokers says `copies`."""

SPEED = ("retention.ms", "retention.bytes", "segment.bytes", "compression.type")
"""An operator may choose otherwise: these decide how often receivers must ask the owner, and nothing else."""

_VISIBLE_SECONDS = 10.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Copies:
    """`replicas` of every record, of which `acknowledging` must have it before a producer is told so."""

    replicas: int
    acknowledging: int


def copies(brokers: int) -> Copies:
    """As many as there are brokers, at most three; from three on one may be down and publishing goes on."""
    return Copies(min(brokers, 3), 2 if brokers >= 3 else 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a topic is not as it should be; without `found` there is no such topic."""

    topic: str
    setting: str
    expected: str
    found: str | None


async def ensure_topic(broker: Broker, log: str) -> None:
    """Make the topic of the log unless it exists; several processes may do so at once. Returns when it can be used.

    A topic that exists is left as it is, since somebody may have chosen so; what differs goes into our own log. Raises
    KafkaError, or TimeoutError when a new topic is not to be seen after ten seconds.
    """
    topic = topic_of(log)
    async with administration(broker) as admin:
        if await _described(admin, topic) is None:
            await _create(admin, topic)
        elif found := await _differences(admin, topic):
            logger.warning(
                "a topic is not as it should be",
                extra={"topic": topic, "settings": [difference.setting for difference in found]},
            )


async def differences(broker: Broker, log: str) -> list[Difference]:
    """What is not as it should be about the topic of the log; the settings of `SPEED` are not compared. KafkaError."""
    async with administration(broker) as admin:
        return await _differences(admin, topic_of(log))


@contextlib.asynccontextmanager
async def administration(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connected admin client. Raises KafkaError when no broker can be reached or none lets us in."""
    admin = AIOKafkaAdminClient(**broker.arguments(), client_id="zeren-topics", request_timeout_ms=10_000)
    async with between(admin.start, admin.close):
        yield admin


async def _create(admin: AIOKafkaAdminClient, topic: str) -> None:
    wanted = copies(len((await admin.describe_cluster())["brokers"]))
    settings = {**SETTINGS, "min.insync.replicas": str(wanted.acknowledging)}
    answer = await admin.create_topics([NewTopic(topic, PARTITIONS, wanted.replicas, topic_configs=settings)])
    for failed in answer.to_object()["topic_errors"]:
        error = for_code(failed["error_code"])
        if error not in (NoError, TopicAlreadyExistsError):
            raise error(failed.get("error_message"))
    async with asyncio.timeout(_VISIBLE_SECONDS):
        while not _has_leader(await _described(admin, topic)):  # noqa: ASYNC110 — nobody tells us
            await asyncio.sleep(_POLL_SECONDS)


async def _described(admin: AIOKafkaAdminClient, topic: str) -> Mapping[str, Any] | None:
    """The topic's partitions; None when it does not exist.

    All topics are asked for: a question after one by name makes it, where the brokers are set to do so.
    """
    found = [known for known in await admin.describe_topics() if known["topic"] == topic]
    return found[0] if found else None


def _has_leader(described: Mapping[str, Any] | None) -> bool:
    return described is not None and all(partition["leader"] >= 0 for partition in described["partitions"])


async def _differences(admin: AIOKafkaAdminClient, topic: str) -> list[Difference]:
    described = await _described(admin, topic)
    if described is None:
        return [Difference(topic, "topic", topic, None)]
    wanted = copies(len((await admin.describe_cluster())["brokers"]))
    partitions = described["partitions"]
    expected = {name: value for name, value in SETTINGS.items() if name not in SPEED}
    expected |= {
        "min.insync.replicas": str(wanted.acknowledging),
        "partitions": str(PARTITIONS),
        "replicas": str(wanted.replicas),
    }
    found = {
        **await _settings(admin, topic),
        "partitions": str(len(partitions)),
        "replicas": str(min(len(partition["replicas"]) for partition in partitions)),
    }
    return [
        Difference(topic, name, value, found.get(name, "?"))
        for name, value in expected.items()
        if found.get(name, "?") != value
    ]


async def _settings(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    ((code, message, _, _, entries),) = answer.resources
    if for_code(code) is not NoError:
        raise for_code(code)(message)
    return {entry[0]: entry[1] for entry in entries}
