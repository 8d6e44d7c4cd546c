"""What tests share: one real PostgreSQL and one real Kafka for the session, and fresh installations on them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import brokers
from tests.support.not_run import finished, said
from tests.support.running import Up, discard_home, kill_all, start_up
from zeren import postgres
from zeren.installation import Installation, prepare

if TYPE_CHECKING:
    from tests.support.two_divisions import TwoDivisions

TWO_LOGS = {"ledger": ("assessment",), "assessment": ()}
"""The logs of the first two services: assessment reads what the ledger publishes."""

MakeInstallation = Callable[..., Awaitable[Installation]]


def discard(server: postgres.Server) -> None:
    """Stop a server and remove its data, which for root may lie outside the home."""
    if postgres.alive(server):
        os.kill(server.pid, signal.SIGQUIT)  # at once: a last checkpoint of data thrown away would cost seconds
    postgres.stop(server)
    shutil.rmtree(server.data.parent)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """The embedded PostgreSQL, with the settings it has in service."""
    started = postgres.start(tmp_path_factory.mktemp("home") / ".zeren")
    yield started
    discard(started)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[brokers.Kafka]:
    """A real Apache Kafka; a test that needs it is skipped where none can be had.

    It is one for all tests: use logs with names of your own, and leave it running.
    """
    broker = brokers.started(tmp_path_factory.mktemp("kafka") / ".zeren")
    yield broker
    if broker.is_ours:
        brokers.discard(broker.server)


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> brokers.Kafka | None:
    """Kafka, where there is one: for tests that have something to say without it too."""
    try:
        found: brokers.Kafka = request.getfixturevalue("kafka")
    except pytest.skip.Exception:
        return None
    return found


def pytest_sessionfinish(session: pytest.Session) -> None:
    finished(session)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    said(terminalreporter)


@pytest.fixture(scope="session")
def make_installation(server: postgres.Server) -> MakeInstallation:
    """`await make_installation()` makes fresh, empty databases and roles, in a third of a second.

    `logs` names the logs and who reads each. Cheap enough for every module, too dear for every test.
    """
    numbers = count(1)

    async def make(logs: Mapping[str, Sequence[str]] = TWO_LOGS, home: Path = server.home) -> Installation:
        return await prepare(server.admin_dsn(), home, logs, prefix=f"t{next(numbers)}_")

    return make


@pytest.fixture(scope="module")
async def installation(make_installation: MakeInstallation) -> Installation:
    """Ledger and assessment, fresh for each module of tests."""
    return await make_installation()


@pytest.fixture(scope="session")
async def world(server: postgres.Server) -> AsyncIterator[TwoDivisions]:
    """Two counties of one city, with everything both services know, served on loopback. Nobody may change them."""
    from tests.support.two_divisions import two_divisions  # both services: a second that most tests need not spend

    async with two_divisions(server.admin_dsn(), server.home, "world_") as built:
        yield built


@pytest.fixture(scope="session")
async def changing_world(server: postgres.Server) -> AsyncIterator[TwoDivisions]:
    """The same two counties on databases of their own, for tests that change something."""
    from tests.support.two_divisions import two_divisions

    async with two_divisions(server.admin_dsn(), server.home, "changing_") as built:
        yield built


@pytest.fixture(scope="session")
def homes() -> Iterator[Path]:
    """A folder for homes of installations that every user of the machine can enter, so that data lie inside them."""
    with tempfile.TemporaryDirectory(prefix="zeren-homes-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        kill_all()
        for home in folder.iterdir():
            if home.is_dir():
                discard_home(home)


@pytest.fixture(scope="session")
def first_start(homes: Path) -> Up:
    """A `zeren up` that loaded 云岭市 into a new home and was ended cleanly. Its home is for copies only."""
    up = start_up(homes / "first").answers()
    assert up.end() == 0, up.output()
    return up


@pytest.fixture(scope="session")
def copy_of_city(homes: Path, first_start: Up) -> Callable[[str], Path]:
    """`copy_of_city(name)` is a home of this name with a city of its own, just loaded."""

    def copied(name: str) -> Path:
        subprocess.run(["cp", "--archive", first_start.home, homes / name], check=True)
        return homes / name

    return copied
