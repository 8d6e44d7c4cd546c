"""The office under load, in a process of its own: a command over HTTP, how soon a fact is visible, and its memory."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from shared.feeds.broker import Broker
from tests.bench.figures import Figure, paired, part
from tests.bench.office import CLAIMS_A_SECOND, EMPTY, TASKS
from zeren import postgres

CONNECTIONS = 16
_CLAIMS = 2_400
"""Of all turns together: a task is claimed but once."""
_VISIBLE_AT_MOST = {"direct": 100.0, "over Kafka": 150.0}
"""Milliseconds of the 99th percentile, by the way in which facts travel."""
_LINE_BYTES = 1 << 24
_PATIENCE_SECONDS = 240.0
_PROGRESS = {
    "percent": "10",
    "done": "已完成前期摸底，正在推进。",
    "period_from": "2026-01-05",
    "period_to": "2026-01-05",
}


@dataclass(frozen=True, slots=True)
class Served:
    """The office's process, where it answers, and the tasks with the token of somebody who may report on each."""

    process: asyncio.subprocess.Process
    url: str
    tasks: Sequence[tuple[str, str]]

    async def tell(self, word: str) -> dict[str, Any]:
        """Say a word of `tests.bench.office` and wait for its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n".encode())
        return await _answer(self.process)

    def memory_megabytes(self) -> float:
        """The resident memory of the process: Python alone, PostgreSQL not counted."""
        asked = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        return int(asked.stdout) / 1024


async def _answer(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    async with asyncio.timeout(_PATIENCE_SECONDS):
        line = await process.stdout.readline()
    if not line:
        raise RuntimeError("the office ended by itself")
    found: dict[str, Any] = json.loads(line)
    return found


@contextlib.asynccontextmanager
async def served(server: postgres.Server, home: Path, broker: Broker | None = None) -> AsyncIterator[Served]:
    """The office in a process of its own, on databases of its own, with the sample city loaded.

    With a broker, facts travel over it from one of its services to the other.
    """
    environment = {**os.environ, "ZEREN_DATABASE_URL": server.admin_dsn(), "ZEREN_HOME": str(home)}
    if broker is not None:
        environment |= {"ZEREN_FEED": "kafka", "ZEREN_KAFKA": broker.servers}
    words = home / f"office.{environment.get('ZEREN_FEED', 'direct')}.err"
    with words.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.office",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env=environment,
            limit=_LINE_BYTES,
        )
    try:
        said = await _answer(process)
        yield Served(process, said["url"], [(task, said["tokens"][person]) for task, person in said["tasks"]])
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(60):
            await process.wait()
    except Exception as error:
        error.add_note(words.read_text("utf-8", "replace")[-2000:])
        raise
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


# --- one command over HTTP --------------------------------------------------------------------------------------


async def measure_command(office: Served, *, turns: int, seconds: float = 2.0) -> Figure:
    """Progress reported on tasks, beside the same request to a handler that does nothing. The loops rest."""
    row = "one command over HTTP"
    return await _commands(office, row, 0.5, turns, seconds)


async def measure_command_with_views(office: Served, *, turns: int, seconds: float = 2.0) -> Figure:
    """The same while this one process also folds every view of both services and feeds one from the other."""
    row = "the same, with views and feed"
    return await _commands(office, row, None, turns, seconds)


async def _commands(office: Served, row: str, goal: float | None, turns: int, seconds: float) -> Figure:
    report, nothing = reports(office), _nothings(office)
    await _rate(office.url, report, 0.5)
    await _rate(office.url, nothing, 0.5)
    ours, beside = [], []
    for _ in range(turns):
        ours.append(await _rate(office.url, report, seconds))
        beside.append(await _rate(office.url, nothing, seconds))
    return paired(row, "requests/s", ours, beside, "empty handler", goal)


async def commands_a_second(office: Served, *, seconds: float) -> float:
    """The most that the office carries out, over the connections of the row."""
    await _rate(office.url, reports(office), 0.5)
    return await _rate(office.url, reports(office), seconds)


def reports(office: Served) -> list[Iterator[bytes]]:
    """For each connection its requests: progress on its own tasks in turn, every one under a fresh key."""
    return [_requests(office.tasks[n::CONNECTIONS], "tasks/{task}/progress") for n in range(CONNECTIONS)]


def _nothings(office: Served) -> list[Iterator[bytes]]:
    return [_requests(office.tasks[n::CONNECTIONS], EMPTY) for n in range(CONNECTIONS)]


def _requests(tasks: Sequence[tuple[str, str]], path: str) -> Iterator[bytes]:
    body = json.dumps(_PROGRESS, ensure_ascii=False).encode()
    for task, token in cycle(tasks):
        head = (
            f"POST /api/ledger/{path.format(task=task)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {token}\r\nIdempotency-Key: {uuid4()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


async def _rate(url: str, requests: Sequence[Iterator[bytes]], seconds: float) -> float:
    """Requests answered a second, over one kept connection for each of `requests`. RuntimeError at any answer but 200."""
    address = urlsplit(url)
    start = time.perf_counter()
    connections = [_Connection(own, start + seconds) for own in requests]
    loop = asyncio.get_running_loop()
    for connection in connections:
        await loop.create_connection(lambda own=connection: own, str(address.hostname), int(address.port or 80))  # type: ignore[misc]
    answered = sum(await asyncio.gather(*(connection.ended for connection in connections)))
    return answered / (time.perf_counter() - start)


class _Connection(asyncio.Protocol):
    """Sends one request after another, each when the last is answered, until the time is up. As little as will do, so
    that what is measured is the server."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self._requests = requests
        self._until = until
        self._received = b""
        self._answered = 0
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank or len(body) < _length(head):
            return
        if not head.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(f"answered with {self._received[:2000].decode()}"))
            return
        self._received = b""
        self._answered += 1
        if time.perf_counter() < self._until:
            self._transport.write(next(self._requests))
        else:
            self._end(None)

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error or RuntimeError("the server closed the connection"))

    def _end(self, error: Exception | None) -> None:
        if not self.ended.done():
            if error is None:
                self.ended.set_result(self._answered)
            else:
                self.ended.set_exception(error)
        self._transport.close()


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))


# --- from fact to view ------------------------------------------------------------------------------------------


async def measure_visible(offices: Mapping[str, Served], server: postgres.Server, *, turns: int) -> list[Figure]:
    """A claim of completion to the ledger, until the unit's standing in the assessment service shows it; 300 a second.

    Counted from when the claim was due, so that neither the command nor a queue is left out. The ways in which facts may
    travel take turns, and in between single-row commits at the same pace. 50th and 99th percentile of all turns together.
    """
    claims = _CLAIMS // turns
    for office in offices.values():
        await office.tell("settle")
        await office.tell(f"visible {TASKS - _CLAIMS}")  # to warm up
    taken: dict[str, list[float]] = {way: [] for way in offices}
    commits: list[float] = []
    connection = await asyncpg.connect(server.admin_dsn())
    try:
        await connection.execute("create table if not exists bench_commits (id bigserial primary key, data bytea)")
        for _ in range(turns):
            for way, office in offices.items():
                taken[way] += (await office.tell(f"visible {claims}"))["milliseconds"]
            commits += await _commits(connection, claims)
    finally:
        await connection.close()
    name = "commit of one row, p{}"
    return [
        _latency(f"fact to another service's view, {way}, p{percent}", took, commits, percent, goal, name)
        for way, took in taken.items()
        for percent, goal in ((50, None), (99, _VISIBLE_AT_MOST[way]))
    ]


def _latency(row: str, taken: list[float], commits: list[float], percent: int, goal: float | None, name: str) -> Figure:
    return Figure(
        row,
        "ms",
        round(part(taken, percent / 100), 1),
        round(part(commits, percent / 100), 1),
        name.format(percent),
        None,
        goal,
        at_most=True,
        spread=f"{min(taken):.1f}–{max(taken):.1f} ms",
    )


async def _commits(connection: asyncpg.Connection[asyncpg.Record], number: int) -> list[float]:
    """Milliseconds of each of so many commits of a row of 200 bytes, one connection, at the pace of the claims."""
    taken = []
    begin = time.perf_counter()
    for n in range(number):
        due = begin + n / CLAIMS_A_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        start = time.perf_counter()
        await connection.execute("insert into bench_commits (data) values ($1)", bytes(200))
        taken.append((time.perf_counter() - start) * 1000)
    return taken


# --- memory -----------------------------------------------------------------------------------------------------


async def measure_memory(office: Served) -> Figure:
    """What the process holds once everything has been taken in."""
    await office.tell("settle")
    megabytes = round(office.memory_megabytes(), 1)
    return Figure("memory of the all-in-one process", "MB", megabytes, None, "", None, 400.0, at_most=True)
