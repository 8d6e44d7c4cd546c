"""Duties kept apart (职责分离) and recusal (回避): nobody decides on their own act, nor on a matter of their own unit."""

from __future__ import annotations

from services.ledger.refusals import FINDING_ABOUT_ONESELF, OWN_UNIT_DECIDED
from services.ledger.rules.signature import hands
from services.ledger.state import FoundMatter
from shared.directory import Directory
from shared.domain import Actor, PersonId, Refused, UnitId


def same_hand(one: Actor, other: Actor) -> bool:
    """Whether a person stands behind both acts, by themselves or through somebody who acts on their behalf."""
    return not hands(one).isdisjoint(hands(other))


def names(actor: Actor, person: PersonId | None) -> bool:
    return person in hands(actor)


def own_unit_refused(actor: Actor, directory: Directory, unit: UnitId) -> Refused | None:
    """Whoever acts from a post of the unit concerned, or of one below it, steps aside.

    A unit with nobody above it has nobody to step aside for, so that there its own posts decide.
    """
    post = directory.posts.get(actor.post) if actor.post else None
    if post is None or directory.units[unit].parent is None:
        return None
    return OWN_UNIT_DECIDED.of() if directory.is_within(post.unit, unit) else None


def finding_refused(actor: Actor, directory: Directory, matter: FoundMatter) -> Refused | None:
    """Nobody deals, on the inspectors' side, with a finding that names them or their unit."""
    if names(actor, matter.person):
        return FINDING_ABOUT_ONESELF.of()
    return own_unit_refused(actor, directory, matter.unit)
