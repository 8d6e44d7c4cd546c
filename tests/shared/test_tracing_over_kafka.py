"""One trace from a request over log, relay, Kafka and receiver to the view of the other service."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.brokers import Kafka
from tests.support.observed import CALLERS, CALLERS_TRACE, ObservedOffice, observed_office
from tests.support.two_divisions import settle
from zeren.postgres import Server

PRODUCER, CONSUMER = 4, 5


@pytest.fixture(scope="module")
async def office(server: Server, kafka: Kafka) -> AsyncIterator[ObservedOffice]:
    async with observed_office(server, "kafka_traced_", kafka=kafka) as observed:
        yield observed


async def test_one_trace_runs_from_the_request_over_kafka_to_the_view(office: ObservedOffice) -> None:
    unit = {
        "code": "YL-1", "name": "水务局", "kind": "department", "level": "city", "order": 1,
        "valid_from": "2020-01-01", "parent": office.city,
    }  # fmt: skip
    await settle(office.office)
    created = await office.made("ledger/units", unit, traceparent=CALLERS)
    await settle(office.office)
    spans = office.collector.waits_for(
        CALLERS_TRACE,
        "POST /api/ledger/units",
        "handle RegisterUnit",
        "append ledger",
        "publish zeren.ledger",
        "receive ledger",
        "fold assessment",
    )
    appended, sent = spans["append ledger"], spans["publish zeren.ledger"]
    assert (sent.kind, spans["receive ledger"].kind) == (PRODUCER, CONSUMER)
    for after in ("publish zeren.ledger", "receive ledger", "fold assessment"):
        assert spans[after].parent == appended.span, "the relay never takes the creator's place"
    assert sent.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "publish",
        "messaging.operation.type": "send",
        "messaging.destination.name": "zeren.ledger",
        "messaging.destination.partition.id": "0",
        "messaging.batch.message_count": sent.attributes["messaging.batch.message_count"],
    }
    kept = await office.office.services["assessment"].log.pool.fetchval(
        "select traceparent from assessment.log where stream = $1", f"unit/{created}"
    )
    assert kept == f"00-{CALLERS_TRACE}-{appended.span}-01"


async def test_relay_and_feed_are_measured(office: ObservedOffice) -> None:
    await settle(office.office)
    page = await office.metrics()
    figures = {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in page.splitlines()
        if not line.startswith("#")
    }
    published = figures['zeren_relay_published_total{log="ledger"}']
    assert published == office.office.services["ledger"].log.feed_head
    assert figures['zeren_relay_lag{log="ledger"}'] == figures['zeren_relay_failing{log="ledger"}'] == 0
    by_kafka, pulled = (
        figures[f'zeren_feed_arrived_total{{log="assessment",road="{road}",source="ledger"}}']
        for road in ("kafka", "pulled")
    )
    assert by_kafka > 0
    assert by_kafka + pulled >= published
    assert 0 <= figures['zeren_feed_heartbeat_age_seconds{log="assessment",source="ledger"}'] < 60
