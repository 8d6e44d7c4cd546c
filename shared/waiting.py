"""Waiting for an event, but not for ever."""

from __future__ import annotations

import asyncio
import contextlib


async def woken_within(event: asyncio.Event, seconds: float) -> None:
    """Returns once the event is set, or after so many seconds.

    Not by `asyncio.wait_for`: before Python 3.12 it swallows the cancellation of whoever is woken in the same instant.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
