"""Appends to write in tests: the tasks of a district's flood prevention, as events that no service needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from shared.log import format as log_format
from shared.log.append import Append, CommandRecord, NewEvent, Received, Stream
from shared.log.log import new_event_id

LOG = "shuiwu"
"""The log id of 水务局."""
OTHER = "zhengfuban"
"""The log id of 政府办, from which it receives."""
DREDGING = "task/qingyu"
"""清淤."""
EMBANKMENT = "task/hupo"
"""护坡."""


def event(
    stream: str = DREDGING,
    data: str = '{"name":"河道清淤"}',
    *,
    published: bool = False,
    event_id: UUID | None = None,
    actor: str = "person/zhou",
    command_id: UUID | None = None,
) -> NewEvent:
    event_id = event_id or new_event_id()
    return NewEvent(
        event_id=event_id,
        stream=stream,
        type="task-issued",
        schema=1,
        occurred="2026-01-05",
        published=published,
        history=False,
        actor_subject=actor,
        actor_post=None,
        actor_on_behalf=None,
        command_id=command_id,
        correlation_id=event_id,
        causation_id=None,
        traceparent=None,
        data=data.encode(),
    )


def received(
    seq: int, *, stream: str = "duty/fangxun", version: int | None = None, salt: bytes = bytes(32)
) -> Received:
    """Event `seq` of 政府办, with the hashes that its owner gave it."""
    h = log_format.hasher("sha-256")
    data = f'{{"duty":"防汛","number":{seq}}}'.encode()
    source_side = {
        "source": OTHER,
        "source_incarnation": 1,
        "source_seq": seq,
        "event_id": UUID(int=(0x018F << 112) | (7 << 76) | (2 << 62) | seq),
        "stream": stream,
        "version": version or seq,
        "type": "duty-assigned",
        "schema": 1,
        "occurred": "2026-01-05",
        "recorded_at": datetime(2026, 1, 5, 1, tzinfo=UTC),
        "history": False,
        "actor_subject": "person/li",
        "actor_post": "post/zhuren",
        "actor_on_behalf": None,
        "command_id": None,
        "correlation_id": UUID(int=seq),
        "causation_id": None,
        "traceparent": None,
    }
    data_hash = h(salt + data)
    leaf = h(log_format.header(**source_side) + data_hash)  # type: ignore[arg-type]
    return Received(**source_side, salt=salt, data=data, data_hash=data_hash, leaf=leaf)  # type: ignore[arg-type]


def own(**streams: int) -> Mapping[Stream, int]:
    """Expected versions of tasks of our own by their last word: own(qingyu=0)."""
    return {(LOG, f"task/{name}"): version for name, version in streams.items()}


def issue(
    name: str = "qingyu", version: int = 0, *, command: CommandRecord | None = None, published: bool = False
) -> Append:
    """One event on one task that is expected at `version`."""
    return Append([event(f"task/{name}", published=published)], own(**{name: version}), command)


def command(number: int, body: bytes = b"body") -> CommandRecord:
    return CommandRecord(UUID(int=number), body)
