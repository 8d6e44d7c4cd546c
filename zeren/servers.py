"""What the servers that an installation runs for itself have in common: how they are ended, and how it is told why not.

Neither is our child: it outlives the process that started it, so it is known by its number and its folder alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from shared.domain import Refused
from zeren.postgres_refusals import DISK_FULL, NOT_WRITABLE

_POLL_SECONDS = 0.02
_PAGE_BYTES = 8192


def ended(pid: int, serves: Callable[[], bool], ways: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send one signal after another, each with so many seconds to take effect; False when it still serves then."""
    for sent, seconds in ways:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sent)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not serves():
                return True
            time.sleep(_POLL_SECONDS)
    return False


def last_said(said: str, grave: re.Pattern[str]) -> str:
    """The last thing said that is grave (the last group of the pattern that matched); else the last line of all."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    found = [match[match.lastindex or 0] for line in lines if (match := grave.search(line))]
    return (found or lines or ["it said nothing"])[-1]


def is_disk_full(said: str, path: Path) -> bool:
    """By what was said (LC_ALL=C); or there is no room for one page more, so that it could not be said either."""
    spoken = os.strerror(errno.ENOSPC) in said or os.strerror(errno.EDQUOT) in said
    return spoken or shutil.disk_usage(path).free < _PAGE_BYTES


@contextlib.contextmanager
def refusing_os_errors(home: Path, refused: Callable[[Refused], Exception]) -> Iterator[None]:
    """A full disk or a folder we may not write is something to mend, not a fault of the program: `refused`."""
    try:
        yield
    except OSError as error:
        path = error.filename or home
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise refused(DISK_FULL.of(path=path)) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise refused(NOT_WRITABLE.of(path=path, reason=error.strerror)) from error
        raise
