"""What the simulator knows of the city: what the ledger answered to its questions, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

LEVELS = ("province", "city", "county", "township", "grassroots")
"""From above to below, as the interface names them."""


class NotInCity(LookupError):
    """The city lacks somebody or something that a story needs; the message names it by code or number."""


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    code: str
    name: str
    kind: str
    level: str
    parent: str | None
    """The code of the unit above."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post that somebody holds now. `unit` and `over` are codes."""

    id: str
    unit: str
    title: str
    roles: tuple[str, ...]
    leads: bool
    over: str
    holder: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it was issued. `unit` and `co_units` are codes; `parent` the number of the whole it is part of."""

    number: str
    title: str
    unit: str
    co_units: tuple[str, ...]
    standard: str
    issued_on: date
    due: date
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan whose tasks are played. `unit` is the code of the unit that made it."""

    id: str
    code: str
    unit: str
    revision: int


class City:
    """Units, posts and tasks by the codes and numbers that people use; ids stay in here.

    Who is found first does not depend on ids: posts are read in the order of unit code and title, and only the order of
    equals (two inspectors of one title) is left to their ids.
    """

    def __init__(self, units: Iterable[Unit], posts: Iterable[Post], tasks: Iterable[Task], plan: Plan) -> None:
        self.units: Mapping[str, Unit] = {unit.code: unit for unit in sorted(units, key=lambda unit: unit.code)}
        self.posts: Sequence[Post] = sorted(posts, key=lambda post: (post.unit, not post.leads, post.title, post.id))
        self.tasks: Mapping[str, Task] = {
            task.number: task for task in sorted(tasks, key=lambda task: order_of(task.number))
        }
        self.plan = plan
        self._led = {post.unit for post in self.posts if "unit-head" in post.roles}

    @property
    def root(self) -> str:
        """The code of the topmost unit."""
        return next(unit.code for unit in self.units.values() if unit.parent is None)

    def holders(self, role: str, *, over: str | None = None, unit: str | None = None) -> list[Post]:
        """The posts with a role: those that reach everything below `over`, or those of `unit`."""
        return [
            post
            for post in self.posts
            if role in post.roles and (over is None or post.over == over) and (unit is None or post.unit == unit)
        ]

    def chief(self, unit: str) -> Post:
        """The chief post (一把手) of a unit; in a unit without one, the first of those that lead it."""
        found = [post for post in self.posts if post.unit == unit and "unit-head" in post.roles]
        if not found:
            raise NotInCity(f"nobody leads the unit {unit}")
        return next((post for post in found if post.leads), found[0])

    def clerk(self, unit: str) -> Post:
        """Who reports for a unit: its clerk, else its chief."""
        return next(iter(self.holders("unit-clerk", unit=unit)), None) or self.chief(unit)

    def sections(self, unit: str) -> list[str]:
        """The sections inside a unit (内设机构) that somebody leads."""
        return [u.code for u in self.units.values() if u.parent == unit and u.kind == "section" and u.code in self._led]

    def lower(self, unit: str) -> list[str]:
        """Lower units (下级单位): below it in the tree, or on a lower level below the unit it hangs below."""
        giver = self.units[unit]
        return [
            u.code
            for u in self.units.values()
            if u.kind != "section"
            and u.code != unit
            and u.code in self._led
            and (
                self.is_below(u.code, unit)
                or (
                    giver.parent is not None
                    and LEVELS.index(u.level) > LEVELS.index(giver.level)
                    and self.is_below(u.code, giver.parent)
                )
            )
        ]

    def is_below(self, unit: str, root: str) -> bool:
        """Whether a unit lies below another, itself excluded."""
        at = self.units[unit].parent
        while at is not None:
            if at == root:
                return True
            at = self.units[at].parent
        return False


def order_of(number: str) -> tuple[tuple[int, str], ...]:
    """Numbers in the order people read them: 2, 10, 10-1, 10-2."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in number.split("-"))
