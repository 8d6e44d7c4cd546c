"""Waiting for the end of a task that has to end."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from shared import waiting
from shared.waiting import ended

_SOON_SECONDS = 10


async def test_a_task_that_a_library_kept_from_its_cancellation_is_cancelled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def deaf_once() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def fails() -> None:
        raise ValueError

    monkeypatch.setattr(waiting, "_CANCELLED_AGAIN_SECONDS", 0.01)
    deaf, failing = asyncio.create_task(deaf_once()), asyncio.create_task(fails())
    await asyncio.sleep(0)
    async with asyncio.timeout(_SOON_SECONDS):
        await ended(deaf, None, failing)
    assert deaf.cancelled()
    assert isinstance(failing.exception(), ValueError)
