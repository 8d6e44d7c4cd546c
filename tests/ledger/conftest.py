"""A town of their own for each module of tests of the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.conftest import MakeInstallation
from tests.ledger.town import Town, open_town


@pytest.fixture(scope="module")
async def town(make_installation: MakeInstallation) -> AsyncIterator[Town]:
    """云岭市 on 5 January 2026, before anything is planned."""
    async with AsyncExitStack() as stack:
        yield await open_town(stack, await make_installation({"ledger": ()}))
