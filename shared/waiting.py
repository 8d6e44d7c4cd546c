"""Waiting for an event, but not for ever; and for the next round of a loop that every append wakes."""

from __future__ import annotations

import asyncio
import contextlib
import time


async def woken_within(event: asyncio.Event, seconds: float) -> None:
    """Returns once the event is set, or after so many seconds.

    Not by `asyncio.wait_for`: before Python 3.12 it swallows the cancellation of whoever is woken in the same instant.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def rest_of(seconds: float, began: float) -> None:
    """Returns once so many seconds have passed since `began` (monotonic): more rounds than that are not needed."""
    await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
