"""Who there is in a running city, found out over HTTP, and each of them as a caller with a token of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from shared.facts import Fact
from tests.support.running import Caller, Up, until
from zeren.logs import reading_log
from zeren.settings import Settings

CITY = "YL-001"
"""市委."""


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


@dataclass
class Story:
    """A story of the city in the order of its time: its people, and what the steps so far have made."""

    people: People
    made: dict[str, str] = field(default_factory=dict)

    @property
    def coordinator(self) -> Caller:
        return self.people.by(self.people.post(CITY, "市惩防办主任"))

    @property
    def administrator(self) -> Caller:
        return self.people.by(self.people.post(CITY, "系统管理员"))

    @property
    def auditor(self) -> Caller:
        return self.people.by(self.people.post(CITY, "内部审计专员"))

    @property
    def committee(self) -> Caller:
        return self.people.by(self.people.post(CITY, "考核审定委员会主任"))

    @property
    def assessor(self) -> Caller:
        return self.people.by(self.people.post(CITY, "市考核办主任"))

    def inspector(self, at: int) -> Caller:
        return self.people.by(self.people.post(CITY, "市委督查专员", at))

    def inspector_id(self, at: int) -> str:
        return str(self.people.post(CITY, "市委督查专员", at)["person"])

    def head(self, code: str) -> Caller:
        return self.people.by(self.people.chief(code))

    def clock(self, to: str) -> None:
        """Set the city's clock, by its own time, such as 2026-02-11 00:01, and wait until what then falls due is done."""
        to = datetime.fromisoformat(f"{to}:00+08:00").isoformat()
        self.administrator.done("ledger/clock/ledger/advance", {"to": to})
        self.settled()

    def today(self) -> str:
        """The date of the city's clock."""
        return str(self.auditor.get("ledger/me")["today"])

    def settled(self) -> None:
        """Wait until everything that was recorded has been received, folded and acted upon.

        Processes tell at different moments how far they are; so it counts when they have said it twice, and nobody has
        recorded anything in between.
        """
        told: list[str] = []

        def quiet() -> bool:
            before, told[:] = list(told), self._told()
            behind = [line for line in told if not line.startswith("zeren_log_head{") and not line.endswith(" 0.0")]
            return before == told and not behind

        until(quiet, "all services to catch up")

    def _told(self) -> list[str]:
        """What the processes tell of where the logs end, and of what is still to be done."""
        kinds = {
            *("zeren_log_head", "zeren_feed_lag", "zeren_view_lag_positions"),
            *("zeren_commands_pending", "zeren_deadlines_due"),
        }
        lines = self.auditor.send("GET", "/metrics", None, {}).body.splitlines()
        found = [line for line in lines if line.partition("{")[0] in kinds]
        assert {line.partition("{")[0] for line in found} == kinds, "all of it is told"
        return found

    def standing(self, code: str) -> dict[str, Any]:
        """A unit's standing of 2026 with its lines."""
        found: dict[str, Any] = self.assessor.get(f"assessment/standings/2026/{self.people.unit(code)}")
        return found

    def veto(self, code: str) -> dict[str, Any] | None:
        """A unit's veto, None when it was always clear."""
        answer = self.committee.ask(f"assessment/vetoes/{self.made['scheme']}/{self.people.unit(code)}")
        assert answer.status in (200, 404), answer
        return answer.body if answer.status == 200 else None

    async def log(self, name: str) -> Sequence[Fact]:
        """The whole log of a service."""
        async with reading_log(Settings(home=self.people.up.home), name) as log:
            return await log.facts(0, 1_000_000)
