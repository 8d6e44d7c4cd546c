"""A post ends after a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import ChiefPostGivenUp
from services.ledger.refusals import DATE_BEFORE_POST, POST_ABOLISHED, POST_HELD
from services.ledger.rules.powers import not_yours_to_give, out_of_reach
from services.ledger.state import AbolishedPost, OpenPost, PostSituation, Taken
from shared.directory import Directory, PostAbolished
from shared.domain import Actor, Decision, Event, PostId


@dataclass(frozen=True, slots=True)
class AbolishPost:
    """`valid_to` is its last day."""

    post: PostId
    valid_to: date


def decide(
    command: AbolishPost,
    post: PostSituation,
    chief_posts: tuple[Taken | None, ...],
    actor: Actor,
    directory: Directory,
) -> Decision:
    """Its holder is dismissed first."""
    match post:
        case AbolishedPost():
            return POST_ABOLISHED.of()
        case OpenPost():
            pass
    if refused := out_of_reach(actor, directory, post.over) or not_yours_to_give(actor, directory, post.roles):
        return refused
    if command.valid_to < post.valid_from:
        return DATE_BEFORE_POST.of(day=command.valid_to, since=post.valid_from)
    if any(tenure.valid_to is None or tenure.valid_to > command.valid_to for tenure in post.tenures):
        return POST_HELD.of(day=command.valid_to)
    events: list[Event] = [PostAbolished(command.post, command.valid_to)]
    if any(chief is not None and chief.by == post.post for chief in chief_posts):
        events.append(ChiefPostGivenUp(post.unit, post.post))
    return events
