"""云岭市 as a whole, served by `zeren up` in processes of its own, with everybody who acts in it: once with each feed.

Every test that takes the city is run in both, all of them in one before any of them in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shared.domain import PersonId
from tests.journeys.people import People
from tests.support import brokers
from tests.support.running import Caller, Up, start_up, until
from zeren.issuer import DevelopmentIssuer
from zeren.settings import Settings

FEEDS = ("direct", "kafka")
READY_SECONDS = 60

_broken: dict[str, str] = {}
"""Of a city that could not be served, by its feed: the test that says so."""


@pytest.fixture(scope="session")
def cities() -> dict[str, Up]:
    """The cities of this run by their feed, as far as they were begun."""
    return {}


@pytest.fixture(scope="session", params=FEEDS)
def city(
    request: pytest.FixtureRequest, copy_of_city: Callable[[str], Path], cities: dict[str, Up]
) -> Iterator[People]:
    """The sample city on the morning of 2026-01-05, once a session. Whoever moves its clock moves it for all."""
    feed = request.param
    if feed == "kafka":
        brokers.need_a_broker_of_ours()
    up = cities[feed] = start_up(copy_of_city(f"journey-{feed}"), ZEREN_FEED=feed).answers()
    issuer = DevelopmentIssuer(Settings(home=up.home))
    yield People(up, lambda person: issuer.mint(PersonId(person)))
    assert up.end() == 0, up.output()


@pytest.fixture(autouse=True)
def served(request: pytest.FixtureRequest) -> None:
    """Every service of the city stands behind the test that begins."""
    if "city" not in request.fixturenames:
        return
    up: Up = request.getfixturevalue("city").up
    watcher = Caller(up.port, "")
    told = ""

    def ready() -> bool:
        nonlocal told
        if up.process.poll() is not None:
            told = f"zeren up ended with {up.process.returncode}"
            return True
        try:
            answer = watcher.send("GET", "/readyz", None, {})
        except OSError as error:
            told = f"nobody answers: {error}"
            return False
        told = "" if answer.status == 200 else str(answer.body)
        return answer.status == 200

    with suppress(AssertionError):
        until(ready, "a city that is ready", READY_SECONDS)
    if told:
        pytest.fail(f"the city with the feed {_feed_of(request.node)} is not served: {told}", pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What cannot be told twenty times over is told once."""
    if (test := _broken.get(_feed_of(item))) is not None:
        pytest.skip(f"its city is not served, as {test} says")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A city that breaks down while a test is prepared is broken for those that follow."""
    report = yield
    if report.when == "setup" and report.failed and (feed := _feed_of(item)):
        _broken.setdefault(feed, item.nodeid)
    return report


def _feed_of(item: pytest.Item) -> str:
    """The feed of the city that a test takes; empty when it takes none."""
    called = getattr(item, "callspec", None)
    return str(called.params.get("city", "")) if called is not None else ""
