"""Who holds what, asked on the machine itself: for tokens, loaders and auditors that the command line speaks for."""

from __future__ import annotations

from datetime import date
from typing import get_args

from shared.directory import Directory, Held, Role, Unit
from shared.domain import PersonId
from zeren.office_refusals import (
    NOBODY_HOLDS,
    PERSON_WITHOUT_POST,
    ROLE_UNKNOWN,
    SEVERAL_HOLD,
    UNIT_UNKNOWN,
    OfficeRefused,
)


def role_named(text: str) -> Role:
    """The role of this name. OfficeRefused names those there are."""
    for role in get_args(Role):
        if role == text:
            found: Role = role
            return found
    raise OfficeRefused(ROLE_UNKNOWN.of(role=text, roles="、".join(get_args(Role))))


def unit_coded(directory: Directory, code: str) -> Unit:
    unit = directory.unit_by_code(code)
    if unit is None:
        raise OfficeRefused(UNIT_UNKNOWN.of(code=code))
    return unit


def holders(directory: Directory, role: Role, unit: Unit | None, on: date) -> list[PersonId]:
    """Everybody who holds the role on a date in a post of the unit (of any, without one); who reaches furthest first."""
    found: dict[PersonId, None] = {}
    reach = {unit.id: len(list(directory.below(unit.id))) for unit in directory.units.values()}
    for post in sorted(directory.posts.values(), key=lambda post: (-reach[post.over], not post.leads, post.id)):
        if role in post.roles and (unit is None or post.unit == unit.id) and (person := post.holder(on)):
            found[person] = None
    return list(found)


def holder(directory: Directory, role: Role, code: str | None, on: date) -> PersonId:
    """Somebody who holds the role in the unit of this code. OfficeRefused when nobody does."""
    unit = unit_coded(directory, code) if code else None
    found = holders(directory, role, unit, on)
    if not found:
        raise OfficeRefused(NOBODY_HOLDS.of(role=role, code=code or "*"))
    return found[0]


def only_holder(directory: Directory, role: Role, on: date) -> PersonId:
    """The one person who holds the role over the topmost unit. OfficeRefused when nobody does, or several do."""
    roots = {unit.id for unit in directory.units.values() if unit.parent is None}
    found = dict.fromkeys(
        person
        for post in directory.posts.values()
        if role in post.roles and post.over in roots and (person := post.holder(on))
    )
    if not found:
        raise OfficeRefused(NOBODY_HOLDS.of(role=role, code="*"))
    if len(found) > 1:
        raise OfficeRefused(SEVERAL_HOLD.of(role=role, count=len(found)))
    return next(iter(found))


def held_by(directory: Directory, person: PersonId, on: date) -> tuple[Held, ...]:
    """The posts that a person may act from. OfficeRefused when there is none."""
    posts = directory.principal(person, on).posts
    if not posts:
        raise OfficeRefused(PERSON_WITHOUT_POST.of(person=person))
    return posts
