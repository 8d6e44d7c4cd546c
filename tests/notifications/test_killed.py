"""kill -9 between writing a letter and issuing it: it goes out once, and the numbers have no gap.

A process dies before it appends what it has written, or while PostgreSQL still holds the append back and then commits it
for nobody. Whoever comes after writes what is left, and nothing twice.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Semaphore
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from services.notifications import views
from services.notifications.events import AuthorisationId, NoticeIssued, NoticeWritten
from services.notifications.main import SERVICE
from services.notifications.rules.give_authorisation import GiveAuthorisation
from services.notifications.rules.set_organ_code import SetOrganCode
from services.notifications.views.notices import Inbox, SeriesOf
from shared.domain import PublicText
from tests.notifications import overdue as overdue_tasks
from tests.notifications.conftest import CITY, Office, notifying, opened
from tests.notifications.one_more_process import issue_letters
from tests.notifications.overdue import COORDINATOR, HEAD, PAPER, ask, fall_overdue, letters, tell
from zeren.postgres import Server

LETTERS = 6
DEATHS = ("written", "appending", "written")
"""What a process is doing when it is killed, one after the other; most letters are left for whoever comes last."""

_PROGRAM = multiprocessing.get_context("spawn")
_BOUND_SECONDS = 60


@pytest.fixture(scope="module")
async def waiting(office: Office) -> Office:
    """An office with signed letters and the word of a series, and nobody who writes them."""
    posted = await overdue_tasks.posted(office)
    await tell(posted, GiveAuthorisation(AuthorisationId(""), CITY, "urging-letter", PAPER), COORDINATOR)
    for number in range(1, LETTERS + 1):
        await fall_overdue(posted, number)
    await letters(posted, LETTERS, "released")
    await posted.notifications.stop()
    posted.notifications = await opened(posted.installation, SERVICE)  # carries out commands, and nothing else
    await tell(posted, SetOrganCode(CITY, PublicText("云督")), COORDINATOR)
    await posted.notifications.stop()
    return posted


@pytest.fixture
async def admin(waiting: Office, server: Server) -> AsyncIterator[asyncpg.Connection[Any]]:
    database = urlsplit(waiting.installation.logs["notifications"].dsn).path.strip("/")
    connection = await asyncpg.connect(server.admin_dsn(database))
    yield connection
    await connection.close()


async def test_a_letter_goes_out_once_whenever_its_process_is_killed(
    waiting: Office, admin: asyncpg.Connection[Any]
) -> None:
    there = 0
    for death in DEATHS:
        await _held_no_longer(waiting, admin)
        async with _writing(waiting) as writer:
            if death == "appending":
                writer.may.release()
                await _until(lambda: _issued(waiting, admin), there + 1)
                async with _nothing_is_appended(waiting, admin):
                    writer.may.release()
                    await _until(lambda: _waiting_to_append(waiting, admin), 1)
                    await writer.killed()
                there += 2  # the second is committed for nobody
        await _until(lambda: _connections(waiting, admin), 0)
        assert await _issued(waiting, admin) == there

    await _held_no_longer(waiting, admin)
    waiting.notifications = await notifying(waiting.installation, waiting.ledger)
    left = await letters(waiting, LETTERS, "issued")

    log = waiting.notifications.log
    facts = [log.catalogue.fact(row) async for row in log.rows() if row.source == log.id]
    for kind in (NoticeIssued, NoticeWritten):
        once = Counter(fact.event.notice for fact in facts if isinstance(fact.event, kind))
        assert once == dict.fromkeys((letter.notice for letter in left), 1)
    assert not [fact for fact in facts if fact.type == "command-refused"]
    page = await ask(waiting, views.LIST_NUMBERS, SeriesOf(CITY, "云督", date.today().year), COORDINATOR)  # noqa: DTZ011 — the log's clock is the real one
    assert [one.number for one in page.items] == list(range(1, LETTERS + 1))
    inbox = await ask(waiting, views.INBOX, Inbox(), HEAD)
    assert sorted(letter.notice for letter in inbox.items) == sorted(letter.notice for letter in left)
    assert not (await log.verify()).wrong


@dataclass
class Writer:
    """A process that has written a letter, and issues as many as it `may`."""

    process: SpawnProcess
    may: Semaphore

    async def killed(self) -> None:
        self.process.kill()
        await asyncio.to_thread(self.process.join, _BOUND_SECONDS)
        assert self.process.exitcode == -signal.SIGKILL


@asynccontextmanager
async def _writing(office: Office) -> AsyncIterator[Writer]:
    """It is killed at the end of the block, if it was not before."""
    ours, theirs = _PROGRAM.Pipe(duplex=False)
    may = _PROGRAM.Semaphore(0)
    process = _PROGRAM.Process(target=issue_letters, args=(office.installation, theirs, may), daemon=True)
    writer = Writer(process, may)
    await asyncio.to_thread(process.start)
    try:
        assert await asyncio.to_thread(ours.poll, _BOUND_SECONDS), "no letter was written"
        assert ours.recv() == "sent"
        yield writer
    finally:
        await writer.killed()


@asynccontextmanager
async def _nothing_is_appended(office: Office, admin: asyncpg.Connection[Any]) -> AsyncIterator[None]:
    """Appends wait, until the block ends."""
    async with admin.transaction():
        await admin.execute(f"lock table {_schema(office)}.log in exclusive mode")
        yield


async def _waiting_to_append(office: Office, admin: asyncpg.Connection[Any]) -> int:
    query = "select count(*) from pg_locks where not granted and relation = $1::text::regclass"
    return int(await admin.fetchval(query, f"{_schema(office)}.log"))


async def _connections(office: Office, admin: asyncpg.Connection[Any]) -> int:
    """How many the service has: one whose client is gone ends once its statement has."""
    role = urlsplit(office.installation.logs["notifications"].dsn).username
    return int(await admin.fetchval("select count(*) from pg_stat_activity where usename = $1", role))


async def _issued(office: Office, admin: asyncpg.Connection[Any]) -> int:
    query = f"select count(*) from {_schema(office)}.log where type = 'notice-issued'"  # noqa: S608
    return int(await admin.fetchval(query))


async def _held_no_longer(office: Office, admin: asyncpg.Connection[Any]) -> None:
    """The time is over for which the dead hold what they began."""
    await admin.execute(f"update {office.installation.logs['notifications'].views}.outbound set next_at = now()")  # noqa: S608


def _schema(office: Office) -> str:
    return office.installation.logs["notifications"].log


async def _until(count: Callable[[], Awaitable[int]], wanted: int) -> None:
    async with asyncio.timeout(_BOUND_SECONDS):
        while await count() != wanted:  # noqa: ASYNC110 — another process tells it by what PostgreSQL shows alone
            await asyncio.sleep(0.02)
