"""Places for logs that feeds run between: many made at once, because each installation costs a third of a second."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count

import asyncpg
import pytest

from shared.log.log import Genesis, Log, found_log, open_log
from shared.service import Service
from tests.conftest import MakeInstallation
from tests.support.registers import registers_service
from zeren.installation import LogAccess

_AT_ONCE = 20

TwoPlaces = Callable[[], Awaitable[tuple[LogAccess, LogAccess]]]


@pytest.fixture(scope="session")
def two_places(make_installation: MakeInstallation) -> TwoPlaces:
    """`await two_places()` gives the places of two empty logs, of which the second reads the first."""
    numbers, unused = count(1), list[tuple[LogAccess, LogAccess]]()

    async def give() -> tuple[LogAccess, LogAccess]:
        if not unused:
            names = [(f"gei{n}", f"shou{n}") for n in (next(numbers) for _ in range(_AT_ONCE))]
            readers = {owner: (reader,) for owner, reader in names} | {reader: () for _, reader in names}
            made = await make_installation(readers)
            unused.extend((made.logs[owner], made.logs[reader]) for owner, reader in names)
        return unused.pop()

    return give


async def opened_log(stack: AsyncExitStack, access: LogAccess, genesis: Genesis, service: Service | None = None) -> Log:
    catalogue = (service or registers_service()).catalogue()
    await found_log(genesis, access.log, access.dsn, catalogue)
    pool = await stack.enter_async_context(asyncpg.create_pool(access.dsn, min_size=1, max_size=6))
    log = await open_log(access.log, pool, access.dsn, catalogue)
    await log.start()
    stack.push_async_callback(log.stop)
    return log


@pytest.fixture
async def closing() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack
