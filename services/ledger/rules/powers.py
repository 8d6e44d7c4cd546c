"""How far the power of whoever acts extends, beyond what the table of actions asks: over which units, which roles."""

from __future__ import annotations

from collections.abc import Iterable

from services.ledger.refusals import OUT_OF_REACH, ROLE_NOT_YOURS_TO_GIVE
from shared.directory import Directory, Role
from shared.domain import Actor, Refused, UnitId

GIVEN_BY_ADMINISTRATORS: frozenset[Role] = frozenset({"administrator", "privacy-officer", "auditor", "case-supervisor"})
"""Roles that see or decide more than the coordinator who might hand them out."""


def is_system(actor: Actor) -> bool:
    """Deadlines and reactions act as `system/…`, whoever sits at the machine itself as `operator/…`: on nobody's post."""
    return actor.subject.startswith(("system/", "operator/"))


def is_administrator(actor: Actor, directory: Directory) -> bool:
    post = directory.posts.get(actor.post) if actor.post else None
    return is_system(actor) or (post is not None and "administrator" in post.roles)


def out_of_reach(actor: Actor, directory: Directory, unit: UnitId) -> Refused | None:
    """A refusal when the actor's post does not reach a unit that the action concerns besides its own."""
    if is_system(actor):
        return None
    post = directory.posts.get(actor.post) if actor.post else None
    if post is not None and directory.is_within(unit, post.over):
        return None
    return OUT_OF_REACH.of(unit=name_of(directory, unit))


def not_yours_to_give(actor: Actor, directory: Directory, roles: Iterable[Role]) -> Refused | None:
    """A refusal that names the first role which only an administrator gives, when the actor is none."""
    reserved = next((role for role in roles if role in GIVEN_BY_ADMINISTRATORS), None)
    if reserved is None or is_administrator(actor, directory):
        return None
    return ROLE_NOT_YOURS_TO_GIVE.of(role=reserved)


def name_of(directory: Directory, unit: UnitId) -> str:
    """The unit as people call it; its identity when it is not known."""
    known = directory.units.get(unit)
    return known.name if known else unit
