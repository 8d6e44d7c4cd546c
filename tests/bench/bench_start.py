"""`zeren up` on a home that exists: seconds until it is ready, and what it holds in memory, idle and after a simulated day."""

from __future__ import annotations

import signal
import statistics
import subprocess
import time
from pathlib import Path

from tests.bench.figures import Figure
from tests.support.running import Up, discard_home, environment, is_ready, processes_of, start_up, until
from zeren import postgres

_LONGEST_SECONDS = 300.0
_COMMAND = ("simulate", "--days", "1", "--clients", "4")
"""Today included, so one day: 24 hours of the office's clock."""


def measure(folder: Path, *, turns: int) -> list[Figure]:
    """A home is made by a first start, which loads the sample city and is not counted."""
    home = folder / "start" / ".zeren"
    home.parent.mkdir()
    places, started = {home}, list[Up]()
    try:
        first, _ = _ready(home, started)
        places.add(_server(first).data.parent)
        first.end(signal.SIGTERM)
        taken = []
        for turn in range(turns):
            up, seconds = _ready(home, started)
            taken.append(seconds)
            if turn < turns - 1:
                up.end(signal.SIGTERM)
        idle = _memory(up)
        _simulate(up)
        busy = _memory(up)
        spread = f"{min(taken):.1f}–{max(taken):.1f} s"
        return [
            Figure("second start to ready", "s", round(statistics.median(taken), 1), None, "", None, None, True, spread),
            *(_figure(f"memory {when}, {name}", held) for when, found in (("idle", idle), ("after a simulated day", busy))
              for name, held in found.items()),
        ]  # fmt: skip
    finally:
        for up in started:
            up.end(signal.SIGTERM)
        for place in places:
            discard_home(place)


def _server(up: Up) -> postgres.Server:
    server = postgres.running(up.home)
    assert server is not None
    return server


def _ready(home: Path, started: list[Up]) -> tuple[Up, float]:
    began = time.perf_counter()
    up = start_up(home)
    started.append(up)
    until(lambda: is_ready(up.port) or up.process.poll() is not None, "readiness", _LONGEST_SECONDS)
    seconds = time.perf_counter() - began
    if up.process.poll() is not None:
        raise RuntimeError(f"zeren up ended by itself: {up.output()[-2000:]}")
    up.answers()
    return up, seconds


def _simulate(up: Up) -> None:
    done = subprocess.run(
        [*up.process.args[:3], *_COMMAND],  # type: ignore[index]
        env=environment(up.home, up.port),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"the simulation failed: {(done.stdout + done.stderr)[-2000:]}")


def measure_database(server: postgres.Server) -> Figure:
    """What the processes of the benchmark's own PostgreSQL hold, with the databases of all rows that were measured."""
    return _figure("memory of PostgreSQL after all this", of_database(server))


def _figure(row: str, megabytes: float) -> Figure:
    return Figure(row, "MB", round(megabytes, 1), None, "", None, None, at_most=True)


def _memory(up: Up) -> dict[str, float]:
    """Megabytes: what is resident of the Python process, and PostgreSQL's."""
    return {
        "Python": resident(up.process.pid),
        "PostgreSQL": of_database(_server(up)),
    }


def resident(pid: int) -> float:
    """Megabytes that are resident of a process."""
    return _kilobytes(pid, "status", "VmRSS:") / 1024


def of_database(server: postgres.Server) -> float:
    """Megabytes of all its processes; pages that several share are divided among them."""
    return sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in processes_of(server.data)) / 1024


def _kilobytes(pid: int, file: str, field: str) -> int:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(field)))
