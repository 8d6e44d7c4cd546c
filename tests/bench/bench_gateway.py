"""A federated query through the gateway, beside @apollo/gateway over the same two subgraphs, from one client in turns."""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from gateway.compose import SubgraphSource, compose
from tests.bench.figures import Figure, paired
from tests.bench.subgraphs import EXPECTED, PRODUCTS, QUERY, REVIEWS
from tests.gateway import nodes
from tests.support.running import free_port

CONNECTIONS = 16
PEER = "@apollo/gateway"
_STARTED_SECONDS = 60.0
_BODY = orjson.dumps({"query": QUERY})
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """What answers at an address, as a process."""

    process: asyncio.subprocess.Process
    url: str

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].split("/")[0])

    def cpu_seconds(self) -> float:
        """What the process has used so far, user and system together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of load: answers a second, milliseconds of processor for each, and the 99th percentile of their time."""

    rate: float
    cpu_ms: float
    p99_ms: float


def missing() -> str | None:
    """Why it cannot be measured here; None when it can."""
    return nodes.missing()


async def measure(folder: Path, *, turns: int, seconds: float = 3.0) -> list[Figure]:
    """Both gateways have planned the query before; neither keeps answers."""
    async with _gateways(folder) as (ours, theirs):
        for gateway in (ours, theirs):
            await load(gateway, posted("/graphql", _BODY), 1.0)
        own, peers = [], []
        for _ in range(turns):
            own.append(await load(ours, posted("/graphql", _BODY), seconds))
            peers.append(await load(theirs, posted("/graphql", _BODY), seconds))
    return [
        paired("federated query, cold", "requests/s", [t.rate for t in own], [t.rate for t in peers], PEER, 2.0),
        paired(
            "the same, CPU", "ms/request", [t.cpu_ms for t in own], [t.cpu_ms for t in peers], PEER, None, at_most=True
        ),
        paired("the same, p99", "ms", [t.p99_ms for t in own], [t.p99_ms for t in peers], PEER, None, at_most=True),
    ]


@contextlib.asynccontextmanager
async def _gateways(folder: Path) -> AsyncIterator[tuple[Server, Server]]:
    ports = {name: free_port() for name in ("products", "reviews", "ours", "theirs")}
    config = folder / "gateway.toml"
    parts = [f"port = {ports['ours']}"]
    sources = []
    for name, sdl in (("products", PRODUCTS), ("reviews", REVIEWS)):
        (folder / f"{name}.graphql").write_text(sdl, "utf-8")
        url = f"http://127.0.0.1:{ports[name]}/graphql"
        parts.append(f'[subgraphs.{name}]\nurl = "{url}"\nsdl = "{name}.graphql"')
        sources.append(SubgraphSource(name, url, sdl))
    config.write_text("\n".join(parts), "utf-8")
    script = str(nodes.FOLDER / "gateway.mjs")
    async with contextlib.AsyncExitStack() as stack:
        subgraphs = (sys.executable, "-m", "tests.bench.subgraphs", str(ports["products"]), str(ports["reviews"]))
        await stack.enter_async_context(process(*subgraphs))
        ours = await stack.enter_async_context(
            process(sys.executable, "-m", "gateway", "serve", "--config", str(config))
        )
        theirs = await stack.enter_async_context(
            process("env", "NODE_ENV=production", "node", script, str(ports["theirs"]), said=compose(sources).sdl)
        )
        found = (
            Server(ours, f"http://127.0.0.1:{ports['ours']}/graphql"),
            Server(theirs, f"http://127.0.0.1:{ports['theirs']}/graphql"),
        )
        for gateway in found:
            await _answers(gateway)
        yield found


@contextlib.asynccontextmanager
async def process(*command: str, said: str | None = None) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        if said is not None:
            assert process.stdin is not None
            process.stdin.write(said.encode())
            await process.stdin.drain()
            process.stdin.close()
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _answers(gateway: Server) -> None:
    """Wait until it answers, and rightly."""
    headers = {"content-type": "application/json", "accept": "application/json"}
    async with aiohttp.ClientSession() as session, asyncio.timeout(_STARTED_SECONDS):
        while True:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                async with session.post(gateway.url, data=_BODY, headers=headers) as response:
                    answer: Any = orjson.loads(await response.read())
                    if answer != {"data": {"products": EXPECTED}}:
                        raise RuntimeError(f"{gateway.url} answers otherwise: {str(answer)[:300]}")
                    return
            await asyncio.sleep(0.1)


def posted(path: str, body: bytes, token: str | None = None) -> bytes:
    """The request that asks a GraphQL server."""
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{bearer}content-type: application/json\r\n"
        f"accept: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def load(server: Server, request: bytes, seconds: float) -> Turn:
    """Each of the connections asks again as soon as it is answered. RuntimeError at any answer but 200."""
    before, start = server.cpu_seconds(), time.perf_counter()
    taken = [
        ms
        for own in await asyncio.gather(*(_ask(server.port, request, start + seconds) for _ in range(CONNECTIONS)))
        for ms in own
    ]
    elapsed, used = time.perf_counter() - start, server.cpu_seconds() - before
    return Turn(len(taken) / elapsed, used * 1000 / len(taken), statistics.quantiles(taken, n=100)[98])


async def _ask(port: int, request: bytes, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = []
    try:
        while (began := time.perf_counter()) < until:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not head.startswith(b"http/1.1 200"):
                raise RuntimeError(f"answered with {head[:300].decode()}")
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(length)
            taken.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()
        await writer.wait_closed()
    return taken
