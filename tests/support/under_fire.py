"""What the fault tests share: the moment at which something is done, counted in acknowledged commands, and what was said."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from shared.domain import PersonId
from shared.holding.receipts import Receipts
from shared.log.log import Log
from shared.running import open_for_reading
from shared.service import Service
from tests.support.reconcile import Told, reconcile, settled
from tests.support.reconcile_intake import receipts_of
from tests.support.running import Up, zeren
from zeren.installation import known
from zeren.issuer import DevelopmentIssuer
from zeren.office import SERVICES, access, admin_dsn, readers
from zeren.settings import Settings
from zeren.simulate_command import subject_of
from zeren.simulator.client import Client, Journal
from zeren.simulator.learning import Learned
from zeren.simulator.playing import year

PATIENCE_SECONDS = 150
"""How long a client repeats a request: far more than any start takes on two loaded cores."""
TOKEN_AGE_SECONDS = 7_200
"""Of the clients' tokens: a clock may be behind by less, and still believes them."""


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
async def client_of(up: Up, journal: Journal, port: int, settings: Settings) -> AsyncIterator[Client]:
    """The simulator's client of a running office, which it reaches at `port`, with tokens for everybody in it."""
    issuer = DevelopmentIssuer(settings)
    database = {"ZEREN_DATABASE_URL": settings.database_url.get_secret_value()} if settings.database_url else {}
    opening = zeren(up.home, up.port, "token", "--role", "administrator", **database).stdout.strip()
    known: dict[str, str] = {}

    def token(person: str) -> str:
        if person not in known:
            known[person] = issuer.mint(PersonId(person or subject_of(opening)), age_seconds=TOKEN_AGE_SECONDS)
        return known[person]

    async with aiohttp.ClientSession() as session:
        yield Client(session, f"http://127.0.0.1:{port}", token, journal, patience_seconds=PATIENCE_SECONDS)


@asynccontextmanager
async def logs_of(settings: Settings) -> AsyncIterator[tuple[list[tuple[Service, Log]], Receipts]]:
    """Every service's log, to read, and the receipts of the installation."""
    async with AsyncExitStack() as stack:
        installation = known(admin_dsn(settings), settings.home, readers())
        logs = [
            (service, await stack.enter_async_context(open_for_reading(service, access(installation, service.name))))
            for service in SERVICES
        ]
        yield logs, stack.enter_context(closing(receipts_of(installation.master_key)))


async def faults_of(settings: Settings, told: Told, *, rebuild: bool, batch: int | None = None) -> list[str]:
    """What is wrong with the logs and views of an office that runs, once it has come to rest."""
    async with logs_of(settings) as (logs, receipts):
        await settled(logs)
        return await reconcile(logs, told, receipts, batch, rebuild=rebuild)


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
    """The errors in the logs of all processes of a home, each once with how often, for whoever has to find out."""
    found: Counter[str] = Counter()
    for log in sorted(home.glob("*.log")):
        for line in log.read_text("utf-8", errors="replace").splitlines():
            if told := _error(line):
                found[f"{log.stem}: {told}"] += 1
    return "\n".join(f"{times} × {told}" for told, times in found.most_common(60))


def _error(line: str) -> str:
    """What a line tells of an error, without its time; empty when it tells of none."""
    with suppress(json.JSONDecodeError):
        told = json.loads(line)
        if not isinstance(told, dict) or told.get("level") not in ("error", "critical"):
            return ""
        places = told.get("at", [])[-4:]
        kept = {name: value for name, value in told.items() if name not in ("timestamp", "level", "at")}
        kept["event"] = re.sub(r"incident \w+", "incident", str(kept.get("event")))
        return " ".join([*(f"{name}={value}" for name, value in kept.items()), *places])
    return line if "Traceback" in line or line.startswith("✗") else ""
