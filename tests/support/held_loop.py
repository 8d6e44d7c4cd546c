"""`python -m tests.support.held_loop FILE zeren-arguments…`: `zeren`, while every hold of its event loop is written down.

A hold is one callback's time at the loop, less the time for which the thread stood ready and another process had the
processor: so that a machine with much other work does not look like a program that blocks. SIGUSR1 blocks the loop for
`PLANTED_SECONDS`, for tests that have to see that this would be noticed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

PLANTED_SECONDS = 0.2
_LEAST_SECONDS = 0.002
"""Shorter holds are not written down."""


@dataclass(frozen=True, slots=True)
class Hold:
    """When it ended, on the clock that all processes share; how long it was; and whose it was."""

    at: float
    seconds: float
    whose: str


def holds(written: Path) -> list[Hold]:
    """What was written down so far."""
    found = (line.split("\t") for line in written.read_text("utf-8").splitlines())
    return [Hold(float(at), float(seconds), whose) for at, seconds, whose in found]


def watch(written: Path) -> None:
    """From now on write down what holds any event loop of this thread."""
    lines = written.open("a", buffering=1, encoding="utf-8")
    stat = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
    run = asyncio.Handle._run

    def waited() -> int:
        return int(os.pread(stat, 100, 0).split()[1])

    def timed(handle: Any) -> None:
        began, waiting = time.monotonic(), waited()
        run(handle)
        ended = time.monotonic()
        if ended - began >= _LEAST_SECONDS:
            seconds = ended - began - (waited() - waiting) / 1e9
            if seconds >= _LEAST_SECONDS:
                lines.write(f"{ended:.4f}\t{seconds:.4f}\t{_whose(handle)}\n")

    asyncio.Handle._run = timed  # type: ignore[method-assign,assignment]


def _whose(handle: Any) -> str:
    callback = handle._callback
    task = getattr(callback, "__self__", None)
    if isinstance(task, asyncio.Task):
        return getattr(task.get_coro(), "__qualname__", task.get_name())
    return getattr(callback, "__qualname__", type(callback).__qualname__)


def _block(*_: Any) -> None:
    asyncio.get_running_loop().call_soon(time.sleep, PLANTED_SECONDS)


if __name__ == "__main__":
    from zeren import cli

    watch(Path(sys.argv[1]))
    # On asyncio's own loop: that of uvloop runs callbacks where nobody can time them. They are the same callbacks.
    uvloop.run = asyncio.run  # type: ignore[assignment]
    signal.signal(signal.SIGUSR1, _block)
    sys.argv = ["zeren", *sys.argv[2:]]
    cli.main()
