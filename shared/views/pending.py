"""Commands that a watch or reaction wants handled, stored with the checkpoint of the fold that found them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.facts import Fact
from shared.views import Issue
from shared.views.table import ENCODER


@dataclass(frozen=True, slots=True)
class Pending:
    """One command under way. `cause` is the event behind it; `origin` the watch or reaction, `key` the watched row's."""

    command_id: UUID
    origin: str
    key: str
    action: str
    command: bytes
    cause: UUID
    correlation: UUID
    position: int


def derived_id(*parts: str) -> UUID:
    """The same identity for the same parts, for ever: the start of their SHA-256, as a UUID of version 8."""
    digest = hashlib.sha256("".join(f"{len(part.encode())}:{part}" for part in parts).encode()).digest()
    number = int.from_bytes(digest[:16], "big")
    number = number & ~(0xF << 76) | 8 << 76  # version
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)  # variant


def pending_of(
    origin: str, key_text: str, fact: Fact, issues: Iterable[Issue], actions: frozenset[str]
) -> Sequence[Pending]:
    """What is to be stored for the commands one fact led to. `actions` are the names of the service's commands.

    Raises LookupError for a command that the service does not know, ValueError for two that no label tells apart.
    """
    found: dict[UUID, Pending] = {}
    for issue in issues:
        action = type(issue.command).__name__
        if action not in actions:
            raise LookupError(f"{action} is not an action of this service")
        command_id = derived_id(origin, str(fact.position), key_text, issue.label)
        if command_id in found:
            raise ValueError(f"{origin} issues two commands with one label")
        found[command_id] = Pending(
            command_id,
            origin,
            key_text,
            action,
            ENCODER.encode(issue.command),
            fact.event_id,
            fact.correlation_id,
            fact.position,
        )
    return list(found.values())


async def store(connection: Any, schema: str, pending: Sequence[Pending]) -> None:
    """Part of the transaction that moves the checkpoint. What is stored already stays as it is."""
    await connection.execute(
        f"""insert into {schema}.pending (command_id, origin, action, command, cause, correlation, position)
            select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::uuid[], $6::uuid[], $7::bigint[])
            on conflict do nothing""",  # noqa: S608
        [p.command_id for p in pending],
        [p.origin for p in pending],
        [p.action for p in pending],
        [p.command for p in pending],
        [p.cause for p in pending],
        [p.correlation for p in pending],
        [p.position for p in pending],
    )
