"""Who there is in a running city, found out over HTTP, and each of them as a caller with a token of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.support.running import Caller, Up


@dataclass
class People:
    """Units by the office's code, tasks of the plan by number, and callers by unit and title of their post."""

    up: Up
    token: Callable[[str], str]
    units: Mapping[str, dict[str, Any]] = field(init=False)
    posts: list[dict[str, Any]] = field(init=False)
    tasks: Mapping[str, dict[str, Any]] = field(init=False)
    position: dict[str, str] = field(init=False, default_factory=dict)
    """What anybody told last; everybody asks for no less."""
    _callers: dict[str, Caller] = field(init=False, default_factory=dict)
    _told: Iterator[int] = field(init=False, default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        opening = Caller(self.up.port, self.up.token())
        self.units = {unit["code"]: unit for unit in opening.all("ledger/units")}
        self.posts = opening.all("ledger/posts")
        (plan,) = opening.get("ledger/plans", status="adopted", code="2026")["items"]
        self.tasks = {task["number"]: task for task in opening.all("ledger/tasks", plan=plan["plan"])}

    def unit(self, code: str) -> str:
        """The identity of a unit."""
        return str(self.units[code]["unit"])

    def post(self, code: str, title: str, at: int = 0) -> dict[str, Any]:
        """A post of a unit by its title; of several alike the one in place `at` by identity."""
        found = [post for post in self.posts if post["unit"] == self.unit(code) and post["title"] == title]
        return sorted(found, key=lambda post: str(post["post"]))[at]

    def chief(self, code: str) -> dict[str, Any]:
        """The post that leads a unit."""
        return next(post for post in self.posts if post["unit"] == self.unit(code) and post["leads"])

    def by(self, post: Mapping[str, Any]) -> Caller:
        """Whoever holds a post; always the same caller for the same person."""
        person = str(post["person"])
        if person not in self._callers:
            self._callers[person] = Caller(self.up.port, self.token(person), self.position, self._key)
        return self._callers[person]

    def _key(self) -> str:
        """The same in every run, and so are the identities that are made from it: cities can be compared."""
        return f"journey-{next(self._told)}"
