"""Waiting for an event, but not for ever; for the next round of a loop that every append wakes; for the end of a task."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

_CANCELLED_AGAIN_SECONDS = 12.0
"""Longer than a task takes to put away what it holds, a client of Kafka that is just starting among it."""


async def woken_within(event: asyncio.Event, seconds: float) -> None:
    """Returns once the event is set, or after so many seconds.

    Not by `asyncio.wait_for`: before Python 3.12 it swallows the cancellation of whoever is woken in the same instant.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def next_round(event: asyncio.Event, within: float, began: float, apart: float) -> None:
    """Returns once the event is set or `within` seconds are over, but not before `apart` seconds since `began` (monotonic).

    For loops that every append wakes: more rounds than that are not needed.
    """
    await woken_within(event, within)
    await asyncio.sleep(max(0.0, apart - (time.monotonic() - began)))


async def ended(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancel these tasks; returns once all have ended, in whichever way.

    One that goes on is cancelled again: a library that waits by `asyncio.wait_for` may have swallowed it, see above.
    """
    there = [task for task in tasks if task is not None]
    going = {task for task in there if not task.done()}
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=_CANCELLED_AGAIN_SECONDS)
    await asyncio.gather(*there, return_exceptions=True)
