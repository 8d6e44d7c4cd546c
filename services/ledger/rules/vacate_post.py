"""A person no longer holds a post after a date (免职)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.refusals import DATE_BEFORE_TENURE, POST_ABOLISHED, POST_NOT_HELD
from services.ledger.rules.powers import not_yours_to_give, out_of_reach
from services.ledger.state import AbolishedPost, OpenPost, PostSituation
from shared.directory import Directory, PostVacated
from shared.domain import Actor, Decision, PostId


@dataclass(frozen=True, slots=True)
class VacatePost:
    """`valid_to` is the last day of whoever holds it."""

    post: PostId
    valid_to: date


def decide(command: VacatePost, post: PostSituation, actor: Actor, directory: Directory) -> Decision:
    match post:
        case AbolishedPost():
            return POST_ABOLISHED.of()
        case OpenPost():
            pass
    if refused := out_of_reach(actor, directory, post.over) or not_yours_to_give(actor, directory, post.roles):
        return refused
    tenure = next((tenure for tenure in post.tenures if tenure.valid_to is None), None)
    if tenure is None:
        return POST_NOT_HELD.of()
    if command.valid_to < tenure.valid_from:
        return DATE_BEFORE_TENURE.of(day=command.valid_to, since=tenure.valid_from)
    return [PostVacated(command.post, tenure.person, command.valid_to)]
