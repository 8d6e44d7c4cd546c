"""Facts as CloudEvents 1.0: what stands in the headers of a Kafka record and in a page of `GET /feed`.

Binary mode: the value is the exact bytes that the owner hashed, everything else is an attribute. Extension attributes
carry what makes a copy provable (salt, hashes, feed number, incarnation). Names by https://github.com/cloudevents/spec,
1.0.2: lower-case letters and digits, at most 20.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import orjson

from shared.log.append import Received
from shared.log.format import instant_text

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
BATCH_TYPE = "application/cloudevents-batch+json"
HEARTBEAT = "feed-heartbeat"
"""The one type that is no event of any log."""

Headers = Sequence[tuple[str, bytes]]


class Malformed(ValueError):
    """A message that is no fact of ours: an attribute is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Where a log ends, on its owner's word: the highest feed number, and the incarnation in which it is alive."""

    head: int
    incarnation: int


@dataclass(frozen=True, slots=True)
class Beat:
    """A heartbeat as it travels. `sent` is the highest feed number that the relay which sends it has sent before it."""

    log: str
    heartbeat: Heartbeat
    sent: int


def attributes(fact: Received) -> dict[str, str]:
    """The attributes of a fact, absent ones left out. `id` with `source` is what makes it one, as the standard has it."""
    optional = {
        "actorpost": fact.actor_post,
        "onbehalfof": fact.actor_on_behalf,
        "commandid": fact.command_id,
        "causationid": fact.causation_id,
        "traceparent": fact.traceparent,
        "salt": fact.salt.hex() if fact.salt is not None else None,
    }
    return {
        "specversion": SPEC_VERSION,
        "id": str(fact.event_id),
        "source": fact.source,
        "type": fact.type,
        "subject": fact.stream,
        "time": instant_text(fact.recorded_at),
        "datacontenttype": CONTENT_TYPE,
        "sequence": str(fact.source_seq),
        "incarnation": str(fact.source_incarnation),
        "streamversion": str(fact.version),
        "schemaversion": str(fact.schema),
        "occurred": fact.occurred,
        "history": "true" if fact.history else "false",
        "actor": fact.actor_subject,
        "correlationid": str(fact.correlation_id),
        "datahash": fact.data_hash.hex(),
        "leaf": fact.leaf.hex(),
        **{name: str(value) for name, value in optional.items() if value is not None},
    }


def fact_of(found: Mapping[str, str], data: bytes | None) -> Received:
    """The fact of these attributes. Malformed when one is missing or cannot be read."""
    if found.get("specversion") != SPEC_VERSION:
        raise Malformed("specversion")
    try:
        return Received(
            event_id=UUID(found["id"]),
            source=found["source"],
            source_seq=int(found["sequence"]),
            source_incarnation=int(found["incarnation"]),
            stream=found["subject"],
            version=int(found["streamversion"]),
            type=found["type"],
            schema=int(found["schemaversion"]),
            occurred=found["occurred"],
            recorded_at=datetime.fromisoformat(found["time"]),
            history={"true": True, "false": False}[found["history"]],
            actor_subject=found["actor"],
            actor_post=found.get("actorpost"),
            actor_on_behalf=found.get("onbehalfof"),
            command_id=_uuid(found.get("commandid")),
            correlation_id=UUID(found["correlationid"]),
            causation_id=_uuid(found.get("causationid")),
            traceparent=found.get("traceparent"),
            salt=bytes.fromhex(found["salt"]) if "salt" in found else None,
            data=data,
            data_hash=bytes.fromhex(found["datahash"]),
            leaf=bytes.fromhex(found["leaf"]),
        )
    except (KeyError, ValueError) as error:
        # Without what stands in them: anybody may have written the message.
        raise Malformed(f"attributes of a fact: {type(error).__name__}") from None


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text is not None else None


# Kafka, binary mode: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md


def record_of(fact: Received) -> tuple[bytes, bytes | None, Headers]:
    """Key, value and headers of the record of a fact. The key is the stream: for readers of a compacted copy."""
    return fact.stream.encode(), fact.data, _headers(attributes(fact))


def record_of_beat(beat: Beat) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of the record of a heartbeat."""
    about = {
        "specversion": SPEC_VERSION,
        "id": str(uuid4()),
        "source": beat.log,
        "type": HEARTBEAT,
        "datacontenttype": CONTENT_TYPE,
    }
    told = {"head": beat.heartbeat.head, "incarnation": beat.heartbeat.incarnation, "sent": beat.sent}
    return b"heartbeat", orjson.dumps(told), _headers(about)


def read_record(headers: Iterable[tuple[str, bytes]], value: bytes | None) -> Received | Beat:
    """What a record says. Malformed when it is neither a fact nor a heartbeat of ours."""
    try:
        found = {name[3:]: text.decode() for name, text in headers if name.startswith("ce_")}
    except UnicodeDecodeError:
        raise Malformed("a header that is not UTF-8") from None
    if found.get("type") != HEARTBEAT:
        return fact_of(found, value)
    try:
        told = orjson.loads(value or b"")
        return Beat(found["source"], Heartbeat(int(told["head"]), int(told["incarnation"])), int(told["sent"]))
    except (KeyError, TypeError, ValueError):
        raise Malformed("a heartbeat") from None


def _headers(about: Mapping[str, str]) -> Headers:
    kept = [(f"ce_{name}", text.encode()) for name, text in about.items() if name != "datacontenttype"]
    return [("content-type", about["datacontenttype"].encode()), *kept]


# A page of `GET /feed`, in the JSON batch format


def batch_of(facts: Iterable[Received]) -> bytes:
    """Facts as a batch. The data stand in base64, because JSON would not give back the same bytes."""
    return orjson.dumps(
        [
            attributes(fact) | ({"data_base64": base64.b64encode(fact.data).decode()} if fact.data is not None else {})
            for fact in facts
        ]
    )


def read_batch(body: bytes) -> list[Received]:
    """The facts of a batch. Malformed when it is none."""
    try:
        items = orjson.loads(body)
        return [fact_of(item, _data(item)) for item in items]
    except (orjson.JSONDecodeError, AttributeError, TypeError, binascii.Error) as error:
        raise Malformed(f"a batch of facts: {type(error).__name__}") from None


def _data(item: Mapping[str, str]) -> bytes | None:
    return base64.b64decode(item["data_base64"], validate=True) if "data_base64" in item else None
