"""Facts reach those who subscribed: a real receiver on this machine, that answers as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from standardwebhooks import Webhook
from starlette.requests import Request
from starlette.responses import Response

from services.notifications.events import (
    NoticeId,
    NoticeIssued,
    WebhookDelivered,
    WebhookDisabled,
    WebhookUndelivered,
)
from services.notifications.rules import webhooks
from services.notifications.rules.end_webhook import EndWebhook
from services.notifications.rules.rotate_webhook_secret import RotateWebhookSecret
from services.notifications.views.webhooks import PUSHES
from shared import outbound
from shared.directory import UnitRegistered
from shared.domain import PersonId, PublicText, Refused, UnitId
from shared.outbound import AT_ONCE_IN_A_LANE
from shared.outside import signing
from shared.web.asgi import Address
from tests.notifications.city import NEXT_SECRET, SECRET
from tests.notifications.conftest import ADMIN, CITY, FINANCE, FOUNDED, WATER, Office, notifying
from tests.shared.web.conftest import served


@dataclass
class Receiver:
    """Keeps what it was sent, and answers with the status said for each attempt in turn, then 204."""

    base: str = ""
    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    waits: asyncio.Event | None = None

    async def answer(self, request: Request) -> Response:
        self.taken.append((dict(request.headers), await request.body()))
        if self.waits is not None:
            await self.waits.wait()
        return Response(status_code=self.statuses.pop(0) if self.statuses else 204)

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.taken]


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(statuses=list(statuses))
    async with served(Address("/hook", receiver.answer)) as base:
        receiver.base = f"{base}/hook"
        yield receiver


async def test_a_fact_arrives_signed_with_nothing_about_persons(office: Office) -> None:
    async with receiving() as receiver:
        webhook = await office.subscribe(receiver.base, "task-issued")
        await office.task("1")
        (end,) = await office.ended(webhook)
    assert isinstance(end.event, WebhookDelivered)
    ((headers, body),) = receiver.taken
    event = Webhook(SECRET.clear()).verify(body, headers)
    assert headers["webhook-id"] == event["id"] == end.event.fact
    assert (event["specversion"], event["source"], event["type"]) == ("1.0", "urn:zeren:ledger", "task-issued")
    assert event["data"] == {
        "task": "任务1",
        "plan": "plan-2026",
        "number": "1",
        "title": "完成清水河河道清淤",
        "unit": WATER,
        "due": "2026-12-31",
    }
    assert "韩溪" not in body.decode()


async def test_only_facts_of_the_unit_and_of_the_types_named_are_pushed(office: Office) -> None:
    async with receiving() as receiver:
        webhook = await office.subscribe(receiver.base, "task-issued", "notice-issued", unit=WATER)
        await office.task("2", FINANCE)
        await office.publish(
            UnitRegistered(
                UnitId("河道科"), "YL11", PublicText("河道科"), None, "section", "city", WATER, 1, None, None, FOUNDED
            )
        )
        to_unit = notice("督办函", "task/任务2")
        for letter in (notice("送达", "task/任务2", PersonId("韩溪")), notice("函", "complaint/举报一"), to_unit):
            await office.notifications.handler.record([letter], "system/notifications", uuid4())
        (end,) = await office.ended(webhook)
        ((_, body),) = receiver.taken
    assert json.loads(body)["type"] == "notice-issued"
    assert json.loads(body)["data"]["notice"] == "督办函"
    assert end.event.webhook == webhook


def notice(id: str, about: str, person: PersonId | None = None) -> NoticeIssued:
    return NoticeIssued(
        notice=NoticeId(id),
        instrument="urging-letter",
        issuing_unit=CITY,
        series="云督",
        year=2026,
        number=6,
        unit=WATER,
        person=person,
        about=about,
        cause="原因",
        title=PublicText("关于韩溪的函"),
        hash="00",
        issued_on=date(2026, 3, 16),
        reply_due=None,
        authorisation=None,
    )


async def test_who_fails_is_asked_again_with_the_same_id(office: Office) -> None:
    async with receiving(503, 302, 429) as receiver:
        webhook = await office.subscribe(receiver.base, "task-issued")
        await office.task("3")
        (end,) = await office.ended(webhook)
    assert (type(end.event), end.event.attempts) == (WebhookDelivered, 4)
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
    assert len({body for _, body in receiver.taken}) == 1


async def test_who_says_410_is_left_in_peace(office: Office) -> None:
    async with receiving(410) as receiver:
        webhook = await office.subscribe(receiver.base, "task-issued")
        await office.task("4")
        (end,) = await office.ended(webhook)
        await office.task("5")
    assert (type(end.event), end.event.why) == (WebhookUndelivered, "410")
    ends = await office.notifications.log.stream(f"webhook/{webhook}")
    assert ends[-1].event == WebhookDisabled(webhook, CITY, "gone", None)
    assert receiver.types() == ["task-issued"]
    reminder = await office.reminded_of(webhook)
    assert (reminder.person, reminder.unit) == (ADMIN, CITY)


async def test_an_address_inside_is_refused_when_it_is_named(office: Office) -> None:
    for url in ("https://10.0.0.7/hook", "https://169.254.169.254/latest", "https://[fc00::1]/"):
        refused = await office.attempt_to_subscribe(url, "task-issued")
        assert isinstance(refused, Refused)
        assert refused.code == "webhook-address-refused", url


async def test_while_a_secret_changes_what_is_pushed_is_signed_with_both(office: Office) -> None:
    async with receiving() as receiver:
        webhook = await office.subscribe(receiver.base, "task-issued")
        rotate = RotateWebhookSecret(webhook, NEXT_SECRET)
        await office.notifications.handle(office.row(RotateWebhookSecret), rotate, ADMIN, uuid4().hex)
        await office.task("6")
        await office.ended(webhook)
    ((headers, body),) = receiver.taken
    Webhook(SECRET.clear()).verify(body, headers)
    Webhook(NEXT_SECRET.clear()).verify(body, headers)


async def test_two_processes_send_one_thing_once(office: Office) -> None:
    other = await notifying(office.installation, office.ledger)
    try:
        async with receiving() as receiver:
            webhook = await office.subscribe(receiver.base, "task-issued")
            for number in range(100, 120):
                await office.task(str(number))
            await office.ended(webhook, 20)
    finally:
        await other.stop()
    ids = [headers["webhook-id"] for headers, _ in receiver.taken]
    assert len(ids) == len(set(ids)) == 20


async def test_what_was_sent_and_not_recorded_is_soon_sent_again_with_the_same_id(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody says any more that it is under way: the process is gone."""
    monkeypatch.setattr(outbound, "HELD_SECONDS", 1.0)
    async with receiving() as receiver:
        receiver.waits = asyncio.Event()
        webhook = await office.subscribe(receiver.base, "task-issued")
        await office.task("7")
        async with asyncio.timeout(20):
            while not receiver.taken:  # noqa: ASYNC110 — the receiver tells it by its list alone
                await asyncio.sleep(0.01)
        await office.notifications.stop()
        receiver.waits.set()
        office.notifications = await notifying(office.installation, office.ledger)
        (end,) = await office.ended(webhook)
    assert (type(end.event), end.event.attempts) == (WebhookDelivered, 2)
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1


async def test_what_takes_long_is_left_to_whoever_is_at_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes, and a receiver who lets one of them wait for longer than what nobody is at is held."""
    monkeypatch.setattr(outbound, "HELD_SECONDS", 1.0)
    monkeypatch.setattr(outbound, "SAID_SECONDS", 0.1)
    other = await notifying(office.installation, office.ledger)
    try:
        async with receiving() as receiver:
            receiver.waits = asyncio.Event()
            webhook = await office.subscribe(receiver.base, "task-issued")
            await office.task("10")
            async with asyncio.timeout(20):
                while not receiver.taken:  # noqa: ASYNC110 — the receiver tells it by its list alone
                    await asyncio.sleep(0.01)
                begun = datetime.now(UTC)
                while await _held_until(office, webhook) < begun + timedelta(seconds=3):  # noqa: ASYNC110 — a row tells it
                    await asyncio.sleep(0.05)
            receiver.waits.set()
            (end,) = await office.ended(webhook)
    finally:
        await other.stop()
    assert (type(end.event), end.event.attempts) == (WebhookDelivered, 1)
    assert len(receiver.taken) == 1


async def test_what_was_sent_is_not_sent_again_while_the_views_stand_still(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "HELD_SECONDS", 1.0)
    monkeypatch.setattr(outbound, "_FOLD_SECONDS", 0.5)
    async with receiving() as receiver:
        receiver.waits = asyncio.Event()
        webhook = await office.subscribe(receiver.base, "task-issued")
        await office.task("11")
        async with asyncio.timeout(40):
            while not receiver.taken:  # noqa: ASYNC110 — the receiver tells it by its list alone
                await asyncio.sleep(0.01)
            await office.notifications.runner.stop()
            receiver.waits.set()
            while await _held_until(office, webhook) > datetime.now(UTC) - timedelta(seconds=3):  # noqa: ASYNC110 — a row tells it
                await asyncio.sleep(0.05)
        assert len(receiver.taken) == 1
        await office.notifications.stop()
        office.notifications = await notifying(office.installation, office.ledger)
        (end,) = await office.ended(webhook)
    assert (type(end.event), end.event.attempts) == (WebhookDelivered, 1)
    assert len(receiver.taken) == 1


async def _held_until(office: Office, webhook: str) -> datetime:
    schema = f"{office.notifications.log.schema}_views"
    found: datetime = await office.notifications.pool.fetchval(
        f"select next_at from {schema}.outbound where kind = 'webhook' and key::text like $1",  # noqa: S608
        f"%{webhook}%",
    )
    return found


async def test_what_is_settled_is_forgotten(office: Office) -> None:
    async with receiving() as receiver:
        webhook = await office.subscribe(receiver.base, "task-issued")
        await office.task("8")
        await office.ended(webhook)
    reading = await office.notifications.reading(ADMIN, await office.notifications.log.last_position())
    assert reading is not None
    assert [row for row in await reading.rows(PUSHES) if row.webhook == webhook] == []


async def test_attempts_at_what_was_dropped_are_forgotten_at_the_next_start(office: Office) -> None:
    async with receiving() as receiver:
        receiver.waits = asyncio.Event()
        webhook = await office.subscribe(receiver.base, "task-issued")
        await office.task("9")
        async with asyncio.timeout(20):
            while not receiver.taken:  # noqa: ASYNC110 — the receiver tells it by its list alone
                await asyncio.sleep(0.01)
        await office.notifications.sender.stop()  # it dies while it sends
        await office.notifications.handle(office.row(EndWebhook), EndWebhook(webhook), ADMIN, uuid4().hex)
        receiver.waits.set()
    head = await office.notifications.log.last_position()
    assert await office.notifications.runner.reached(head, 20)
    await office.notifications.stop()
    office.notifications = await notifying(office.installation, office.ledger)
    schema = f"{office.notifications.log.schema}_views"
    tried = await office.notifications.pool.fetch(f"select key::text from {schema}.outbound where kind = 'webhook'")  # noqa: S608
    assert not [row for row in tried if webhook in row["key"]]


async def test_the_secret_stands_nowhere_in_clear(office: Office) -> None:
    rows = await office.notifications.pool.fetch(f"select data from {office.notifications.log.schema}.log")  # noqa: S608
    views = await office.notifications.pool.fetch(
        f"select * from {office.notifications.log.schema}_views.webhooks_v1"  # noqa: S608
    )
    clear = SECRET.clear().removeprefix("whsec_")
    assert views
    assert not [row for row in [*rows, *views] if clear in str(dict(row))]


async def test_a_receiver_who_lets_everybody_wait_holds_up_nobody_else(office: Office) -> None:
    async with receiving() as slow, receiving() as quick:
        slow.waits = asyncio.Event()
        waiting = await office.subscribe(slow.base, "task-issued")
        await office.tasks(range(200, 450))
        served_at_once = await office.subscribe(quick.base, "unit-registered")
        unit = UnitId("水源科")
        await office.publish(
            UnitRegistered(unit, "YL12", PublicText(unit), None, "section", "city", WATER, 2, None, None, FOUNDED)
        )
        (end,) = await office.ended(served_at_once)
        assert isinstance(end.event, WebhookDelivered)
        assert len(slow.taken) == AT_ONCE_IN_A_LANE
        end_it = EndWebhook(waiting)
        await office.notifications.handle(office.row(EndWebhook), end_it, ADMIN, uuid4().hex)
        slow.waits.set()
        assert len(await office.ended(waiting, AT_ONCE_IN_A_LANE)) == AT_ONCE_IN_A_LANE


def test_rules_and_signatures_ask_the_same_of_a_secret() -> None:
    assert (webhooks.LEAST_BYTES, webhooks.MOST_BYTES) == (signing.LEAST_BYTES, signing.MOST_BYTES)
