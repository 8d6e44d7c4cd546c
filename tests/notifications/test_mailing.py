"""Addressees are told by e-mail that there is a notice: from the ledger's address to a mail server's answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.ledger.events import PersonMailSet, PersonRegistered, UnitMailSet
from services.notifications.events import MailFailed, MailSent, NoticeId, NoticeIssued
from shared.domain import PersonalText, PersonId, PublicText
from shared.outside import Outside
from shared.outside.mail import MailServer
from tests.notifications.conftest import CITY, FINANCE, WATER, Office
from tests.support.mail_server import Post, mail_server

HAN = PersonId("韩溪")


@pytest.fixture(scope="module")
async def post(office: Office) -> AsyncIterator[Post]:
    """A mail server of the office; 韩溪 and the water bureau have an address."""
    await office.publish(PersonRegistered(HAN), PersonMailSet(HAN, PersonalText("hanxi@yunling.example")))
    await office.publish(UnitMailSet(WATER, PublicText("bgs@shuiwu.yunling.example")))
    assert await office.ledger.runner.reached(await office.ledger.log.last_position(), 20)
    async with mail_server() as there:
        server = MailServer("127.0.0.1", there.port, "zeren@yunling.example", "none")
        office.notifications.outside = Outside(loopback=True, mail=server)
        yield there


async def issue(office: Office, notice: str, **changed: Any) -> None:
    today = office.notifications.log.clock.moment().today
    issued = NoticeIssued(
        notice=NoticeId(notice),
        instrument="urging-letter",
        issuing_unit=CITY,
        series="云督",
        year=2026,
        number=6,
        unit=WATER,
        person=None,
        about="task/任务1",
        cause="原因",
        title=PublicText("关于清水河河道清淤逾期的督办函"),
        hash="00",
        issued_on=today,
        reply_due=None,
        authorisation=None,
    )
    await office.notifications.handler.record([replace(issued, **changed)], "system/notifications", uuid4())


async def ended(office: Office, notice: str) -> Any:
    async with asyncio.timeout(20):
        while not (facts := await office.notifications.log.stream(f"mail/{notice}")):  # noqa: ASYNC110 — an event is told by the log alone
            await asyncio.sleep(0.02)
    (fact,) = facts
    return fact.event


async def test_a_unit_is_told_number_and_title(office: Office, post: Post) -> None:
    await issue(office, "letter-1")
    assert await ended(office, "letter-1") == MailSent(NoticeId("letter-1"), 1)
    (letter,) = post.taken
    assert post.recipients == ["bgs@shuiwu.yunling.example"]
    assert "云督〔2026〕6号《关于清水河河道清淤逾期的督办函》" in letter.get_content()
    post.taken.clear()
    post.recipients.clear()


async def test_a_person_at_their_own_address_and_again_after_a_busy_server(office: Office, post: Post) -> None:
    post.data += ["451 busy", "451 busy"]
    await issue(office, "letter-2", person=HAN, series=None, year=None, number=None)
    assert await ended(office, "letter-2") == MailSent(NoticeId("letter-2"), 3)
    assert post.recipients == ["hanxi@yunling.example"]
    post.recipients.clear()


async def test_a_mailbox_that_is_not_there_is_not_tried_again(office: Office, post: Post) -> None:
    post.rcpt.append("550 no such mailbox")
    await issue(office, "letter-3")
    assert await ended(office, "letter-3") == MailFailed(NoticeId("letter-3"), 1, "550")


async def test_without_an_address_nobody_is_told(office: Office, post: Post) -> None:
    await issue(office, "letter-4", unit=FINANCE)
    assert await ended(office, "letter-4") == MailFailed(NoticeId("letter-4"), 1, "no-address")


async def test_of_an_old_notice_nobody_is_told(office: Office, post: Post) -> None:
    old: date = office.notifications.log.clock.moment().today - timedelta(days=8)
    await issue(office, "letter-5", issued_on=old)
    assert await ended(office, "letter-5") == MailFailed(NoticeId("letter-5"), 1, "too-late")
    assert post.recipients == []


async def test_what_is_stored_names_no_address(office: Office, post: Post) -> None:
    schema = office.notifications.log.schema
    stored = await office.notifications.pool.fetch(f"select data from {schema}.log")  # noqa: S608
    stored += await office.ledger.pool.fetch(f"select data from {office.ledger.log.schema}.log")  # noqa: S608
    assert not [row for row in stored if b"hanxi@" in bytes(row["data"])]
