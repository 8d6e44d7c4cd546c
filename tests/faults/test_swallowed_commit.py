"""The answer to a COMMIT is swallowed, on its way to the service or to the client: the client still hears the truth.

A proxy stands in each of the two streets. Whatever goes wrong there, a report is recorded once, the answer is the one
that it would have been, and asking again under the same key gives it again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import pytest

from shared.domain import PersonId
from shared.handle import command_id
from tests.support.proxy import Fault, Proxy, proxy_to
from tests.support.two_divisions import TwoDivisions, two_divisions
from zeren import postgres
from zeren.simulator.client import Client, Journal

Street = Literal["to PostgreSQL", "to the client"]


@dataclass
class Town:
    """An office with a proxy before its database and another before its door, and a clerk who reports on a task."""

    world: TwoDivisions
    proxies: dict[Street, Proxy]
    client: Client
    reports: count[int] = field(default_factory=lambda: count(1))

    @property
    def clerk(self) -> PersonId:
        return self.world.baishui.people["unit-clerk"]

    async def report(self, key: str, number: int, done: str) -> Any:
        """The answer to a report of so many per cent; AssertionError when it is refused."""
        task = self.world.baishui.tasks["city"]
        body = {"percent": str(number), "done": done, "period_from": "2026-01-01", "period_to": "2026-01-05"}
        answer = await self.client.command("ledger", "report", f"tasks/{task}/progress", self.clerk, key, body)
        assert answer.status == 200, answer
        return answer.body

    async def recorded(self, key: str) -> list[tuple[int, str, int]]:
        """What the log holds of a command: position, type and version."""
        log = self.world.service("ledger").log
        rows = await log.pool.fetch(
            f"select position, type, version from {log.schema}.log where command_id = $1 order by position",  # noqa: S608
            command_id(self.clerk, key),
        )
        return [(row["position"], row["type"], row["version"]) for row in rows]


@pytest.fixture(scope="module")
async def town(server: postgres.Server) -> AsyncIterator[Town]:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(proxy_to(server.host, server.port))
        dsn = urlsplit(server.admin_dsn())
        through = urlunsplit(dsn._replace(netloc=dsn.netloc.replace(f":{server.port}", f":{database.port}")))
        world = await stack.enter_async_context(two_divisions(through, server.home, "swallowed_"))
        served = urlsplit(world.client.base).port
        assert served
        door = await stack.enter_async_context(proxy_to("127.0.0.1", served))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = Client(
            session,
            f"http://127.0.0.1:{door.port}",
            lambda person: world.issuer.mint(PersonId(person)),
            Journal(None),
        )
        yield Town(world, {"to PostgreSQL": database, "to the client": door}, client)


@pytest.mark.parametrize("street", ["to PostgreSQL", "to the client"])
@pytest.mark.parametrize("fault", [Fault.SWALLOW_ANSWER, Fault.SWALLOW_REQUEST])
async def test_an_answer_or_request_that_is_swallowed_changes_nothing(town: Town, street: Street, fault: Fault) -> None:
    number = next(town.reports)
    key, mark = f"report-{number}", f"SWALLOWED-{number}"
    sprung = town.proxies[street].trap(mark.encode(), fault)
    answer = await town.report(key, number, mark)
    assert sprung.is_set()
    await assert_once(town, key, number, mark, answer)


@pytest.mark.parametrize("street", ["to PostgreSQL", "to the client"])
async def test_a_request_that_arrives_late_finds_itself_done(town: Town, street: Street) -> None:
    number = next(town.reports)
    key, mark = f"report-{number}", f"LATE-{number}"
    proxy = town.proxies[street]
    sprung = proxy.trap(mark.encode(), Fault.ARRIVE_LATE)
    answer = await town.report(key, number, mark)
    assert sprung.is_set()
    await proxy.release()
    await assert_once(town, key, number, mark, answer)


async def assert_once(town: Town, key: str, number: int, mark: str, answer: Any) -> None:
    """The report stands in the log once, where the answer says, and is answered so again and again."""
    (event,) = answer["events"]
    assert event["data"]["report"] == number
    assert await town.recorded(key) == [(answer["position"], "progress-reported", event["version"])]
    assert await town.report(key, number, mark) == answer
    assert await town.recorded(key) == [(answer["position"], "progress-reported", event["version"])]
