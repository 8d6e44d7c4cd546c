"""Where it is put together: which services there are, and how a process opens them on an installation."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from services.assessment.main import SERVICE as ASSESSMENT
from services.complaints.main import SERVICE as COMPLAINTS
from services.intake.main import SERVICE as INTAKE
from services.ledger.main import SERVICE as LEDGER
from services.notifications.main import SERVICE as NOTIFICATIONS
from shared.feeds.direct import DirectFeed
from shared.log.log import Genesis
from shared.ports import InProcess
from shared.running import Access, Running, open_service
from shared.service import Service
from shared.views.runner import CatchUp
from shared.web.identities import StoredIdentities
from zeren import postgres
from zeren.installation import Installation, prepare, with_password, without_account
from zeren.postgres_refusals import NOT_RUNNING, PostgresRefused
from zeren.settings import Settings

SERVICES: tuple[Service, ...] = (LEDGER, ASSESSMENT, INTAKE, COMPLAINTS, NOTIFICATIONS)
"""Every service, in the order in which they are started: the owner of the directory first."""

SAMPLE_START = datetime(2026, 1, 5, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
"""When the simulated clock of the sample city starts: the first Monday of 2026."""


def readers(services: tuple[Service, ...] = SERVICES) -> Mapping[str, tuple[str, ...]]:
    """For each log, the logs that may read what it published."""
    return {s.name: tuple(other.name for other in services if s.name in other.sources) for s in services}


@dataclass(frozen=True, slots=True)
class Office:
    """An installation with its services open in this process: they take commands; `start` begins the loops."""

    installation: Installation
    services: Mapping[str, Running]
    identities: StoredIdentities
    started: list[Running] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to fold, receive and issue, each service fed directly from the logs that it reads."""
        for running in self.services.values():
            feeds = {
                source: DirectFeed(source, source, running.pool, self.services[source].log)
                for source in running.service.sources
            }
            await running.start(feeds)
            self.started.append(running)

    def catch_up_by(self, elsewhere: Callable[[str], CatchUp]) -> None:
        """From now on views far behind are caught up elsewhere: `elsewhere` says how, for a service by its name."""
        for name, running in self.services.items():
            running.runner.catch_up_elsewhere = elsewhere(name)

    async def stop(self) -> None:
        for running in reversed(list(self.services.values())):
            await running.stop()


def admin_dsn(settings: Settings) -> str:
    """The administrator's URL: the one given, or that of the embedded server which `zeren up` runs. PostgresRefused.

    Where the URL names an account without a password, the secret `postgres.password` is it.
    """
    if settings.database_url is not None:
        return with_password(settings.database_url.get_secret_value(), settings.home)
    server = postgres.running(settings.home)
    if server is None:
        raise PostgresRefused(NOT_RUNNING.of(home=settings.home))
    return server.admin_dsn()


def server_url(settings: Settings) -> str:
    """Where the database is, for whoever has an account of their own there: no password is in it. PostgresRefused."""
    if settings.database_url is not None:
        return without_account(settings.database_url.get_secret_value())
    server = postgres.running(settings.home)
    if server is None:
        raise PostgresRefused(NOT_RUNNING.of(home=settings.home))
    return without_account(server.admin_dsn())


async def open_office(
    dsn: str,
    home: Path,
    *,
    starts: datetime | None = None,
    found: bool = False,
    prefix: str = "",
    services: tuple[Service, ...] = SERVICES,
) -> Office:
    """Make what the installation lacks and open every service.

    With `found`, logs that do not exist yet are begun, on a clock simulated from `starts` when that is given; without,
    a missing log is NotFounded.
    """
    installation = await prepare(dsn, home, readers(services), prefix=prefix)
    opened: dict[str, Running] = {}
    async with contextlib.AsyncExitStack() as undo:
        for service in services:
            genesis = Genesis(service.name, starts=starts) if found else None
            opened[service.name] = await open_service(service, access(installation, service.name), genesis)
            undo.push_async_callback(opened[service.name].stop)
        undo.pop_all()
    for name, running in opened.items():
        running.neighbours = InProcess(name, opened)
    identities = StoredIdentities(opened["ledger"].keys_pool, "ledger_keys", opened["ledger"].keys.fingerprint)
    return Office(installation, opened, identities)


@contextlib.asynccontextmanager
async def office(settings: Settings) -> AsyncIterator[Office]:
    """The installation of these settings, open for one command of the command line, without its loops."""
    opened = await open_office(admin_dsn(settings), settings.home)
    try:
        yield opened
    finally:
        await opened.stop()


def access(installation: Installation, log: str) -> Access:
    given = installation.logs[log]
    return Access(given.log, given.views, given.keys, given.dsn, given.keys_dsn, installation.master_key)
