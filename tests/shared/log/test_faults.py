"""Connections that break while an append is under way: it is written exactly once, and its writer hears the truth."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from itertools import pairwise
from urllib.parse import urlsplit

import asyncpg
import pytest

from shared.log.append import Append, Appended, CommandKnown, Conflict, Unreachable
from tests.shared.log.conftest import Office
from tests.support.appends import command, event, issue, own
from tests.support.proxy import Fault, Proxy, proxy_to


@pytest.fixture
async def proxy(office: Office) -> AsyncIterator[Proxy]:
    """Between the office's appenders and PostgreSQL."""
    server = urlsplit(office.access.dsn)
    assert server.hostname
    assert server.port
    async with proxy_to(server.hostname, server.port) as proxy:
        yield proxy
        await office.close()  # the appenders end before what they are connected through


def marked(word: str, name: str = "qingyu", version: int = 0) -> Append:
    """An append whose bytes a proxy recognises."""
    return Append([event(f"task/{name}", f'{{"name":"{word}"}}')], own(**{name: version}))


async def written(office: Office, *names: str) -> list[int]:
    rows = await office.rows()
    assert [row.stream for row in rows] == [f"task/{name}" for name in names]
    assert (await office.verify()).wrong == []
    return [row.position for row in rows]


@pytest.mark.parametrize("fault", [Fault.SWALLOW_ANSWER, Fault.SWALLOW_REQUEST])
async def test_an_append_whose_answer_or_request_is_lost_is_written_once(
    office: Office, proxy: Proxy, fault: Fault
) -> None:
    appender = await office.appender(port=proxy.port)
    sprung = proxy.trap(b"MARKED", fault)
    appended = await appender.append(marked("MARKED"))
    assert sprung.is_set()
    assert appended.first == 2
    assert appended.rows == await office.rows()
    await appender.append(issue("qingyu", 1))
    assert await written(office, "qingyu", "qingyu") == [2, 3]


async def test_a_command_whose_answer_is_lost_is_not_taken_for_known(office: Office, proxy: Proxy) -> None:
    appender = await office.appender(port=proxy.port)
    proxy.trap(b"MARKED", Fault.SWALLOW_ANSWER)
    append = marked("MARKED")
    appended = await appender.append(Append(append.events, append.expect, command(1)))
    assert appended.first == 2
    with pytest.raises(CommandKnown):
        await appender.append(issue("hupo", 0, command=command(1)))


async def test_a_request_that_arrives_after_its_repetition_changes_nothing(office: Office, proxy: Proxy) -> None:
    appender = await office.appender(port=proxy.port)
    proxy.trap(b"MARKED", Fault.ARRIVE_LATE)
    appended = await appender.append(marked("MARKED"))
    await proxy.release()
    await appender.append(issue("hupo", 0))
    assert appended.first == 2
    assert await written(office, "qingyu", "hupo") == [2, 3]


async def test_a_lost_append_that_another_process_overtook_is_written_behind_it(office: Office, proxy: Proxy) -> None:
    appender, other = await office.appender(port=proxy.port), await office.appender()
    sprung = proxy.trap(b"MARKED", Fault.ARRIVE_LATE)
    proxy.refuses = True
    waiting = asyncio.create_task(appender.append(marked("MARKED")))
    await sprung.wait()
    await other.append(issue("hupo", 0))
    proxy.refuses = False
    assert (await waiting).first == 3
    await proxy.release()
    assert await written(office, "hupo", "qingyu") == [2, 3]


async def test_a_lost_append_that_another_process_made_stale_is_a_conflict(office: Office, proxy: Proxy) -> None:
    appender, other = await office.appender(port=proxy.port), await office.appender()
    sprung = proxy.trap(b"MARKED", Fault.SWALLOW_REQUEST)
    proxy.refuses = True
    waiting = asyncio.create_task(appender.append(marked("MARKED")))
    await sprung.wait()
    await other.append(issue("qingyu", 0))
    proxy.refuses = False
    with pytest.raises(Conflict):
        await waiting
    assert await written(office, "qingyu") == [2]


async def test_a_conflict_whose_answer_is_lost_is_still_a_conflict(office: Office, proxy: Proxy) -> None:
    appender = await office.appender(port=proxy.port)
    proxy.trap(b"MARKED", Fault.SWALLOW_ANSWER)
    with pytest.raises(Conflict):
        await appender.append(marked("MARKED", version=5))
    await appender.append(issue("qingyu", 0))
    assert await written(office, "qingyu") == [2]


async def test_everybody_in_a_lost_batch_is_answered_for_himself(office: Office, proxy: Proxy) -> None:
    appender = await office.appender(port=proxy.port)
    proxy.trap(b"MARKED", Fault.SWALLOW_ANSWER)
    answers = await asyncio.gather(
        appender.append(issue("hupo", 0)),
        appender.append(marked("MARKED")),
        appender.append(issue("qingyu", 0)),
        appender.append(issue("qingyu", 1)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Appended, Appended, Conflict, Appended]
    assert await written(office, "hupo", "qingyu", "qingyu") == [2, 3, 4]


async def test_a_killed_backend_loses_and_doubles_nothing(office: Office) -> None:
    progress = asyncio.Event()
    appender = await office.appender(announce=lambda rows: progress.set())
    names = [f"t{n}" for n in range(8)]

    async def write(name: str) -> None:
        for version in range(40):
            await appender.append(issue(name, version))

    async def kill() -> None:
        """Again and again, whenever something was written meanwhile."""
        role = urlsplit(office.access.dsn).username
        admin = await asyncpg.connect(office.admin_dsn)
        try:
            while True:
                progress.clear()
                await progress.wait()
                await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = $1", role)
                kills.append(appender.head.position)
        finally:
            await admin.close()

    kills: list[int] = []
    killer = asyncio.create_task(kill())
    await asyncio.gather(*(write(name) for name in names))
    killer.cancel()
    await asyncio.gather(killer, return_exceptions=True)
    assert len(kills) > 5
    rows = await office.rows()
    assert [row.position for row in rows] == list(range(2, 2 + 8 * 40))
    for name in names:
        assert [row.version for row in rows if row.stream == f"task/{name}"] == list(range(1, 41))
    assert (await office.verify()).wrong == []


async def test_a_database_that_stays_away_is_said_to_everybody_in_bounded_time(office: Office, proxy: Proxy) -> None:
    appender = await office.appender(port=proxy.port, patience=0.2, batch_rows=1)
    proxy.refuses = True
    proxy.cut()
    answers = await asyncio.gather(*(appender.append(issue(f"t{n}")) for n in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unreachable] * 3
    proxy.refuses = False
    assert (await appender.append(issue("qingyu", 0))).first == 2


async def test_a_slow_line_only_makes_it_slower(office: Office, proxy: Proxy) -> None:
    appender = await office.appender(port=proxy.port)
    proxy.delay = 0.02
    answers = await asyncio.gather(*(appender.append(issue(f"t{n}")) for n in range(4)))
    assert [answer.first for answer in answers] == [2, 3, 4, 5]


WRITER = """
import asyncio, sys
from datetime import UTC, datetime
import asyncpg
from shared.log.append import APPENDER_SETTINGS, Appender
from tests.support.appends import LOG, issue

async def main():
    dsn, schema, name = sys.argv[1:]
    appender = Appender(LOG, schema, "sha-256", lambda: asyncpg.connect(dsn, server_settings=APPENDER_SETTINGS),
        lambda: datetime.now(UTC), lambda rows: None)
    await appender.start()
    async def write(name):
        for version in range(20):
            await appender.append(issue(name, version, published=True))
            print(name, version, flush=True)
    await asyncio.gather(*(write(f"{name}-{n}") for n in range(4)))
    await appender.stop()

asyncio.run(main())
"""


async def start_writer(office: Office, name: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, office.access.dsn, office.schema, name, stdout=asyncio.subprocess.PIPE
    )


async def test_processes_of_their_own_write_one_log_without_gaps(office: Office) -> None:
    writers = [await start_writer(office, f"p{n}") for n in range(3)]
    for writer in writers:
        await writer.communicate()
        assert writer.returncode == 0
    rows = await office.rows()
    assert [row.position for row in rows] == list(range(2, 2 + 3 * 4 * 20))
    assert [row.source_seq for row in rows] == list(range(1, 1 + 3 * 4 * 20))
    assert all(earlier.learned_at <= later.learned_at for earlier, later in pairwise(rows))
    assert (await office.verify()).wrong == []


async def test_what_a_killed_process_was_told_is_written_stays_written(office: Office) -> None:
    killed, surviving = await start_writer(office, "killed"), await start_writer(office, "surviving")
    assert killed.stdout
    told = [await killed.stdout.readline() for _ in range(8)]
    killed.kill()
    rest, _ = await killed.communicate()
    await surviving.communicate()
    assert surviving.returncode == 0
    said = {tuple(line.split()) for line in (*told, *rest.splitlines()) if len(line.split()) == 2}
    rows = await office.rows()
    there = {(row.stream.removeprefix("task/").encode(), str(row.version - 1).encode()) for row in rows}
    assert said <= there
    assert len([row for row in rows if "surviving" in row.stream]) == 80
    assert (await office.verify()).wrong == []
