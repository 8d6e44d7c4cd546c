"""The bytes that are hashed: header, leaf and chain of a log row.

`docs/log-format.md` describes this for outsiders, with vectors; `tests/shared/log/test_format.py` reads the vectors
from that page. What is written here can never change for rows that exist: a new form needs a new label.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import new as new_hash
from hashlib import sha256
from typing import Literal, NamedTuple
from uuid import UUID

HashName = Literal["sha-256", "sm3"]
NO_CHAIN = bytes(32)
"""The chain before position 1."""

_NULL = b"\xff\xff\xff\xff"
_LEAF_LABEL = "zeren-leaf-1"
_CHAIN_LABEL = b"zeren-chain-1"


class Row(NamedTuple):
    """One row of a log; the fields are the columns of its table, in their order. See `docs/log-format.md`.

    `data` and `salt` are None only after a redaction. `occurred` is an ISO date or an instant in UTC: the precision
    is part of the fact. A tuple, because a batch of rows is transposed into the columns of one statement.
    """

    position: int
    event_id: UUID
    source: str
    source_seq: int | None
    source_incarnation: int
    incarnation: int
    stream: str
    version: int
    type: str
    schema: int
    occurred: str
    recorded_at: datetime
    learned_at: datetime
    history: bool
    actor_subject: str
    actor_post: str | None
    actor_on_behalf: str | None
    command_id: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    salt: bytes | None
    data: bytes | None
    data_hash: bytes
    leaf: bytes
    chain: bytes


COLUMNS: tuple[str, ...] = Row._fields


def hasher(name: HashName) -> Callable[[bytes], bytes]:
    """The log's hash function, bytes to 32 bytes; ValueError when this machine's OpenSSL does not have it."""
    return _sha_256 if name == "sha-256" else _sm3


def _sha_256(data: bytes) -> bytes:
    return sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    return new_hash("sm3", data).digest()


@lru_cache(maxsize=256)  # all rows of a batch are learned at one instant
def instant_text(instant: datetime) -> str:
    """UTC with six fractional digits and `Z`: `2026-01-05T01:00:00.000000Z`."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def occurred_text(occurred: date | datetime) -> str:
    return instant_text(occurred) if isinstance(occurred, datetime) else occurred.isoformat()


def occurred_value(text: str) -> date | datetime:
    """The date, or the instant in UTC, that `occurred` says."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def framed(text: str | None) -> bytes:
    """UTF-8 behind its length in four bytes, big-endian; absent: `ff ff ff ff`."""
    if text is None:
        return _NULL
    raw = text.encode()
    return len(raw).to_bytes(4, "big") + raw


# Most fields of a row say the same as in the row before. Kept are short texts that come again, never data.
_again = lru_cache(maxsize=4096)(framed)


def _uuid(value: UUID | None) -> bytes:
    return _NULL if value is None else b"\0\0\0\x24" + str(value).encode()


def header(
    *,
    source: str,
    source_incarnation: int,
    source_seq: int | None,
    event_id: UUID,
    stream: str,
    version: int,
    type: str,
    schema: int,
    occurred: str,
    recorded_at: datetime,
    history: bool,
    actor_subject: str,
    actor_post: str | None,
    actor_on_behalf: str | None,
    command_id: UUID | None,
    correlation_id: UUID,
    causation_id: UUID | None,
    traceparent: str | None,
) -> bytes:
    """The source-side fields in their fixed order, each with a four-byte length; an absent one is `ff ff ff ff`."""
    return b"".join(
        (
            _again(_LEAF_LABEL),
            _again(source),
            _again(str(source_incarnation)),
            _NULL if source_seq is None else framed(str(source_seq)),
            _uuid(event_id),
            framed(stream),
            _again(str(version)),
            _again(type),
            _again(str(schema)),
            _again(occurred),
            _again(instant_text(recorded_at)),
            _again("1" if history else "0"),
            _again(actor_subject),
            _again(actor_post),
            _again(actor_on_behalf),
            _uuid(command_id),
            _uuid(correlation_id),
            _uuid(causation_id),
            framed(traceparent),
        )
    )


def header_of(row: Row) -> bytes:
    return header(
        source=row.source,
        source_incarnation=row.source_incarnation,
        source_seq=row.source_seq,
        event_id=row.event_id,
        stream=row.stream,
        version=row.version,
        type=row.type,
        schema=row.schema,
        occurred=row.occurred,
        recorded_at=row.recorded_at,
        history=row.history,
        actor_subject=row.actor_subject,
        actor_post=row.actor_post,
        actor_on_behalf=row.actor_on_behalf,
        command_id=row.command_id,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        traceparent=row.traceparent,
    )


def chain_link(
    h: Callable[[bytes], bytes], previous: bytes, position: int, incarnation: int, learned_at: datetime, leaf: bytes
) -> bytes:
    """H(label ‖ previous ‖ position ‖ incarnation ‖ learned_at ‖ leaf); the integers are eight bytes, big-endian."""
    return h(
        b"".join(
            (
                _CHAIN_LABEL,
                previous,
                position.to_bytes(8, "big"),
                incarnation.to_bytes(8, "big"),
                _again(instant_text(learned_at)),
                leaf,
            )
        )
    )


def problems(row: Row, previous: bytes, h: Callable[[bytes], bytes]) -> list[str]:
    """What is wrong with one row, given the chain before it: names of the hashes that do not match, empty if sound."""
    wrong = []
    if row.data is not None and row.salt is not None and h(row.salt + row.data) != row.data_hash:
        wrong.append("data_hash")
    if h(header_of(row) + row.data_hash) != row.leaf:
        wrong.append("leaf")
    if chain_link(h, previous, row.position, row.incarnation, row.learned_at, row.leaf) != row.chain:
        wrong.append("chain")
    return wrong
