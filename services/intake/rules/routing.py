"""Which body receives a report, and whether it may keep it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.directory import Directory
from shared.domain import UnitId

Upward = Literal["no", "may", "must"]
"""本级受理、由受理机关决定是否上送、应当上送."""


@dataclass(frozen=True, slots=True)
class Routed:
    """The body that receives it, and whether it goes up from there."""

    received_by: UnitId
    upward: Upward


def upward(directory: Directory, body: UnitId, unit: UnitId, about_chief: bool) -> Upward:
    """Whether a body may keep a report about a unit.

    Never one about itself or a section of its own (内设机构), nor about the chief of the unit that it belongs to or of any above. One about such a unit, but
    not its chief, may belong to the upper body: the body's clerk decides.
    """
    above = set(directory.ancestors(body))
    if _whole(directory, unit) == body or (about_chief and unit in above):
        return "must"
    return "may" if unit in above else "no"


def _whole(directory: Directory, unit: UnitId) -> UnitId:
    """The unit itself, or the one that it is a section of."""
    return next((above for above in directory.ancestors(unit) if directory.units[above].kind != "section"), unit)


def routed(directory: Directory, unit: UnitId, about_chief: bool, today: date) -> Routed | None:
    """By the level of the complained-of: the nearest body over the unit whose clerks may keep it; if none may, the
    nearest at all, from which it goes up. None where nobody receives."""
    bodies = list(_receiving(directory, unit, today))
    for wanted in ("no", "may"):
        for body in bodies:
            if upward(directory, body, unit, about_chief) == wanted:
                return Routed(body, wanted)
    return Routed(bodies[0], "must") if bodies else None


def _receiving(directory: Directory, unit: UnitId, today: date) -> Iterable[UnitId]:
    """The bodies with an intake clerk over the unit, the nearest first."""
    for over in directory.ancestors(unit):
        found = {
            post.unit
            for post in directory.posts.values()
            if post.over == over and "intake-clerk" in post.roles and (post.valid_to is None or post.valid_to >= today)
        }
        yield from sorted(found)
