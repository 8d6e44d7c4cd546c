"""An office whose tasks fall overdue, who is in it, and what they are told about the letters that follow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from services.ledger.events import TaskFellOverdue
from services.notifications import views
from services.notifications.views.notices import NoticeAnswer, NoticesOf
from shared.directory import PostCreated, PostFilled
from shared.domain import PersonId, PostId, PublicText, Refused
from shared.web import rest
from tests.notifications.conftest import CITY, FINANCE, FOUNDED, WATER, Office, issued

COORDINATOR, HEAD, LEADER = PersonId("周正"), PersonId("江澜"), PersonId("钱进")
LEADS = PostId("副局长")
POSTS = (
    PostCreated(PostId("督查专员"), CITY, PublicText("督查专员"), ("coordinator",), False, CITY, FOUNDED),
    PostFilled(PostId("督查专员"), COORDINATOR, FOUNDED),
    PostCreated(PostId("水务局长"), WATER, PublicText("水务局长"), ("unit-head",), True, WATER, FOUNDED),
    PostFilled(PostId("水务局长"), HEAD, FOUNDED),
    PostCreated(LEADS, FINANCE, PublicText("副局长"), ("unit-clerk",), False, FINANCE, FOUNDED),
    PostFilled(LEADS, LEADER, FOUNDED),
)
PAPER = PublicText("云委办〔2026〕3号")


def overdue(number: int) -> TaskFellOverdue:
    make: Any = TaskFellOverdue
    return make(f"任务{number}", WATER, "plan-2026", date(2026, 2, 28), LEADS, LEADER)  # type: ignore[no-any-return]


async def fall_overdue(office: Office, number: int) -> None:
    """A task is issued, and falls overdue at once; until it is due it is long, so that nobody is reminded of it meanwhile."""
    task, *taken = issued(str(number), WATER)
    await office.publish(replace(task, due=date(2030, 12, 31)), *taken)
    await office.publish(overdue(number))


async def tell(office: Office, command: Any, by: PersonId) -> Any:
    outcome = await office.notifications.handle(office.row(type(command)), command, by, uuid4().hex)
    assert not isinstance(outcome, Refused), outcome
    return outcome


async def ask(office: Office, question: Any, params: Any, by: PersonId) -> Any:
    running = office.notifications
    assert await running.runner.reached(await running.log.last_position(), 20)
    reading = await running.reading(by, None)
    assert reading is not None
    return await rest.ask(reading, question, params)


async def letters(office: Office, count: int, status: Any) -> Sequence[NoticeAnswer]:
    """So many letters of a status, once they are there."""
    async with asyncio.timeout(30):
        while True:
            page = await ask(office, views.LIST_NOTICES, NoticesOf(status=status), COORDINATOR)
            if len(page.items) >= count:
                found: Sequence[NoticeAnswer] = page.items
                return found
            await asyncio.sleep(0.05)


async def posted(office: Office) -> Office:
    """With the posts filled."""
    for event in POSTS:
        await office.publish(event)
    return office
