"""The intake of 白水县 on real databases and behind HTTP, with a ledger that it is fed from and a body that answers."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from services.complaints.ports import Progress
from services.intake.main import SERVICE as INTAKE
from services.ledger.main import SERVICE as LEDGER
from shared.domain import PersonId
from shared.facts import ClockAdvanced
from shared.feeds.direct import DirectFeed
from shared.log.log import Genesis
from shared.ports import Port
from shared.running import Access, Running, open_service
from shared.service import Service
from shared.telemetry import Metrics, configure_logging
from shared.web.app import build_app
from shared.web.auth import Authenticator
from tests.conftest import MakeInstallation
from tests.intake.county import DIRECTORY
from tests.shared.web.conftest import Answer, Client, served
from zeren.installation import Installation
from zeren.issuer import DevelopmentIssuer
from zeren.settings import Settings

STARTS = datetime(2026, 3, 4, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A Wednesday morning; the next hour of admission is noon."""

T = TypeVar("T")


@dataclass
class Handling:
    """The complaints service, as far as the intake asks it."""

    progress: dict[str, Progress] = field(default_factory=dict)

    async def ask(self, port: Port[T], keys: Sequence[str]) -> Mapping[str, T]:
        return {key: self.progress[key] for key in keys if key in self.progress}  # type: ignore[misc]


@dataclass
class County:
    """Everything that runs, and what it wrote: `log` the lines, `metrics` the counts."""

    ledger: Running
    intake: Running
    installation: Installation
    handling: Handling
    metrics: Metrics
    log: io.StringIO
    client: Client = None  # type: ignore[assignment]  # set once the server answers

    async def publish(self, *events: Any) -> None:
        for event in events:
            await self.ledger.handler.record([event], "system/ledger", uuid4())
        await self.settled()

    async def settled(self) -> None:
        async with asyncio.timeout(20):
            while await self.intake.log.cursor("ledger") < self.ledger.log.feed_head:  # noqa: ASYNC110 — a feed tells its progress by its cursor alone
                await asyncio.sleep(0.01)
        await self.intake.references.catch_up()
        head = await self.intake.log.last_position()
        assert await self.intake.runner.reached(head, timeout=20)
        async with asyncio.timeout(20):
            while self.intake._erased_up_to < head:  # noqa: ASYNC110 — that a key is gone nobody is told
                await asyncio.sleep(0.01)

    async def next_hour(self) -> None:
        """It becomes the next hour of admission; everything that then follows has followed."""
        admission = self.intake.admission
        assert admission is not None
        hour = admission.hour() + timedelta(hours=6)
        await self.publish(ClockAdvanced("ledger", hour))
        await admission.reached(hour)
        await self.settled()

    @property
    def today(self) -> str:
        return self.intake.log.clock.moment().today.isoformat()

    async def at(self, door: str, body: Any, person: PersonId | None = None, **headers: str) -> Answer:
        """POST at a door."""
        return await self.client.send("POST", f"/api/intake/{door}", body, person=person, **headers)

    async def done(self, door: str, body: Any, person: PersonId | None = None) -> Any:
        answer = await self.at(door, body, person)
        assert answer.status == 200, answer.json
        return answer.json

    async def lodged(self, **report: Any) -> dict[str, str]:
        """Something lodged; the receipt."""
        receipt = await self.done("receipts", {})
        await self.done("complaints", lodging(receipt, **report))
        return {"code": receipt["code"]}

    async def rows(self, statement: str) -> list[Any]:
        return list(await self.intake.pool.fetch(statement))


def lodging(receipt: Mapping[str, Any], **report: Any) -> dict[str, Any]:
    return {
        "code": receipt["code"],
        "signature": receipt["signature"],
        "category": "accusation",
        "unit": "shuiwu",
        "words": "河道清淤工程款已付，河道未见施工。",
        **report,
    }


async def opened(installation: Installation, service: Service) -> Running:
    given = installation.logs[service.name]
    access = Access(given.log, given.views, given.keys, given.dsn, given.keys_dsn, installation.master_key)
    return await open_service(service, access, Genesis(service.name, starts=STARTS))


@pytest.fixture(scope="module")
async def county(
    make_installation: MakeInstallation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[County]:
    """白水县 with nothing lodged yet; one for each module."""
    logs = {"ledger": ("intake", "complaints"), "intake": ("complaints",), "complaints": ()}
    installation = await make_installation(logs)
    ledger, intake = await opened(installation, LEDGER), await opened(installation, INTAKE)
    metrics, log = Metrics(), io.StringIO()
    configure_logging("json", stream=log)
    there = County(ledger, intake, installation, Handling(), metrics, log)
    intake.neighbours = there.handling
    intake.count_appends(metrics)
    await ledger.start({})
    await intake.start({"ledger": DirectFeed("ledger", "ledger", intake.pool, ledger.log)})
    await there.publish(*DIRECTORY)
    issuer = DevelopmentIssuer(Settings(home=tmp_path_factory.mktemp("issuer")))

    async def ready() -> Sequence[str]:
        return await intake.problems()

    async def measure() -> None:
        await intake.measure(metrics)

    app = build_app([intake], Authenticator([issuer.trusted()]), metrics, problems=ready, before_scrape=measure)
    async with served(app) as base, aiohttp.ClientSession() as session:
        there.client = Client(session, base, issuer)
        yield there
    await intake.stop()
    await ledger.stop()
