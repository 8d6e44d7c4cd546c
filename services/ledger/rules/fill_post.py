"""A person holds a post from a date on (任职)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.refusals import DATE_BEFORE_POST, OWN_APPOINTMENT, PERSON_UNKNOWN, POST_ABOLISHED, POST_HELD
from services.ledger.rules.powers import not_yours_to_give, out_of_reach
from services.ledger.state import AbolishedPost, OpenPost, PostSituation, RegisteredPerson
from shared.directory import Directory, PostFilled
from shared.domain import Actor, Decision, PersonId, PostId


@dataclass(frozen=True, slots=True)
class FillPost:
    post: PostId
    person: PersonId
    valid_from: date


def decide(
    command: FillPost,
    post: PostSituation,
    persons: tuple[RegisteredPerson | None, ...],
    actor: Actor,
    directory: Directory,
) -> Decision:
    """One holder at a time; nobody appoints themselves, or to a power that is not theirs to give."""
    match post:
        case AbolishedPost():
            return POST_ABOLISHED.of()
        case OpenPost():
            pass
    if None in persons:
        return PERSON_UNKNOWN.of(person=command.person)
    if command.person in (actor.subject, actor.on_behalf):
        return OWN_APPOINTMENT.of()
    if refused := out_of_reach(actor, directory, post.over) or not_yours_to_give(actor, directory, post.roles):
        return refused
    if command.valid_from < post.valid_from:
        return DATE_BEFORE_POST.of(day=command.valid_from, since=post.valid_from)
    if any(tenure.valid_to is None or tenure.valid_to >= command.valid_from for tenure in post.tenures):
        return POST_HELD.of(day=command.valid_from)
    return [PostFilled(command.post, command.person, command.valid_from)]
