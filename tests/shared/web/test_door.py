"""Who finds no room is told so at the door: over real connections, on which everything that was sent stays in step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from shared.web.admission import Bounds
from shared.web.door import Door
from tests.shared.web.conftest import served
from tests.shared.web.test_admission import House, house

NARROW = Bounds(at_once=1, waiting=1, of_one_client=1)


class Talk:
    """One connection, spoken to in bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def say(self, path: str, client: str = "", *, method: str = "GET", body: str = "", also: str = "") -> None:
        head = f"{method} {path} HTTP/1.1\r\nhost: here\r\ncontent-length: {len(body)}\r\n{also}"
        if client:
            head += f"authorization: Bearer {client}\r\n"
        self._writer.write(f"{head}\r\n{body}".encode())

    async def answer(self, *, bodiless: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Status, header and body of the next answer."""
        async with asyncio.timeout(10):
            first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            given = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            if "content-length" in given:
                body = b"" if bodiless else await self._reader.readexactly(int(given["content-length"]))
            else:
                body = await self._reader.readuntil(b"0\r\n\r\n")
        return int(first.split()[1]), given, body

    async def ended(self) -> bool:
        async with asyncio.timeout(10):
            return await self._reader.read() == b""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 — what is held tells by what it has begun
            await asyncio.sleep(0.005)


@asynccontextmanager
async def talking(url: str, connections: int) -> AsyncIterator[list[Talk]]:
    where = urlsplit(url)
    streams = [await asyncio.open_connection(where.hostname, where.port) for _ in range(connections)]
    try:
        yield [Talk(*stream) for stream in streams]
    finally:
        for _, writer in streams:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for _, writer in streams))


@asynccontextmanager
async def crowded(here: House, connections: int = 1) -> AsyncIterator[list[Talk]]:
    """Two requests hold one place and the only seat to wait on, or another place; and so many other connections."""
    async with served(here.app, Door) as url, talking(url, 2 + connections) as (first, second, *others):
        first.say("/first", "1")
        await until(lambda: here.held.began == ["/first"])
        second.say("/second", "2")
        await until(lambda: "/second" in here.held.began or here.told("zeren_requests_waiting 1.0"))
        try:
            yield others
        finally:
            here.held.let_go("/first")
            here.held.let_go("/second")
        assert [(await talk.answer())[0] for talk in (first, second)] == [200, 200]
        await until(lambda: here.told("zeren_requests_at_work 0.0"))


async def test_a_refusal_is_whole_and_the_connection_stays_in_step() -> None:
    here = house(NARROW)
    async with crowded(here) as (talk,):
        talk.say("/late", "3", method="POST", body='{"passed": "over"}', also="accept-language: en\r\n")
        status, given, body = await talk.answer()
        assert (status, given["retry-after"], json.loads(body)["code"]) == (503, "1", "busy")
        assert (given["content-type"], given["content-language"]) == ("application/problem+json", "en")
        assert (given["x-content-type-options"], given["referrer-policy"]) == ("nosniff", "no-referrer")
        assert here.told('zeren_requests_refused_total{reason="full"} 1.0')
        here.held.let_go("/first")
        here.held.let_go("/second")
        await until(lambda: here.told("zeren_requests_at_work 0.0"))
        here.held.let_go("/later")
        talk.say("/later", "3")
        assert (await talk.answer())[0] == 200
    assert here.held.began == ["/first", "/second", "/later"]


async def test_a_client_whose_seats_are_taken_is_told_that_it_is_its_own_doing() -> None:
    here = house(Bounds(at_once=1, waiting=2, of_one_client=1))
    async with crowded(here) as (talk,):
        talk.say("/more", "2")
        status, _, body = await talk.answer()
        assert (status, json.loads(body)["code"]) == (429, "too-many-of-yours")


async def test_many_who_come_in_one_instant_find_no_more_room_than_there_is() -> None:
    here = house(Bounds(at_once=2, waiting=1, of_one_client=1))
    async with crowded(here, 12) as talks:
        for n, talk in enumerate(talks):
            talk.say("/at-once", f"at-once-{n}")
        await until(lambda: here.told('zeren_requests_refused_total{reason="full"} 11.0'))
        here.held.let_go("/at-once")
        here.held.let_go("/first")
        assert sorted([(await talk.answer())[0] for talk in talks]) == [200] + [503] * 11


async def test_one_client_that_comes_with_many_in_one_instant_takes_no_room_from_others() -> None:
    here = house(Bounds(at_once=2, waiting=4, of_one_client=2))
    async with crowded(here, 12) as (*noisy, quiet):
        for talk in noisy:
            talk.say("/noisy", "noisy")
        quiet.say("/quiet", "quiet")
        await until(lambda: here.told('zeren_requests_refused_total{reason="one-client"} 9.0'))
        for path in ("/noisy", "/quiet", "/first"):
            here.held.let_go(path)
        assert (await quiet.answer())[0] == 200
        assert sorted([(await talk.answer())[0] for talk in noisy]) == [200] * 2 + [429] * 9
        assert here.told('zeren_requests_refused_total{reason="full"} 0.0')


async def test_what_is_always_let_in_is_let_in_and_takes_no_seat() -> None:
    here = house(NARROW)
    async with crowded(here) as (talk,):
        for path in ("/livez", "/livez?probe=1", "/api/ledger/feed/1"):
            here.held.let_go(path.partition("?")[0])
            talk.say(path)
            assert (await talk.answer())[0] == 200


async def test_however_a_path_is_spelled_its_seat_is_free_again_afterwards() -> None:
    here = house(NARROW)
    here.held.let_go("/livez")
    async with served(here.app, Door) as url, talking(url, 1) as (talk,):
        for _ in range(5):  # more than there are seats
            talk.say("/l%69vez")
            assert (await talk.answer())[0] == 200


async def test_what_never_becomes_a_request_takes_no_seat() -> None:
    here = house(NARROW)
    here.held.let_go("/next")
    upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    async with served(here.app, Door, ws="auto") as url:
        for path, also in (("/\u00e9", ""), ("/upgrade", upgrade)):
            for _ in range(5):  # more than there are seats
                async with talking(url, 1) as (talk,):
                    talk.say(path, "1", also=also)
                    assert (await talk.answer())[0] in (400, 403)
        async with talking(url, 1) as (talk,):
            talk.say("/next", "1")
            assert (await talk.answer())[0] == 200


async def test_a_head_and_what_is_pipelined_are_refused_too() -> None:
    here = house(NARROW)
    async with crowded(here, 2) as (head, pipelined):
        head.say("/late", "3", method="HEAD")
        assert (await head.answer(bodiless=True))[0] == 503
        pipelined.say("/one", "3", method="POST", body="x" * 100_000)
        pipelined.say("/two", "3")
        assert [(await pipelined.answer())[0] for _ in range(2)] == [503, 503]


@pytest.mark.parametrize("also", ["connection: close", "expect: 100-continue"])
async def test_who_wants_the_connection_closed_or_asks_before_sending_has_it_closed(also: str) -> None:
    here = house(NARROW)
    async with crowded(here) as (talk,):
        talk.say("/late", "3", also=f"{also}\r\n")
        status, given, _ = await talk.answer()
        assert (status, given["connection"]) == (503, "close")
        assert await talk.ended()
