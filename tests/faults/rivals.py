"""Clients who all change one thing at once, and the history of what each was told."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from tests.support.linear import Operation, linearizable
from zeren.simulator.client import Answer, Client
from zeren.simulator.learning import Learned

RIVALS = 4
_PAUSE_SECONDS = 0.1
_VERSION_MISMATCH = "version-mismatch"


@dataclass
class Rivalry:
    """A unit that is given one name after another by several at once, some of whom say which version they have seen."""

    client: Client
    person: str
    unit: str
    valid_from: date
    label: str
    start: int
    history: list[Operation] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    async def go_on(self, over: asyncio.Event, draws: random.Random) -> None:
        """Until it is over. Unanswered when the office stays away."""
        seeds = [draws.random() for _ in range(RIVALS)]
        async with asyncio.TaskGroup() as group:
            for number, seed in enumerate(seeds):
                group.create_task(self._compete(over, number, random.Random(seed)))  # noqa: S311 — no secret

    async def _compete(self, over: asyncio.Event, number: int, draws: random.Random) -> None:
        seen, attempt = self.start, 0
        while not over.is_set():
            if self.client.settling:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            attempt += 1
            name = f"竞名单位第{number + 1}组第{attempt}次"
            expected = seen if draws.random() < 0.5 else None
            body = {"name": name, "valid_from": self.valid_from.isoformat()}
            called = time.monotonic()
            answer = await self.client.command(
                "ledger", "RenameUnit", f"units/{self.unit}/rename", self.person, f"{self.label}-{number}-{attempt}",
                body, expected,
            )  # fmt: skip
            if (told := self._told(answer, called, expected)) is not None:
                self.history.append(told)
                seen = told.version or seen
            await asyncio.sleep(draws.random() * _PAUSE_SECONDS)

    def _told(self, answer: Answer, called: float, expected: int | None) -> Operation | None:
        now = time.monotonic()
        if answer.status == 200:
            return Operation(called, now, expected, "done", answer.body["events"][-1]["version"])
        if answer.code == _VERSION_MISMATCH:
            return Operation(called, now, expected, "refused", answer.body.get("version"))
        self.unexpected.append(f"{answer.status} {answer.code}")
        return None

    def faults(self) -> list[str]:
        """What nobody should have been told."""
        found = [f"{self.label}: a rival was answered {answer}" for answer in sorted(set(self.unexpected))]
        if not linearizable(self.history, self.start):
            found.append(f"{self.label}: the answers to {len(self.history)} rivals cannot be put in an order")
        return found

    def told(self) -> Sequence[dict[str, Any]]:
        """The history, for whoever has to find out."""
        return [asdict(operation) for operation in self.history]


async def rivalry(client: Client, learned: Learned, label: str) -> Rivalry:
    """A new unit under the city's own, for the rivals. AssertionError when it cannot be registered."""
    day = learned.today
    body = {
        "code": label,
        "name": "竞名单位",
        "kind": "department",
        "level": "grassroots",
        "order": 9_000,
        "valid_from": day.isoformat(),
        "parent": learned.city.units[learned.city.root].id,
    }
    answer = await client.command("ledger", "RegisterUnit", "units", learned.asker, f"{label}-register", body)
    assert answer.status == 201, answer
    (version,) = (event["version"] for event in answer.body["events"] if event["type"] == "unit-registered")
    return Rivalry(client, learned.asker, answer.body["id"], day, label, version)
