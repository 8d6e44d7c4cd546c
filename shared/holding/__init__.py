"""Holding: where a sealed log keeps what was handed in, until the hour at which everything that waits is admitted.

What is held is durable from the moment that it is acknowledged; the log learns of it at a fixed hour, with everything
else that waits, in an order drawn by lot. What this protects and what it does not: docs/privacy.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from shared.domain import Actor, PersonalText

REPORTER = Actor("reporter")
"""On whose word a fact was recorded when nobody is to know: the same for all."""


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that was handed in. `entry` is random; `under` is the entry that it belongs to, if it does.

    `facts` hold nothing personal; `texts` are sealed, each for the place that it will have in the log. `day` is the day
    on which it was handed in; nothing finer is kept. `state` is a word of the service's; it stays when the entry has
    left for the log, so that whoever handed it in can be told.
    """

    entry: UUID
    kind: str
    under: UUID | None
    state: str
    day: date
    facts: Mapping[str, Any]
    texts: Mapping[str, PersonalText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A keyed hash by which a held entry is found again without opening it: `keeper` is whose key's erasure ends it."""

    kind: str
    value: bytes
    keeper: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """What an admission makes of one entry: its next state, and the facts with their ids, of which the first is the
    entry's own. They occurred on the day `on`, by default that on which it was handed in. An entry that `keeps_texts`
    does not leave for the log as a whole."""

    entry: UUID
    state: str
    facts: tuple[tuple[UUID, Any], ...] = ()
    actor: Actor = REPORTER
    on: date | None = None
    keeps_texts: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an admission decides upon: entries in an order drawn by lot, but none before the one that it belongs to.

    `heads` are those that entries belong to, by id; `left` says how many of a kind left under each of them before.
    """

    held: Sequence[Held]
    heads: Mapping[UUID, Held]
    left: Mapping[tuple[UUID, str], int]


@dataclass(frozen=True, slots=True)
class Holding:
    """What a sealed service says of its holding table.

    Entries in one of the states `waits` are shown to `admit`, which answers for those that go on; `gone` is the state in
    which they have left for the log. `hours` names the term that holds the hours of admission (`admission_hours`).
    """

    waits: tuple[str, ...]
    gone: str
    hours: str
    admit: Callable[[Waiting], Sequence[Admitted]]


def admission_hours(value: str) -> tuple[int, ...]:
    """The hours of a term such as `0 6 12 18`, ascending. ValueError unless they are hours, and 0 is among them.

    Midnight is always one of them, so that no window lies in two days.
    """
    hours = tuple(sorted({int(hour) for hour in value.split()}))
    if not hours or hours[0] != 0 or hours[-1] > 23:
        raise ValueError(f"not hours of a day with midnight among them: {value!r}")
    return hours
