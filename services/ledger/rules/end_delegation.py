"""A delegation ends before its own date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.ledger.refusals import DELEGATION_OVER, DELEGATION_UNKNOWN, NOT_YOUR_POST, POST_ABOLISHED
from services.ledger.rules.powers import is_administrator
from services.ledger.state import AbolishedPost, OpenPost, PostSituation
from shared.directory import DelegationEnded, DelegationId, Directory
from shared.domain import Actor, Decision, Moment, PostId


@dataclass(frozen=True, slots=True)
class EndDelegation:
    """It ends at once: yesterday was its last day."""

    post: PostId
    delegation: DelegationId


def decide(command: EndDelegation, post: PostSituation, actor: Actor, directory: Directory, moment: Moment) -> Decision:
    """By the one who gave it, by the present holder of the post, or by an administrator."""
    match post:
        case AbolishedPost():
            return POST_ABOLISHED.of()
        case OpenPost():
            pass
    given = next((one for one in post.delegations if one.id == command.delegation), None)
    if given is None:
        return DELEGATION_UNKNOWN.of()
    holder = next((tenure.person for tenure in post.tenures if tenure.valid_to is None), None)
    in_person = actor.on_behalf is None and actor.subject in (given.giver, holder)
    if not in_person and not is_administrator(actor, directory):
        return NOT_YOUR_POST.of()
    if given.valid_to < moment.today:
        return DELEGATION_OVER.of(day=given.valid_to)
    return [DelegationEnded(command.delegation, command.post, moment.today - timedelta(days=1))]
