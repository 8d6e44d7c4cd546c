"""A letter is drafted; it is released at once where it needs nobody's signature or somebody gave it for all of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.notifications.events import (
    AuthorisationId,
    Instrument,
    NoticeDrafted,
    NoticeId,
    NoticeReleased,
    Policy,
    Value,
)
from services.notifications.state import Authorisation, NamedTask, Notice, ScoredRound
from shared.domain import Actor, Decision, Moment, PersonId, PostId, PublicText, UnitId

NEEDS_NOBODY: frozenset[Instrument] = frozenset({"reminder"})
"""提醒: no official letter, without number and issuer."""


@dataclass(frozen=True, slots=True)
class DraftNotice:
    """What a policy wants written. `notice` follows from policy, cause and addressee, so that one cause gives one letter.

    `copy_post` is the post for which `copy_to` gets a copy.
    """

    notice: NoticeId
    policy: Policy
    instrument: Instrument
    issuing_unit: UnitId
    unit: UnitId
    person: PersonId | None
    copy_to: PersonId | None
    about: str
    cause: str
    title: PublicText
    values: tuple[Value, ...]
    reply_working_days: int | None
    copy_post: PostId | None = None


def decide(
    command: DraftNotice,
    notice: Notice | None,
    others: tuple[Authorisation | NamedTask | ScoredRound | None, ...],
    moment: Moment,
) -> Decision:
    """Drafted already: nothing is to be recorded. A letter about a task says which, as the ledger called it last; one about
    a round of assessment says over which period."""
    if notice is not None:
        return []
    given, *about = others
    id = command.notice
    drafted = NoticeDrafted(
        id,
        command.policy,
        command.instrument,
        command.issuing_unit,
        command.unit,
        command.person,
        command.copy_to,
        command.copy_post,
        command.about,
        command.cause,
        command.title,
        (*command.values, *(value for matter in about for value in _named(matter))),
        command.reply_working_days,
        moment.today,
    )
    if command.instrument in NEEDS_NOBODY:
        return [drafted, released(drafted, None, None)]
    if isinstance(given, Authorisation) and (authorisation := given.on(moment.today)) is not None:
        return [drafted, released(drafted, authorisation, None)]
    return [drafted]


def _named(matter: Any) -> tuple[Value, ...]:
    match matter:
        case NamedTask():
            return (Value("number", matter.number), Value("title", matter.title))
        case ScoredRound():
            kind = "年中考核" if matter.kind == "mid-year" else "年终考核"
            since, until = str(matter.period_from), str(matter.period_to)
            return (Value("round", kind), Value("period_from", since), Value("period_to", until))
    return ()


def released(drafted: NoticeDrafted, authorisation: AuthorisationId | None, by: Actor | None) -> NoticeReleased:
    """The draft, as it is signed."""
    return NoticeReleased(
        drafted.notice,
        drafted.policy,
        drafted.instrument,
        drafted.issuing_unit,
        drafted.unit,
        drafted.person,
        drafted.copy_to,
        drafted.copy_post,
        drafted.title,
        drafted.values,
        drafted.reply_working_days,
        authorisation,
        by,
    )
