"""Facts: events as folds, views and reactions read them; and the events that the kernel itself records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from shared.domain import Actor, PersonalText, PersonId, PublicText


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a log, decoded. `position` is the reading log's own; `source` and `version` are the owner's.

    `source_seq` is the number in the owner's feed under which it travels, None for what does not leave its service.

    `event` is an event class of the catalogue; `occurred` is a date or an instant in UTC; `recorded_at` is when its
    owner recorded it, `learned_at` when this log did. `history` marks what was loaded as history: it acts on nobody.
    """

    position: int
    event_id: UUID
    source: str
    source_seq: int | None
    stream: str
    version: int
    type: str
    event: Any
    occurred: date | datetime
    recorded_at: datetime
    learned_at: datetime
    history: bool
    actor: Actor
    command_id: UUID | None
    correlation_id: UUID
    causation_id: UUID | None


@dataclass(frozen=True, slots=True)
class LogStarted:
    """Genesis, position 1 of every log.

    Decided by whoever installed the log. `zone` is an IANA name, `hash` the name of the hash function, `clock` real or
    simulated; a simulated log starts at `starts`. No personal data. Kept for ever. Source: docs/log-format.md.
    """

    STREAM: ClassVar = "log/{log}"
    log: str
    format: int
    zone: str
    hash: Literal["sha-256", "sm3"]
    clock: Literal["real", "simulated"]
    starts: datetime | None


@dataclass(frozen=True, slots=True)
class IncarnationBegun:
    """The log was restored from a copy and lives again: from here on its facts are those of another life.

    Decided by whoever restored it, who says why. Facts of the life before that are not in the copy may exist elsewhere;
    whoever received one stops and is told. No personal data. Kept for ever. Source: docs/feeds.md.
    """

    STREAM: ClassVar = "log/{log}"
    log: str
    incarnation: int
    reason: PublicText


@dataclass(frozen=True, slots=True)
class ClockAdvanced:
    """A simulated clock was set forward; from now on it runs from `to`. A real clock refuses this.

    Decided by an administrator of the simulation. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "clock/{log}"
    log: str
    to: datetime


@dataclass(frozen=True, slots=True)
class TermSet:
    """A limit, period or rate has a value from a date on.

    Seeded from the service's `terms.yaml`, changed by an administrator. `value` is text: a decimal, a whole number of
    the unit named, or a word; `reference` is the article it comes from, by date. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "term/{term}"
    term: str
    value: str
    unit: str
    valid_from: date
    reference: str


@dataclass(frozen=True, slots=True)
class DeadlineKindEnabled:
    """From this moment on, deadlines of a kind act; those due earlier never will. Recorded by the service itself."""

    STREAM: ClassVar = "deadline-kind/{kind}"
    kind: str


@dataclass(frozen=True, slots=True)
class ReactionEnabled:
    """From here on a reaction or a watch acts: on facts above `head` of this log. Recorded by the service itself.

    `head` is the position up to which everything counts as the past.
    """

    STREAM: ClassVar = "reaction/{reaction}"
    reaction: str
    head: int


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """What a deadline, reaction or watch attempted was refused by a rule; people may look into it.

    `action` is the command's name, `code` the refusal's; `target` is the stream it was aimed at. No personal data.
    """

    STREAM: ClassVar = "refused/{command}"
    command: str
    action: str
    code: str
    target: str


@dataclass(frozen=True, slots=True)
class PersonalDataErased:
    """The key of a subject was destroyed: its personal texts can never be read again.

    Decided by the privacy officer, with a reason. `subject` is a pseudonym (`person/…`) or a stream. Every restore
    replays it. Kept for ever.
    """

    STREAM: ClassVar = "erasure/{subject}"
    subject: str
    reason: PersonalText


@dataclass(frozen=True, slots=True)
class PersonErased:
    """What is personal about somebody is erased everywhere: each service that learns this destroys its key of them.

    Recorded by the ledger alone, as the sibling that leaves it of `personal-data-erased` about a person, whose reason
    stays. Pseudonym only. Every restore replays it. Kept for ever.
    """

    STREAM: ClassVar = "erasure/person/{person}"
    person: PersonId


@dataclass(frozen=True, slots=True)
class FactRepublished:
    """A fact recorded while its type was private may be known now, as its type is public: here it is, whole.

    Decided by whoever runs the installation, for all facts of a type at once. The fields are the columns of the row
    that is meant, which has no feed number; `data` is its exact text; `salt`, `data_hash` and `leaf` are hexadecimal and
    prove it (docs/log-format.md). Its receivers take it for that fact, as history, learned now; its owner has it already.
    The versions of its stream see to it that each fact is republished once. No personal data. Kept for ever.
    Source: docs/feeds.md.
    """

    STREAM: ClassVar = "republished/{stream}"
    event_id: UUID
    source_incarnation: int
    stream: str
    version: int
    type: str
    schema: int
    occurred: str
    recorded_at: datetime
    history: bool
    actor_subject: str
    actor_post: str | None
    actor_on_behalf: str | None
    command_id: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None
    salt: str
    data: str
    data_hash: str
    leaf: str


KERNEL_EVENTS: tuple[type, ...] = (
    LogStarted,
    IncarnationBegun,
    ClockAdvanced,
    TermSet,
    DeadlineKindEnabled,
    ReactionEnabled,
    CommandRefused,
    PersonalDataErased,
    FactRepublished,
)

KERNEL_PUBLISHED: tuple[type, ...] = (FactRepublished,)
"""Those of them that leave the service, whatever else it publishes."""
