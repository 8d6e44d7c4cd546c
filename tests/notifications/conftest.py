"""The notifications service beside a ledger, each in this process, fed directly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.ledger.events import TaskId, TaskIssued, TaskNumberTaken
from services.ledger.main import SERVICE as LEDGER
from services.notifications.events import NoticeIssued, Pushed, WebhookId
from services.notifications.main import SERVICE as NOTIFICATIONS
from services.notifications.rules.subscribe_webhook import SubscribeWebhook
from shared.actions import Action
from shared.directory import PostCreated, PostFilled, UnitRegistered
from shared.domain import PersonId, PostId, PublicText, Refused, UnitId
from shared.facts import Fact, TermSet
from shared.feeds.direct import DirectFeed
from shared.log.log import Genesis
from shared.outside import Outside
from shared.ports import InProcess
from shared.running import Access, Running, open_service
from tests.conftest import MakeInstallation
from tests.notifications.city import SECRET
from zeren.installation import Installation

ADMIN, CITY, WATER, FINANCE = PersonId("管平"), UnitId("云岭市委"), UnitId("市水务局"), UnitId("市财政局")
FOUNDED = date(2020, 1, 1)
CITY_POST = PostId("市管理员")
DIRECTORY = (
    UnitRegistered(CITY, "YL", PublicText("云岭市委"), None, "committee", "city", None, 1, None, None, FOUNDED),
    UnitRegistered(WATER, "YL1", PublicText("水务局"), None, "department", "city", CITY, 1, None, None, FOUNDED),
    UnitRegistered(FINANCE, "YL2", PublicText("财政局"), None, "department", "city", CITY, 2, None, None, FOUNDED),
    PostCreated(CITY_POST, CITY, PublicText("管理员"), ("administrator",), False, CITY, FOUNDED),
    PostFilled(CITY_POST, ADMIN, FOUNDED),
)


def issued(number: str, unit: UnitId) -> tuple[Any, ...]:
    return (
        TaskIssued(
            task=TaskId(f"任务{number}"),
            plan="plan-2026",  # type: ignore[arg-type]
            project=None,
            number=number,
            title=PublicText("完成清水河河道清淤"),
            unit=unit,
            co_units=(),
            leader_post=PostId("局长"),
            leader_person=PersonId("韩溪"),
            requirement=PublicText("清淤12公里"),
            standard=PublicText("通过验收"),
            due=date(2026, 12, 31),
            issued_on=date(2026, 1, 12),
            weight=None,
            parent=None,
            direction=None,
            lineage=(),
        ),
        TaskNumberTaken("plan-2026", number, TaskId(f"任务{number}")),  # type: ignore[arg-type]
    )


@dataclass
class Office:
    installation: Installation
    ledger: Running
    notifications: Running

    async def task(self, number: str, unit: UnitId = WATER) -> None:
        await self.publish(*issued(number, unit))

    async def tasks(self, numbers: Iterable[int]) -> None:
        """So many tasks in one append."""
        await self.publish(*(event for number in numbers for event in issued(str(number), WATER)))

    async def publish(self, *events: Any) -> None:
        await self.ledger.handler.record(events, "system/ledger", uuid4())
        async with asyncio.timeout(20):
            while await self.notifications.log.cursor("ledger") < self.ledger.log.feed_head:  # noqa: ASYNC110 — a feed tells its progress by its cursor alone
                await asyncio.sleep(0.01)
        await self.notifications.references.catch_up()

    async def subscribe(self, url: str, *types: Pushed, unit: UnitId = CITY) -> WebhookId:
        outcome = await self.attempt_to_subscribe(url, *types, unit=unit)
        assert not isinstance(outcome, Refused), outcome
        return WebhookId(outcome.facts[0].event.webhook)

    async def attempt_to_subscribe(self, url: str, *types: Pushed, unit: UnitId = CITY) -> Any:
        command = SubscribeWebhook(WebhookId(""), unit, url, types, SECRET)
        return await self.notifications.handle(self.row(SubscribeWebhook), command, ADMIN, uuid4().hex)

    def row(self, command: type) -> Action:
        return next(action for action in self.notifications.service.actions if action.command is command)

    async def reminded_of(self, webhook: WebhookId) -> NoticeIssued:
        """The first letter that left about a webhook, once it has."""
        async with asyncio.timeout(20):
            while True:
                log = self.notifications.log
                facts = await log.category("notice", log.id, 0, await log.last_position())
                for fact in facts:
                    if isinstance(fact.event, NoticeIssued) and fact.event.about == f"webhook/{webhook}":
                        return fact.event
                await asyncio.sleep(0.02)

    async def ended(self, webhook: WebhookId, count: int = 1) -> list[Fact]:
        """How so many deliveries to a webhook ended, once they have."""
        async with asyncio.timeout(20):
            while True:
                log = self.notifications.log
                ends = await log.category("webhook-delivery", log.id, 0, await log.last_position())
                if len(found := [fact for fact in ends if fact.event.webhook == webhook]) >= count:
                    return found
                await asyncio.sleep(0.02)


async def opened(installation: Installation, service: Any) -> Running:
    given = installation.logs[service.name]
    access = Access(given.log, given.views, given.keys, given.dsn, given.keys_dsn, installation.master_key)
    return await open_service(service, access, Genesis(service.name))


async def notifying(installation: Installation, ledger: Running) -> Running:
    """The service, as one more process of it."""
    only_ledger = replace(NOTIFICATIONS, sources=("ledger",))
    running = await opened(installation, only_ledger)
    running.outside = Outside(loopback=True)
    running.neighbours = InProcess("notifications", {"ledger": ledger})
    await running.start({"ledger": DirectFeed("ledger", "ledger", running.pool, ledger.log)})
    return running


@pytest.fixture(scope="module")
async def office(make_installation: MakeInstallation) -> AsyncIterator[Office]:
    installation = await make_installation({"ledger": ("notifications",), "notifications": ()})
    ledger = await opened(installation, LEDGER)
    await ledger.start({})
    there = Office(installation, ledger, await notifying(installation, ledger))
    for event in DIRECTORY:
        await there.publish(event)
    # The published schedule lasts three days.
    for term in ("webhook-pauses", "mail-pauses"):
        at_once = TermSet(term, "0 0 0 0", "seconds", date(2026, 1, 1), PublicText("测试"))
        await there.notifications.handler.record([at_once], "system/notifications", uuid4())
    yield there
    await there.notifications.stop()
    await ledger.stop()
