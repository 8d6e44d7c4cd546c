"""Brokers that ask who is there: what `Broker` and the settings say is enough to get in, and nothing less is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from shared.feeds.broker import Broker, Mechanism, topic_of
from shared.feeds.topics import ensure_topic
from tests.support.brokers import need_a_broker_of_ours
from tests.support.secured_broker import (
    GROUP,
    PASSWORD,
    RIGHTS,
    TOPIC,
    USER,
    WITHOUT_RIGHTS,
    SecuredBroker,
    grant,
    secured_broker,
)
from zeren.settings import Settings

BOUND_SECONDS = 10
"""Whoever is not let in learns it within this; it takes a third of a second."""


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredBroker]:
    need_a_broker_of_ours()
    with secured_broker(tmp_path_factory.mktemp("secured")) as broker:
        asyncio.run(grant(broker))
        yield broker


async def _carry(broker: Broker, fact: bytes) -> bytes | None:
    """Send one fact to a topic and read the topic's last one."""
    await ensure_topic(broker, "sealed")
    producer = AIOKafkaProducer(**broker.arguments(), enable_idempotence=True)
    try:
        await producer.start()
        sent = await producer.send_and_wait(topic_of("sealed"), fact)
    finally:
        await producer.stop()
    consumer = AIOKafkaConsumer(
        topic_of("sealed"), **broker.arguments(), group_id="zeren.reader", auto_offset_reset="earliest"
    )
    try:
        await consumer.start()
        async for record in consumer:
            if record.offset == sent.offset:
                return bytes(record.value)
    finally:
        await consumer.stop()
    return None


def _signed_in(secured: SecuredBroker) -> Broker:
    return Broker(secured.signed_in, "SASL_SSL", ca=secured.authority, user=USER, password=PASSWORD)


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
async def test_facts_pass_for_a_user_who_signs_in(secured: SecuredBroker, mechanism: Mechanism) -> None:
    broker = replace(_signed_in(secured), mechanism=mechanism)
    assert await asyncio.wait_for(_carry(broker, mechanism.encode()), 30) == mechanism.encode()


async def test_facts_pass_for_whoever_shows_a_certificate(secured: SecuredBroker) -> None:
    broker = Broker(secured.shown, "SSL", ca=secured.authority, certificate=secured.certificate, key=secured.key)
    assert await asyncio.wait_for(_carry(broker, b"shown"), 30) == b"shown"


async def test_the_environment_says_the_same(secured: SecuredBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "KAFKA": secured.signed_in,
        "KAFKA_SECURITY": "SASL_SSL",
        "KAFKA_CA": str(secured.authority),
        "KAFKA_USER": USER,
        "KAFKA_PASSWORD": PASSWORD,
    }.items():
        monkeypatch.setenv(f"ZEREN_{name}", value)
    settings = Settings()
    assert settings.broker() == _signed_in(secured)
    assert PASSWORD not in repr(settings) + repr(settings.broker())

    monkeypatch.setenv("ZEREN_KAFKA", secured.shown)
    monkeypatch.setenv("ZEREN_KAFKA_SECURITY", "SSL")
    monkeypatch.setenv("ZEREN_KAFKA_CERTIFICATE", str(secured.certificate))
    monkeypatch.setenv("ZEREN_KAFKA_KEY", str(secured.key))
    shown = Settings().broker()
    assert shown is not None
    assert await asyncio.wait_for(_carry(shown, b"from the environment"), 30) == b"from the environment"


def test_the_rights_are_those_that_the_page_for_operators_names() -> None:
    page = (Path(__file__).parents[3] / "docs" / "kafka.md").read_text("utf-8")
    named = re.findall(r"^\| (topics|groups) that begin with `zeren\.` \| (.*) \|$", page, flags=re.MULTILINE)
    assert [(kind, *rights.split(", ")) for kind, rights in named] == [
        ("topics", *(operation for kind, operation in RIGHTS if kind == TOPIC)),
        ("groups", *(operation for kind, operation in RIGHTS if kind == GROUP)),
    ]


async def test_a_user_without_rights_is_told_so(secured: SecuredBroker) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await asyncio.wait_for(ensure_topic(replace(_signed_in(secured), user=WITHOUT_RIGHTS), "sealed"), BOUND_SECONDS)


def _wrong(secured: SecuredBroker) -> dict[str, Broker]:
    right = _signed_in(secured)
    return {
        "a wrong password": replace(right, password="something else"),
        "an unknown user": replace(right, user="somebody"),
        "a wrong password by PLAIN": replace(right, mechanism="PLAIN", password="something else"),
        "an authority that does not fit": replace(right, ca=secured.other_authority),
        "the authorities of the system": replace(right, ca=None),
        "a plaintext client": Broker(secured.signed_in),
        "a password in the clear": replace(right, security="SASL_PLAINTEXT"),
        "nobody signed in": replace(right, security="SSL"),
        "no certificate shown": Broker(secured.shown, "SSL", ca=secured.authority),
    }


@pytest.mark.parametrize(
    "who",
    [
        "a wrong password",
        "an unknown user",
        "a wrong password by PLAIN",
        "an authority that does not fit",
        "the authorities of the system",
        "a plaintext client",
        "a password in the clear",
        "nobody signed in",
        "no certificate shown",
    ],
)
async def test_nobody_else_is_let_in(secured: SecuredBroker, caplog: pytest.LogCaptureFixture, who: str) -> None:
    broker = _wrong(secured)[who]
    with pytest.raises(KafkaConnectionError):
        await asyncio.wait_for(ensure_topic(broker, "sealed"), BOUND_SECONDS)
    producer = AIOKafkaProducer(**broker.arguments(), enable_idempotence=True)
    try:
        with pytest.raises(KafkaConnectionError):
            await asyncio.wait_for(producer.start(), BOUND_SECONDS)
    finally:
        await producer.stop()
    assert PASSWORD not in caplog.text
