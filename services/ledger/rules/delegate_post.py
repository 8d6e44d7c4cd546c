"""The holder of a post lets somebody act for it between two dates (委托代行)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.refusals import (
    DELEGATION_DATES_REVERSED,
    DELEGATION_IN_PAST,
    DELEGATION_OVERLAPS,
    DELEGATION_TO_ONESELF,
    NOT_YOUR_POST,
    PERSON_UNKNOWN,
    POST_ABOLISHED,
)
from services.ledger.state import AbolishedPost, OpenPost, PostSituation, RegisteredPerson
from shared.directory import DelegationGiven, DelegationId
from shared.domain import Actor, Decision, Moment, PersonId, PostId


@dataclass(frozen=True, slots=True)
class DelegatePost:
    """`delegation` is allotted; both dates are included."""

    delegation: DelegationId
    post: PostId
    taker: PersonId
    valid_from: date
    valid_to: date


def decide(
    command: DelegatePost,
    post: PostSituation,
    persons: tuple[RegisteredPerson | None, ...],
    actor: Actor,
    moment: Moment,
) -> Decision:
    """Only the holder in person; a delegation is not passed on, and none is made for the past."""
    match post:
        case AbolishedPost():
            return POST_ABOLISHED.of()
        case OpenPost():
            pass
    holder = next((tenure.person for tenure in post.tenures if tenure.valid_to is None), None)
    if holder is None or actor.subject != holder or actor.on_behalf is not None:
        return NOT_YOUR_POST.of()
    if None in persons:
        return PERSON_UNKNOWN.of(person=command.taker)
    if command.taker == holder:
        return DELEGATION_TO_ONESELF.of()
    if command.valid_to < command.valid_from:
        return DELEGATION_DATES_REVERSED.of()
    if command.valid_from < moment.today:
        return DELEGATION_IN_PAST.of(today=moment.today)
    for given in post.delegations:
        if (
            given.taker == command.taker
            and given.valid_from <= command.valid_to
            and command.valid_from <= given.valid_to
        ):
            return DELEGATION_OVERLAPS.of()
    return [
        DelegationGiven(command.delegation, command.post, holder, command.taker, command.valid_from, command.valid_to)
    ]
