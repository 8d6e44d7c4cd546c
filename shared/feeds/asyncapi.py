"""The AsyncAPI 3.0 document of one log: what stands in its topic, for whoever reads it with a program of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.codec import Kind
from shared.feeds.broker import topic_of
from shared.feeds.cloudevents import CONTENT_TYPE, HEARTBEAT, SPEC_VERSION
from shared.feeds.payloads import JsonSchema, payload_of, words_of
from shared.feeds.topics import PARTITIONS, SETTINGS
from shared.service import Service

_KAFKA_BINDING = "0.5.0"
_SCHEMAS = "#/components/schemas/"

_UUID = {"type": "string", "format": "uuid"}
_NUMBER = {"type": "string", "pattern": "^[1-9][0-9]*$"}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"

_ALWAYS: Mapping[str, Mapping[str, Any]] = {
    "content-type": {"type": "string", "const": CONTENT_TYPE},
    "ce_specversion": {"type": "string", "const": SPEC_VERSION},
    "ce_id": _UUID | {"description": "Identity of the fact. It and `ce_source` are the same for every copy."},
    "ce_source": {"type": "string", "description": "The log that recorded it."},
    "ce_type": {"type": "string", "description": "What happened, such as `task-split`."},
    "ce_subject": {"type": "string", "description": "The stream: what it happened to."},
    "ce_time": {
        "type": "string",
        "format": "date-time",
        "pattern": f"^{_INSTANT}$",
        "description": "When it was recorded, in UTC; never earlier than the fact before it.",
    },
    "ce_sequence": _NUMBER | {"description": "Its number in this feed: 1, 2, 3, … without a gap."},
    "ce_incarnation": _NUMBER
    | {"description": "The life of the log in which it was recorded; a restore begins a new one."},
    "ce_streamversion": _NUMBER | {"description": "Its number in its stream. Private facts have numbers too."},
    "ce_schemaversion": _NUMBER | {"description": "Which form of its type the payload has."},
    "ce_occurred": {
        "type": "string",
        "pattern": f"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{_INSTANT})$",
        "description": "When it happened: a date, or an instant in UTC.",
    },
    "ce_history": {
        "type": "string",
        "enum": ["true", "false"],
        "description": "Of the past when it was recorded: nothing shall follow from it by itself.",
    },
    "ce_actor": {
        "type": "string",
        "description": "On whose word: the pseudonym of a person, `system/…`, `operator/…`.",
    },
    "ce_correlationid": _UUID | {"description": "What it belongs together with."},
    "ce_datahash": _HASH | {"description": "H(salt ‖ payload)."},
    "ce_leaf": _HASH | {"description": "H(header ‖ data hash): docs/log-format.md."},
}
_SOMETIMES: Mapping[str, Mapping[str, Any]] = {
    "ce_actorpost": {"type": "string", "description": "The post from which the actor acted."},
    "ce_onbehalfof": {"type": "string", "description": "Whom the actor stood in for."},
    "ce_commandid": _UUID | {"description": "The command that it was decided by."},
    "ce_causationid": _UUID | {"description": "The fact that led to it."},
    "ce_traceparent": {"type": "string", "description": "W3C Trace Context of the request."},
    "ce_salt": _HASH | {"description": "Absent once the fact was redacted; the payload is null then."},
}

HEADERS: JsonSchema = {
    "type": "object",
    "description": "CloudEvents 1.0 in Kafka's binary form. Values are UTF-8 text; others may be added.",
    "required": list(_ALWAYS),
    "properties": {**_ALWAYS, **_SOMETIMES},
}

_HEARTBEAT_HEADERS: JsonSchema = {
    "type": "object",
    "required": ["content-type", "ce_specversion", "ce_id", "ce_source", "ce_type"],
    "properties": {
        **{name: _ALWAYS[name] for name in ("content-type", "ce_specversion", "ce_source")},
        "ce_id": _UUID,
        "ce_type": {"type": "string", "const": HEARTBEAT},
    },
}
_HEARTBEAT_PAYLOAD: JsonSchema = {
    "type": "object",
    "required": ["head", "incarnation", "sent"],
    "properties": {
        "head": {"type": "integer", "minimum": 0, "description": "The highest number of the feed."},
        "incarnation": {"type": "integer", "minimum": 1, "description": "The life in which the log is."},
        "sent": {
            "type": "integer",
            "minimum": 0,
            "description": "The highest number in this topic before this record.",
        },
    },
}

_SECURITY: Mapping[str, Mapping[str, str]] = {
    "scram512": {"type": "scramSha512", "description": "ZEREN_KAFKA_MECHANISM=SCRAM-SHA-512, the usual choice."},
    "scram256": {"type": "scramSha256", "description": "ZEREN_KAFKA_MECHANISM=SCRAM-SHA-256"},
    "plain": {"type": "plain", "description": "ZEREN_KAFKA_MECHANISM=PLAIN"},
    "certificate": {"type": "X509", "description": "ZEREN_KAFKA_CERTIFICATE, shown to brokers that ask for one."},
}


def asyncapi_document(service: Service, readers: Sequence[str]) -> dict[str, Any]:
    """The document, as a JSON object. `readers` are the logs of the installation that receive this one."""
    parts: dict[type, JsonSchema] = {}
    messages = {kind.name: _message(service, kind, parts) for kind in _leaving(service)}
    messages[HEARTBEAT] = _heartbeat()
    schemas = {"FactHeaders": HEADERS, **{kind.__name__: schema for kind, schema in parts.items()}}
    if len(schemas) <= len(parts):
        raise ValueError(f"two classes inside the events of {service.name} have one name")
    topic = topic_of(service.name)
    channel = {"$ref": f"#/channels/{service.name}"}
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:zeren:{service.name}",
        "info": {
            "title": f"{service.title} {service.name}",
            "version": "1",
            "description": (
                f"主题 {topic} 按顺序载有日志 {service.name} 对外发布的全部事实。\n\n"
                f"The topic `{topic}` carries what the log `{service.name}` published, in its order. Facts hold pseudonyms "
                "and no personal text. A fact may come twice, and records are removed after some days: count by "
                "`ce_sequence`. docs/feeds.md says what a reader may rely on."
            ),
            "externalDocs": {
                "description": "CloudEvents 1.0.2, Kafka protocol binding",
                "url": "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md",
            },
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": _servers(),
        "channels": {
            service.name: {
                "address": topic,
                "title": f"{service.title}：对外发布的事实",
                "description": "One partition, because a log has one order. The order of facts is that of `ce_sequence`.",
                "servers": [{"$ref": f"#/servers/{name}"} for name in _servers()],
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"kafka": _topic(topic)},
            }
        },
        "operations": {
            "publish": {
                "action": "send",
                "channel": channel,
                "title": f"{service.name} publishes",
                "description": "The relay sends each fact at least once, in order, and a heartbeat every two seconds.",
            },
            **{f"receiveBy{reader.capitalize()}": _receive(reader, channel) for reader in readers},
        },
        "components": {
            "securitySchemes": {name: dict(scheme) for name, scheme in _SECURITY.items()},
            "messages": messages,
            "schemas": schemas,
        },
    }


def _leaving(service: Service) -> list[Kind]:
    return sorted((kind for kind in service.catalogue().kinds.values() if kind.published), key=lambda kind: kind.name)


def _message(service: Service, kind: Kind, parts: dict[type, JsonSchema]) -> dict[str, Any]:
    says = {
        "ce_source": {"const": service.name},
        "ce_type": {"const": kind.name},
        "ce_schemaversion": {"const": str(kind.schema)},
    }
    return {
        "name": kind.name,
        "title": service.words.events.get(kind.name, kind.name),
        "summary": words_of(kind.event).partition("\n\n")[0].replace("\n", " "),
        "contentType": CONTENT_TYPE,
        "headers": {"allOf": [{"$ref": f"{_SCHEMAS}FactHeaders"}, {"type": "object", "properties": says}]},
        "payload": payload_of(kind.event, parts, _SCHEMAS),
        "bindings": {"kafka": _key(f"The stream: {kind.stream_format}")},
    }


def _heartbeat() -> dict[str, Any]:
    return {
        "name": HEARTBEAT,
        "title": "心跳",
        "summary": "Where the log ends. It is no fact: it has no number and is kept nowhere else.",
        "contentType": CONTENT_TYPE,
        "headers": _HEARTBEAT_HEADERS,
        "payload": _HEARTBEAT_PAYLOAD,
        "bindings": {"kafka": _key("heartbeat")},
    }


def _key(description: str) -> dict[str, Any]:
    return {"key": {"type": "string", "description": description}, "bindingVersion": _KAFKA_BINDING}


def _receive(reader: str, channel: Mapping[str, str]) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": channel,
        "title": f"{reader} receives",
        "bindings": {
            "kafka": {"groupId": {"type": "string", "const": f"zeren.{reader}"}, "bindingVersion": _KAFKA_BINDING}
        },
    }


def _servers() -> dict[str, Any]:
    host = {
        "host": "{brokers}",
        "variables": {"brokers": {"default": "kafka:9092", "description": "ZEREN_KAFKA: host:port of a broker."}},
    }
    login = [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY]
    return {
        "encrypted": {
            **host,
            "protocol": "kafka-secure",
            "description": "TLS (ZEREN_KAFKA_SECURITY=SASL_SSL or SSL), with one of these ways to log in.",
            "security": login,
        },
        "unencrypted": {**host, "protocol": "kafka", "description": "Within one machine (PLAINTEXT)."},
    }


def _topic(topic: str) -> dict[str, Any]:
    settings: dict[str, Any] = {name: int(value) if value.isdecimal() else value for name, value in SETTINGS.items()}
    settings["cleanup.policy"] = [settings["cleanup.policy"]]
    return {
        "topic": topic,
        "partitions": PARTITIONS,
        "topicConfiguration": settings,
        "bindingVersion": _KAFKA_BINDING,
    }
