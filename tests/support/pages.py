"""Pages of the documentation whose commands are run as a reader would: line by line in one shell, beside a running city."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.support.running import REPOSITORY, Up, environment

_END = "@@end of step"
_BOUND_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Step:
    """Some lines for the shell, and what must be found in what they print."""

    lines: str
    expected: tuple[str, ...]


def steps(page: str) -> list[Step]:
    """The shell blocks of a page, cut behind every expectation."""
    found: list[Step] = []
    for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL):
        lines: list[str] = []
        for line in block.splitlines():
            if line.startswith("#=> "):
                found.append(Step("\n".join(lines), (line[4:],)))
                lines = []
            else:
                lines.append(line)
        found.append(Step("\n".join(lines), ()))
    return found


def show_what_they_say(page: Sequence[Step], up: Up, **settings: str) -> None:
    """Run all steps in one shell beside a city, and compare what each prints with what the page says."""
    script = "".join(f"{step.lines}\necho '{_END}'\n" for step in page)
    shell = subprocess.Popen(
        ["bash"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
        env={**environment(up.home, up.port), **settings},
        text=True,
        start_new_session=True,
    )
    try:
        out, err = shell.communicate(script, timeout=_BOUND_SECONDS)
    finally:
        with suppress(ProcessLookupError):  # with whatever it left running
            os.killpg(shell.pid, signal.SIGKILL)
    printed = out.split(_END)
    assert len(printed) == len(page) + 1, err
    for step, output in zip(page, printed, strict=False):
        for part in step.expected:
            assert part in output, f"after\n{step.lines}\nthis was printed:\n{output}\n{err}"
