"""What the fault tests share: the moment at which something is done, counted in acknowledged commands, and what was said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from shared.domain import PersonId
from shared.running import open_for_reading
from tests.support.reconcile import Told, reconcile, settled
from tests.support.reconcile_intake import receipts_of
from tests.support.running import Up, zeren
from zeren.installation import known
from zeren.issuer import DevelopmentIssuer
from zeren.office import SERVICES, access, admin_dsn, readers
from zeren.settings import Settings
from zeren.simulator.client import Client, Journal
from zeren.simulator.learning import OPENING, Learned
from zeren.simulator.playing import year

PATIENCE_SECONDS = 150
"""How long a client repeats a request: far more than any start takes on two loaded cores."""


class Watched(Journal):
    """A journal that says when so many things more have been acknowledged."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._left = 0
        self.reached = asyncio.Event()

    def watch(self, count: int) -> None:
        self._left = count
        self.reached.clear()

    def write(self, line: Mapping[str, Any]) -> None:
        super().write(line)
        self._left -= 1
        if self._left == 0:
            self.reached.set()


@asynccontextmanager
async def client_of(up: Up, journal: Journal) -> AsyncIterator[Client]:
    """The simulator's client of a running office, with tokens for everybody in it."""
    issuer = DevelopmentIssuer(Settings(home=up.home))
    opening = zeren(up.home, up.port, "token", "--role", "administrator").stdout.strip()

    def token(person: str) -> str:
        return opening if person == OPENING else issuer.mint(PersonId(person))

    async with aiohttp.ClientSession() as session:
        yield Client(session, f"http://127.0.0.1:{up.port}", token, journal, patience_seconds=PATIENCE_SECONDS)


async def faults_of(home: Path, told: Told, *, rebuild: bool) -> list[str]:
    """What is wrong with the logs and views of an office that runs, once it has come to rest."""
    async with AsyncExitStack() as stack:
        installation = known(admin_dsn(Settings(home=home)), home, readers())
        logs = [
            (service, await stack.enter_async_context(open_for_reading(service, access(installation, service.name))))
            for service in SERVICES
        ]
        receipts = stack.enter_context(closing(receipts_of(installation.master_key)))
        await settled(logs)
        return await reconcile(logs, told, receipts, rebuild=rebuild)


async def not_followed(client: Client, told: Told) -> list[str]:
    """The receipts of which the door does not answer what it answered when the report was lodged."""
    lodged = [one for one in told.handed_in if one.door == "complaints"]
    answers = [await client.knock("follow", {"code": one.code}, None) for one in lodged]
    return [
        f"{one.name}: {answer.status} {answer.code}"
        for one, answer in zip(lodged, answers, strict=True)
        if answer.body.get("lodged_on") != one.on.isoformat()
    ]


def planned(learned: Learned, seed: int, first: date, days: int) -> int:
    """How many commands of a stretch of days will be acknowledged, the clock's among them."""
    last = first + timedelta(days=days - 1)
    stories = year(learned.city, learned.days, seed, learned.schemes, learned.assessed)
    working = learned.days.between(first, last)
    return len(working) + sum(step.records for day in working for step in stories.get(day, ()))


def errors_said(home: Path) -> str:
    """The latest errors in the logs of all processes of a home, for whoever has to find out."""
    found = [f"{log.stem}: {line}" for log in sorted(home.glob("*.log")) for line in _errors(log)[-20:]]
    return "\n".join(found)[-8000:]


def _errors(log: Path) -> list[str]:
    return [line for line in log.read_text("utf-8", errors="replace").splitlines() if _is_error(line)]


def _is_error(line: str) -> bool:
    with suppress(json.JSONDecodeError):
        told = json.loads(line)
        return isinstance(told, dict) and told.get("level") in ("error", "critical")
    return "Traceback" in line or line.startswith("✗")
