"""The AsyncAPI documents are what the standard asks for, and what is really recorded and sent is what they say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT7

from shared.feeds.asyncapi import HEADERS
from shared.feeds.cloudevents import Beat, Headers, Heartbeat, read_record, record_of, record_of_beat
from shared.feeds.direct import DirectFeed
from shared.log.append import Received
from shared.log.format import NO_CHAIN, Row, hasher, problems
from shared.service import Service
from tests.architecture.event_samples import path_of
from tests.support.two_divisions import TwoDivisions
from zeren.office import SERVICES
from zeren.pages import ROOT, asyncapi_page

OFFICIAL = Path(__file__).parents[1] / "assets" / "asyncapi" / "3.0.0.json"
DOCUMENTS: Mapping[str, Any] = {service.name: yaml.safe_load(asyncapi_page(service)) for service in SERVICES}
MESSAGES = [(log, name) for log, document in DOCUMENTS.items() for name in document["components"]["messages"]]
TOLD = {"ledger": 6, "assessment": 6}
"""How many types of facts at least the services publish in the two counties."""
_REGISTRY: Registry[Any] = Registry().with_resources(
    (f"urn:document:{log}", DRAFT7.create_resource(document)) for log, document in DOCUMENTS.items()
)


def validator(log: str, message: str, part: str) -> Draft7Validator:
    """Of the headers or the payload of a message."""
    reference = {"$ref": f"urn:document:{log}#/components/messages/{message}/{part}"}
    return Draft7Validator(reference, registry=_REGISTRY, format_checker=FormatChecker())


def text(headers: Headers) -> dict[str, str]:
    return {name: value.decode() for name, value in headers}


@pytest.mark.parametrize("log", DOCUMENTS)
def test_a_document_is_valid_by_the_official_schema(log: str) -> None:
    official = Draft7Validator(json.loads(OFFICIAL.read_text("utf-8")))
    assert [error.message for error in official.iter_errors(DOCUMENTS[log])] == []
    broken = {**DOCUMENTS[log], "operations": {"publish": {"action": "shout"}}}
    assert not official.is_valid(broken)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_document_names_every_published_type_and_the_topic(service: Service) -> None:
    document = DOCUMENTS[service.name]
    published = {kind.name for kind in service.catalogue().kinds.values() if kind.published}
    assert set(document["components"]["messages"]) == published | {"feed-heartbeat"}
    assert document["channels"][service.name]["address"] == f"zeren.{service.name}"


def test_who_receives_is_named_with_the_group_it_reads_in() -> None:
    operations = DOCUMENTS["ledger"]["operations"]
    assert operations["publish"]["action"] == "send"
    assert operations["receiveByAssessment"]["bindings"]["kafka"]["groupId"]["const"] == "zeren.assessment"


@pytest.mark.parametrize(("log", "message"), MESSAGES)
def test_the_sample_of_a_type_is_what_its_schema_says_and_nothing_less(log: str, message: str) -> None:
    if message == "feed-heartbeat":
        _, value, headers = record_of_beat(Beat(log, Heartbeat(7, 1), 5))
        validator(log, message, "headers").validate(text(headers))
        sample = orjson.loads(value)
    else:
        schema = int(
            DOCUMENTS[log]["components"]["messages"][message]["headers"]["allOf"][1]["properties"]["ce_schemaversion"][
                "const"
            ]
        )
        sample = orjson.loads(path_of(message, schema).read_bytes())
    payload = validator(log, message, "payload")
    payload.validate(sample)
    for field in sample:
        assert not payload.is_valid({name: value for name, value in sample.items() if name != field}), field
        assert not payload.is_valid({**sample, field: {"unheard": "of"}}), field


@pytest.mark.parametrize("service", [s for s in SERVICES if s.name in TOLD], ids=lambda service: service.name)
async def test_every_record_that_is_sent_is_what_the_document_says(world: TwoDivisions, service: Service) -> None:
    log = world.service(service.name).log
    facts = await DirectFeed(log.id, log.schema, log.pool).after(0, 100_000)
    assert len({fact.type for fact in facts}) >= TOLD[service.name]
    for fact in facts:
        _, value, headers = record_of(fact)
        validator(log.id, fact.type, "headers").validate(text(headers))
        validator(log.id, fact.type, "payload").validate(orjson.loads(value or b""))


def test_the_example_of_the_page_is_a_fact_with_its_hashes() -> None:
    page = (ROOT / "docs" / "feeds.md").read_text("utf-8")
    header, _, data = page.partition("```\n")[2].partition("\n```")[0].partition("\n\n")
    headers = [line.split(": ", 1) for line in header.splitlines()]
    fact = read_record([(name, value.encode()) for name, value in headers], data.encode())
    assert isinstance(fact, Received)
    assert fact.salt is not None
    assert sha256(fact.salt + data.encode()).digest() == fact.data_hash
    row = Row(position=1, incarnation=1, learned_at=fact.recorded_at, chain=NO_CHAIN, **asdict(fact))
    assert problems(row, NO_CHAIN, hasher("sha-256")) == ["chain"]
    validator("ledger", fact.type, "headers").validate(dict(headers))
    validator("ledger", fact.type, "payload").validate(orjson.loads(data))


async def test_every_header_that_can_be_sent_is_described_and_the_required_ones_always_are(world: TwoDivisions) -> None:
    log = world.service("ledger").log
    (fact,) = await DirectFeed(log.id, log.schema, log.pool).after(0, 1)
    optional: dict[str, Any] = dict.fromkeys(
        ("actor_post", "actor_on_behalf", "command_id", "causation_id", "traceparent", "salt")
    )
    least = replace(fact, data=None, **optional)
    most = replace(
        fact, actor_post="p", actor_on_behalf="x", command_id=fact.event_id, causation_id=fact.event_id, traceparent="t"
    )
    assert set(HEADERS["required"]) == set(text(_headers(least)))
    assert set(HEADERS["properties"]) == set(text(_headers(most)))
    without = {name: value for name, value in text(_headers(least)).items() if name != "ce_leaf"}
    assert not validator("ledger", fact.type, "headers").is_valid(without)


def _headers(fact: Received) -> Headers:
    return record_of(fact)[2]
