"""The feed that is pulled from its owner over HTTP, as it is served; and who may pull."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import pytest
from joserfc.jwk import OKPKey
from starlette.applications import Starlette
from starlette.routing import Mount

from shared.feeds.direct import DirectFeed
from shared.feeds.pull import PulledFeed
from shared.log.log import Genesis, Log
from shared.web import feed
from shared.web.feed import feed_routes
from shared.web.service_tokens import ServiceTokens
from tests.contracts.conftest import TwoPlaces, opened_log
from tests.contracts.feed_contract import FeedContract, Pair, taken
from tests.shared.web.conftest import served
from tests.support.registers import CITY, entry, record

TOKENS = ServiceTokens(OKPKey.generate_key("Ed25519"))


@dataclass
class Served:
    """Where the feed of a log is served, until another log, such as the same one restored, takes its place."""

    base: str
    application: Starlette

    def replace(self, owner: Log) -> None:
        self.application.router.routes[:] = _routes(owner)


def _routes(owner: Log) -> list[Mount]:
    routes = feed_routes(DirectFeed(owner.id, owner.schema, owner.pool), TOKENS)
    return [Mount(f"/api/{owner.id}", routes=routes)]


async def serving(closing: AsyncExitStack, owner: Log) -> Served:
    application = Starlette(routes=_routes(owner))
    return Served(await closing.enter_async_context(served(application)), application)


@pytest.fixture
async def pair(closing: AsyncExitStack, two_places: TwoPlaces) -> Pair:
    owner_access, access = await two_places()
    owner = await opened_log(closing, owner_access, Genesis(owner_access.log))
    receiving = await opened_log(closing, access, Genesis(access.log))
    session = await closing.enter_async_context(aiohttp.ClientSession())
    base = (await serving(closing, owner)).base
    return Pair(owner, PulledFeed(owner.id, base, lambda: TOKENS.mint(receiving.id), session), receiving)


class TestPulledFeed(FeedContract):
    pass


@pytest.fixture
async def base(closing: AsyncExitStack, two_places: TwoPlaces) -> str:
    """The feed of a log with six facts."""
    access, _ = await two_places()
    owner = await opened_log(closing, access, Genesis(access.log))
    await record(owner, *CITY)
    return f"{(await serving(closing, owner)).base}/api/{owner.id}/feed"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, "token-missing"),
        ("eyJhbGciOiJub25lIn0.e30.", "token-wrong-type"),
        (ServiceTokens(OKPKey.generate_key("Ed25519")).mint("assessment"), "token-bad-signature"),
        (
            ServiceTokens(OKPKey.generate_key("Ed25519"), lambda: 1_700_000_000).mint("assessment"),
            "token-bad-signature",
        ),
    ],
    ids=["nobody", "unsigned", "another installation", "another installation, long ago"],
)
@pytest.mark.parametrize("path", ["", "/genesis"])
async def test_nobody_but_a_service_of_the_installation_may_pull(
    base: str, token: str | None, code: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.get(base + path, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (401, code)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1.5", "limit=1001", "after=" + "9" * 30, "limit="])
async def test_what_is_not_a_place_in_the_feed_is_refused(base: str, query: str) -> None:
    headers = {"Authorization": f"Bearer {TOKENS.mint('assessment')}"}
    async with aiohttp.ClientSession() as session, session.get(f"{base}?{query}", headers=headers) as answer:
        problem = await answer.json()
        assert (answer.status, problem["code"]) == (400, "body-invalid")
        assert [wrong["pointer"] for wrong in problem["errors"]] == ["/" + query.partition("=")[0]]


async def test_large_facts_come_in_pages_that_can_be_sent(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "LARGEST_PAGE_BYTES", 1000)
    await record(pair.owner, *CITY, *(entry("水务局:巡河", word="水" * 200) for _ in range(5)))
    first = await pair.source.after(6, 500)
    assert [fact.source_seq for fact in first] == [7, 8]
    assert await taken(pair) == 11
