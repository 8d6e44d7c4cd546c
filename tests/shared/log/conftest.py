"""Fresh logs to write to, one for each test, and who may look behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from shared.codec import Catalogue
from shared.log.append import APPENDER_SETTINGS, Appender
from shared.log.format import COLUMNS, Row
from shared.log.log import Genesis, Log, Verified, found_log, open_log
from tests.conftest import MakeInstallation
from tests.support.appends import LOG
from zeren.installation import LogAccess
from zeren.postgres import Server

CATALOGUE = Catalogue(own=(), published=())
_LOGS_AT_ONCE = 20


def now() -> datetime:
    return datetime.now(UTC)


def through(dsn: str, port: int) -> str:
    """The same URL, but by another port of this machine."""
    parts = urlsplit(dsn)
    credentials = parts.netloc.rpartition("@")[0]
    return parts._replace(netloc=f"{credentials}@127.0.0.1:{port}").geturl()


@dataclass
class Office:
    """A founded log with its genesis at position 1, and the administrator's hand on its tables."""

    access: LogAccess
    admin_dsn: str
    closing: list[Callable[[], Awaitable[object]]] = field(default_factory=list)

    @property
    def schema(self) -> str:
        return self.access.log

    async def appender(
        self, *, port: int | None = None, clock: Callable[[], datetime] = now, **options: Any
    ) -> Appender:
        """A started appender with a connection of its own, as every process has one; `port` may be a proxy's."""
        dsn = through(self.access.dsn, port) if port else self.access.dsn
        announce = options.pop("announce", lambda _: None)

        async def connect() -> asyncpg.Connection[asyncpg.Record]:
            connection: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(
                dsn, server_settings=APPENDER_SETTINGS, timeout=10, command_timeout=15
            )
            return connection

        appender = Appender(LOG, self.schema, "sha-256", connect, clock, announce, **options)
        await appender.start()
        self.closing.append(appender.stop)
        return appender

    async def log(self, catalogue: Catalogue = CATALOGUE) -> Log:
        pool = await asyncpg.create_pool(self.access.dsn, min_size=1, max_size=3)
        self.closing.append(pool.close)
        log = await open_log(self.schema, pool, self.access.dsn, catalogue)
        await log.start()
        self.closing.append(log.stop)
        return log

    async def rows(self) -> list[Row]:
        """Everything behind the genesis."""
        found = await self.ask(
            f"select {', '.join(COLUMNS)} from {self.schema}.log where position > 1 order by position"  # noqa: S608
        )
        return [Row(*row) for row in found]

    async def verify(self) -> Verified:
        log = await self.log()
        return await log.verify()

    async def ask(self, sql: str, *values: object) -> Sequence[asyncpg.Record]:
        """As the administrator."""
        connection = await asyncpg.connect(self.admin_dsn)
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()

    async def tamper(self, sql: str) -> None:
        """As an administrator who has switched the triggers off."""
        connection = await asyncpg.connect(self.admin_dsn)
        try:
            await connection.execute(
                f"""alter table {self.schema}.log disable trigger user;
                    {sql};
                    alter table {self.schema}.log enable trigger user"""
            )
        finally:
            await connection.close()

    async def close(self) -> None:
        while self.closing:
            await self.closing.pop()()


@pytest.fixture(scope="session")
async def next_access(
    server: Server, make_installation: MakeInstallation
) -> Callable[[], Awaitable[tuple[LogAccess, str]]]:
    """`await next_access()` is an empty log that nobody has used, and the administrator's URL for its database."""
    stock: list[tuple[LogAccess, str]] = []
    numbers = count(1)

    async def take() -> tuple[LogAccess, str]:
        if not stock:
            made = await make_installation({f"log{next(numbers)}": () for _ in range(_LOGS_AT_ONCE)})
            stock.extend((log, server.admin_dsn(urlsplit(log.dsn).path[1:])) for log in made.logs.values())
        return stock.pop()

    return take


@pytest.fixture
async def office(next_access: Callable[[], Awaitable[tuple[LogAccess, str]]]) -> AsyncIterator[Office]:
    access, admin_dsn = await next_access()
    assert await found_log(Genesis(LOG), access.log, access.dsn, CATALOGUE)
    office = Office(access, admin_dsn)
    yield office
    await office.close()
