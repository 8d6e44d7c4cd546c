"""How much memory there is for this machine's processes, or for the container that they are in."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_LIMIT = Path("/sys/fs/cgroup/memory.max")


def memory_bytes() -> int:
    """What the machine has, or what its control group may use if that is less."""
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):  # no control group, or one without a limit ("max")
        there = min(there, int(_LIMIT.read_text("ascii")))
    return there
