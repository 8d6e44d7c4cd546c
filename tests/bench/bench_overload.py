"""Five times as many commands as the office can take: how many it still carries out, how soon, and what the others are told.

Requests arrive at their times whether or not those before them are answered (an open loop), from many clients over many
connections, each under a key of its own; nobody asks again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any
from urllib.parse import urlsplit

from tests.bench.bench_office import CONNECTIONS, Served, commands_a_second, reports
from tests.bench.figures import Figure, part

TIMES = 5
_GOAL = 0.8
_CONNECTIONS = 1_000
_CALM_SECONDS = 0.25
_PATIENCE_SECONDS = 60.0


@dataclass
class Told:
    """Milliseconds from when a request was due to its answer, by what the answer was; and how many found no connection."""

    done: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    unsent: int = 0


async def measure(office: Served, *, seconds: float) -> list[Figure]:
    """The goodput beside the maximum, both in commands a second; milliseconds; and how soon all is as before."""
    most = await commands_a_second(office, seconds=3.0)
    calm = await _offered(office, most / 2, min(seconds, 10.0))
    before = office.memory_megabytes()
    began = time.perf_counter()
    told = await _offered(office, most * TIMES, seconds)
    took = time.perf_counter() - began
    after = office.memory_megabytes()
    recovered = await _recovered(office, most / 2, part(calm.done, 0.99))
    goodput = len(told.done) / took
    row = f"{TIMES} times the maximum"
    return [
        Figure(f"{row}, carried out", "requests/s", round(goodput, 1), round(most, 1), "the maximum", round(goodput / most, 3), _GOAL),
        *(
            Figure(f"{row}, {what} p{share * 100:g}", "ms", round(part(found, share), 1), round(part(calm.done, share), 1),
                   "at half the maximum", None, None, at_most=True)
            for what, found in (("carried out", told.done), ("refused", told.refused)) if found
            for share in (0.5, 0.99)
        ),
        Figure(f"{row}, refused", "requests", len(told.refused), told.unsent, "found no connection", None, None),
        Figure(f"{row}, memory", "MB", round(after), round(before), "before", None, None, at_most=True),
        Figure(f"{row}, until as before", "s", round(recovered, 1), None, "", None, None, at_most=True),
    ]  # fmt: skip


async def _recovered(office: Served, per_second: float, calm: float) -> float:
    """Seconds until requests at half the maximum are answered as they were before, to within twice."""
    began = time.perf_counter()
    while time.perf_counter() - began < _PATIENCE_SECONDS:
        told = await _offered(office, per_second, _CALM_SECONDS)
        if not told.refused and part(told.done, 0.99) <= 2 * calm:
            break
    return time.perf_counter() - began


async def _offered(office: Served, per_second: float, seconds: float) -> Told:
    """What became of so many requests a second."""
    address = urlsplit(office.url)
    requests = chain.from_iterable(zip(*reports(office), strict=False))
    told, free = Told(), asyncio.Queue[_Connection]()
    loop = asyncio.get_running_loop()
    connections = [_Connection(told, free) for _ in repeat(None, min(_CONNECTIONS, int(per_second) + CONNECTIONS))]
    for own in connections:
        await loop.create_connection(lambda own=own: own, str(address.hostname), int(address.port or 80))  # type: ignore[misc]
        free.put_nowait(own)
    began = time.perf_counter()
    sent = 0
    while (now := time.perf_counter() - began) < seconds:
        while sent < now * per_second:
            _send(free, told, requests, began + sent / per_second)
            sent += 1
        await asyncio.sleep(0.001)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while free.qsize() < len(connections):  # noqa: ASYNC110 — the last answers
            await asyncio.sleep(0.01)
    for own in connections:
        own.close()
    return told


def _send(free: asyncio.Queue[_Connection], told: Told, requests: Iterator[bytes], due: float) -> None:
    if free.empty():
        told.unsent += 1
        return
    free.get_nowait().send(next(requests), due)


class _Connection(asyncio.Protocol):
    """One connection, with one request on its way at a time."""

    def __init__(self, told: Told, free: asyncio.Queue[_Connection]) -> None:
        self._told = told
        self._free = free
        self._received = b""
        self._due = 0.0
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def send(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank or len(body) < _length(head):
            return
        status = head[9:12]
        taken = (time.perf_counter() - self._due) * 1000
        if status == b"200":
            self._told.done.append(taken)
        elif status in (b"503", b"429"):
            self._told.refused.append(taken)
        else:
            raise RuntimeError(f"answered with {self._received[:300].decode()}")
        self._received = b""
        self._free.put_nowait(self)

    def close(self) -> None:
        self._transport.close()


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
