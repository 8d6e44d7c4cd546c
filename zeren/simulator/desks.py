"""Who receives a report and deals with it: a body with its clerk, its supervisor and its handlers."""

from __future__ import annotations

from dataclasses import dataclass

from zeren.simulator.chance import Chance
from zeren.simulator.city import City, Post


@dataclass(frozen=True, slots=True)
class Desk:
    """The people of one body who deal with one report. `unit` is the body's code; there are one or two handlers, and two
    deciders where a case can be decided."""

    unit: str
    clerk: Post
    supervisor: Post
    handlers: tuple[Post, ...]
    deciders: tuple[Post, ...]


def desk_over(about: str, city: City, chance: Chance) -> Desk | None:
    """The nearest body above a unit that receives reports about it; None where nobody does."""
    at = city.units[about].parent
    while at is not None:
        if clerks := city.holders("intake-clerk", over=at):
            return desk_of(clerks[0].unit, about, city, chance)
        at = city.units[at].parent
    return None


def desk_of(body: str, about: str, city: City, chance: Chance) -> Desk | None:
    """Who deals with a report about a unit in this body; None where somebody is missing."""
    roles = ("intake-clerk", "case-supervisor", "case-handler", "committee")
    clerks, supervisors, handlers, deciders = (city.holders(role, unit=body) for role in roles)
    if not clerks or not supervisors or not handlers:
        return None
    return Desk(
        body,
        chance.one(clerks, "clerk", about),
        chance.one(supervisors, "supervisor", about),
        tuple(handlers[at] for at in chance.some(2, range(len(handlers)), "handlers", about)),
        tuple(deciders[at] for at in chance.some(2, range(len(deciders)), "deciders", about)),
    )
