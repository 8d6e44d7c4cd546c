"""Fresh registers for each test, in a PostgreSQL that the session shares."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from itertools import count
from typing import Any

import asyncpg
import pytest

from shared.log.log import Genesis, Log, found_log, open_log
from shared.service import Service
from shared.views.runner import Runner
from tests.conftest import MakeInstallation
from tests.support.registers import registers_service
from zeren.installation import LogAccess

_AT_ONCE = 20


@pytest.fixture(scope="session")
def next_access(make_installation: MakeInstallation) -> Callable[[], Awaitable[LogAccess]]:
    """`await next_access()` gives an empty log's place; installations are made for many logs at once."""
    numbers, unused = count(1), list[LogAccess]()

    async def give() -> LogAccess:
        if not unused:
            made = await make_installation({f"taizhang{next(numbers)}": () for _ in range(_AT_ONCE)})
            unused.extend(made.logs.values())
        return unused.pop()

    return give


async def open_access(stack: AsyncExitStack, access: LogAccess, service: Service, starts: datetime | None) -> Log:
    catalogue = service.catalogue()
    await found_log(Genesis(access.log, starts=starts), access.log, access.dsn, catalogue)
    pool: asyncpg.Pool[Any] = await asyncpg.create_pool(access.dsn, min_size=1, max_size=10)
    stack.push_async_callback(pool.close)
    log = await open_log(access.log, pool, access.dsn, catalogue)
    await log.start()
    stack.push_async_callback(log.stop)
    return log


@pytest.fixture
async def closing() -> AsyncIterator[AsyncExitStack]:
    """What a test opens and must be closed behind it, in reverse order."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def access(next_access: Callable[[], Awaitable[LogAccess]]) -> LogAccess:
    """The place of this test's log."""
    return await next_access()


@pytest.fixture
async def log(closing: AsyncExitStack, access: LogAccess) -> Log:
    """An empty log of registers, on the machine's clock."""
    return await open_access(closing, access, registers_service(), None)


@pytest.fixture
def run(closing: AsyncExitStack) -> Callable[..., Awaitable[Runner]]:
    """`await run(log, service)` starts a runner that ends with the test."""

    async def start(log: Log, service: Service | None = None, **options: Any) -> Runner:
        runner = Runner(service or registers_service(), log, **options)
        await runner.start()
        closing.push_async_callback(runner.stop)
        return runner

    return start
