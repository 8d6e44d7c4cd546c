"""Letters from the fact to the addressee's inbox, on the real log: once each, numbered without gaps, sealed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.ledger.events import TaskFellOverdue
from services.notifications import views
from services.notifications.events import AuthorisationId
from services.notifications.rules.answer_notice import AnswerNotice
from services.notifications.rules.give_authorisation import GiveAuthorisation
from services.notifications.rules.release_notice import ReleaseNotice
from services.notifications.rules.set_organ_code import SetOrganCode
from services.notifications.rules.sign_for_notice import SignForNotice
from services.notifications.views.notices import Inbox, NoticeAnswer, NoticesOf, OneNotice, SeriesOf
from shared.directory import PostCreated, PostFilled
from shared.domain import PersonalText, PersonId, PostId, PublicText, Refused
from shared.web import rest
from tests.notifications.conftest import CITY, FINANCE, FOUNDED, WATER, Office, issued, notifying

COORDINATOR, HEAD, LEADER, STRANGER = PersonId("周正"), PersonId("江澜"), PersonId("钱进"), PersonId("路人")
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


@pytest.fixture(scope="module")
async def posted(office: Office) -> Office:
    for event in POSTS:
        await office.publish(event)
    return office


async def test_a_letter_waits_for_signature_then_gets_its_number_and_is_read_by_its_addressee(posted: Office) -> None:
    task, *taken = issued("1", WATER)
    await posted.publish(
        replace(task, due=date(2030, 12, 31)), *taken
    )  # far off, so that nobody is reminded of it today
    await posted.publish(overdue(1))
    (draft,) = await letters(posted, 1, "draft")
    assert (draft.number, draft.text) == (None, None)
    assert (await ask(posted, views.INBOX, Inbox(), HEAD)).items == ()

    await tell(posted, SetOrganCode(CITY, PublicText("云督")), COORDINATOR)
    await tell(posted, ReleaseNotice(draft.notice), COORDINATOR)
    (left,) = await letters(posted, 1, "issued")
    assert left.number == f"云督〔{date.today().year}〕1号"  # noqa: DTZ011 — the log's clock is the real one

    (copy,) = (await ask(posted, views.INBOX, Inbox(), LEADER)).items
    assert (copy.notice, copy.copy_to) == (draft.notice, LEADER)
    copy = await ask(posted, views.ONE_NOTICE, OneNotice(copy.notice), LEADER)
    assert "第1项任务“完成清水河河道清淤”" in copy.text
    assert copy.text.endswith("抄送：财政局副局长。\n")
    (mine,) = (await ask(posted, views.INBOX, Inbox(unread=True), HEAD)).items
    read = await ask(posted, views.ONE_NOTICE, OneNotice(mine.notice), HEAD)
    assert read.text.startswith("水务局：")
    await tell(posted, SignForNotice(mine.notice), HEAD)
    await tell(posted, AnswerNotice(mine.notice, PersonalText("已于今日办结")), HEAD)
    read = await ask(posted, views.ONE_NOTICE, OneNotice(mine.notice), COORDINATOR)
    assert read.answer == "已于今日办结"
    assert (await ask(posted, views.INBOX, Inbox(unread=True), HEAD)).items == ()
    assert (await ask(posted, views.LIST_NOTICES, NoticesOf(), STRANGER)).items == ()


async def test_two_processes_at_once_issue_each_letter_once_and_number_them_without_a_gap(posted: Office) -> None:
    await tell(posted, SetOrganCode(CITY, PublicText("云督")), COORDINATOR)
    await tell(posted, GiveAuthorisation(AuthorisationId(""), CITY, "urging-letter", PAPER), COORDINATOR)
    second = await notifying(posted.installation, posted.ledger)
    try:
        for number in range(2, 14):
            await posted.publish(overdue(number))
        left = await letters(posted, 13, "issued")
    finally:
        await second.stop()

    page = await ask(posted, views.LIST_NUMBERS, SeriesOf(CITY, "云督", date.today().year), COORDINATOR)  # noqa: DTZ011
    assert [one.number for one in page.items] == list(range(1, 14))
    assert sorted(one.notice for one in page.items) == sorted(one.notice for one in left)
    by_authorisation = [one for one in left if one.authorisation is not None]
    assert len(by_authorisation) == 12


async def test_nothing_is_written_twice_when_the_service_starts_again(posted: Office) -> None:
    before = {one.notice: one.number for one in await letters(posted, 13, "issued")}
    again = await notifying(posted.installation, posted.ledger)
    try:
        await posted.publish(overdue(99))
        left = await letters(posted, 14, "issued")
    finally:
        await again.stop()
    after = {one.notice: one.number for one in left}
    assert before.items() <= after.items()
    assert len(after) == 14
