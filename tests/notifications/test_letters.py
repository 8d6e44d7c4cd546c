"""Letters from the fact to the addressee's inbox, on the real log: once each, numbered without gaps, sealed."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from services.notifications import views
from services.notifications.events import AuthorisationId, NoticeDrafted, NoticeId, Value
from services.notifications.rules.answer_notice import AnswerNotice
from services.notifications.rules.draft_notice import released
from services.notifications.rules.give_authorisation import GiveAuthorisation
from services.notifications.rules.release_notice import ReleaseNotice
from services.notifications.rules.set_organ_code import SetOrganCode
from services.notifications.rules.sign_for_notice import SignForNotice
from services.notifications.views.notices import Inbox, NoticesOf, OneNotice, SeriesOf
from shared.domain import PersonalText, PersonId, PublicText
from shared.facts import PersonErased
from shared.keys import Erased
from shared.running import Running
from tests.notifications import overdue as overdue_tasks
from tests.notifications.conftest import CITY, Office, notifying
from tests.notifications.overdue import COORDINATOR, HEAD, LEADER, PAPER, ask, fall_overdue, letters, tell

STRANGER = PersonId("路人")


@pytest.fixture(scope="module")
async def posted(office: Office) -> Office:
    return await overdue_tasks.posted(office)


async def test_a_letter_waits_for_signature_then_gets_its_number_and_is_read_by_its_addressee(posted: Office) -> None:
    await fall_overdue(posted, 1)
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
            await fall_overdue(posted, number)
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
        await fall_overdue(posted, 99)
        left = await letters(posted, 14, "issued")
    finally:
        await again.stop()
    after = {one.notice: one.number for one in left}
    assert before.items() <= after.items()
    assert len(after) == 14


async def test_a_letter_to_somebody_erased_is_refused_once_and_tried_again_after_the_pauses(posted: Office) -> None:
    gone, id = PersonId("故人"), NoticeId("致故人")
    running = posted.notifications
    await posted.publish(PersonErased(gone))
    async with asyncio.timeout(20):
        while not await _is_erased(running, gone):  # noqa: ASYNC110 — whoever follows the log tells nobody
            await asyncio.sleep(0.02)
    drafted = NoticeDrafted(
        id,
        "clock-reminds",
        "reminder",
        CITY,
        CITY,
        gone,
        None,
        None,
        "clue/线索一",
        "原因",
        PublicText("办理期限提醒"),
        (Value("due", "2026-03-05"), Value("stage", "即将到期")),
        None,
        date(2026, 3, 2),
    )
    await running.handler.record([drafted, released(drafted, None, None)], "system/notifications", uuid4())
    query = f"select attempts from {running.log.schema}_views.outbound where kind = 'letters' and key::text like $1"  # noqa: S608
    async with asyncio.timeout(30):
        while (await running.pool.fetchval(query, f"%{id}%") or 0) < 2:  # noqa: ASYNC110 — the loop that writes tells nobody
            await asyncio.sleep(0.05)
    refused = await running.log.category("refused", running.log.id, 0, await running.log.last_position())
    assert [(fact.event.code, fact.event.target) for fact in refused] == [("data-erased", f"notice/{id}")]
    assert [fact.type for fact in await running.log.stream(f"notice/{id}")] == ["notice-drafted", "notice-released"]


async def _is_erased(running: Running, person: PersonId) -> bool:
    try:
        await running.keys.key_of(f"person/{person}")
    except Erased:
        return True
    return False
