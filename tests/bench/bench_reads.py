"""Reads of the list of units over REST and GraphQL, beside a bare handler with the same SQL and beside PostGraphile."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.bench_gateway import Server, Turn, load, posted, process
from tests.bench.bench_office import Served
from tests.bench.figures import Figure, paired
from tests.support.running import free_port
from zeren import postgres

PEER = "PostGraphile 4"
BARE = "bare FastAPI"
_PACKAGE = "postgraphile@4"
FOLDER = Path(__file__).parents[2] / ".bench"
_INSTALLED_SECONDS = 240.0
_STARTED_SECONDS = 60.0
_OURS = "id code name shortName kind level order parentId divisionCode creditCode validFrom validTo successorId"
_THEIRS = "unit code name shortName kind level order parent divisionCode creditCode validFrom validTo successor"


async def missing() -> str | None:
    """Why PostGraphile cannot be had here; None once it lies in `.bench`."""
    if not (shutil.which("node") and (npm := shutil.which("npm"))):
        return "PostGraphile needs node and npm"
    if _cli().exists():
        return None
    FOLDER.mkdir(exist_ok=True)
    install = await asyncio.create_subprocess_exec(
        npm, "install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit", "--no-fund", _PACKAGE,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, said = await asyncio.wait_for(install.communicate(), _INSTALLED_SECONDS)
    except TimeoutError:
        install.kill()
        await install.wait()
        return f"{_PACKAGE} was not installed in {_INSTALLED_SECONDS:.0f} s"
    lines = said.decode(errors="replace").strip().splitlines()
    return None if install.returncode == 0 else f"npm cannot install {_PACKAGE}: {lines[0] if lines else 'no reason'}"


def _cli() -> Path:
    return FOLDER / "node_modules" / "postgraphile" / "cli.js"


async def measure(
    office: Served, server: postgres.Server, *, turns: int, seconds: float = 2.0, peer: bool
) -> list[Figure]:
    """A page of 20 units and one unit by its key. The peer answers whoever asks, so it need not look what they may see."""
    told = await office.tell("reads")
    dsn = server.admin_dsn(told["database"])
    ours = Server(office.process, office.url)
    async with contextlib.AsyncExitStack() as stack:
        bare = await stack.enter_async_context(_bare(dsn, told))
        graph = await stack.enter_async_context(_postgraphile(dsn, told)) if peer else None
        figures: list[Figure] = []
        for what in ("page", "row"):
            asked = {
                "REST": (ours, _got(told[f"{what}_path"], told["token"])),
                "GraphQL": (ours, posted("/api/ledger/graphql", _body(_own(what, told["unit"])), told["token"])),
                BARE: (bare, _got(f"/{what}")),
            }
            if graph is not None:
                asked[PEER] = (graph, posted("/graphql", _body(_peers(what, told))))
            taken: dict[str, list[Turn]] = {name: [] for name in asked}
            for whom, request in asked.values():
                await load(whom, request, 0.5)
            for _ in range(turns):
                for name, (whom, request) in asked.items():
                    taken[name].append(await load(whom, request, seconds))
            named = {"page": "page of 20", "row": "one row"}[what]
            for way in ("REST", "GraphQL"):
                for beside in (BARE, PEER):
                    if beside in taken:
                        figures += _figures(f"{named} over {way}", taken[way], taken[beside], beside)
    return figures


def _figures(row: str, ours: list[Turn], theirs: list[Turn], name: str) -> list[Figure]:
    return [
        paired(row, "requests/s", [t.rate for t in ours], [t.rate for t in theirs], name, None),
        paired(
            f"{row}, CPU", "ms/request", [t.cpu_ms for t in ours], [t.cpu_ms for t in theirs], name, None, at_most=True
        ),
        paired(f"{row}, p99", "ms", [t.p99_ms for t in ours], [t.p99_ms for t in theirs], name, None, at_most=True),
    ]


def _got(path: str, token: str | None = None) -> bytes:
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{bearer}accept: application/json\r\n\r\n".encode()


def _body(query: str) -> bytes:
    return json.dumps({"query": query}).encode()


def _own(what: str, unit: str) -> str:
    if what == "page":
        return f"query Units {{ units(first: 20) {{ edges {{ node {{ {_OURS} }} }} }} }}"
    return f'query Unit {{ unit(id: "{unit}") {{ {_OURS} }} }}'


def _peers(what: str, told: dict[str, Any]) -> str:
    """As PostGraphile names a table and its key."""
    head, _, version = told["table"].rpartition("_")
    name = head + version.upper()
    if what == "page":
        nodes = f"nodes {{ {_THEIRS} }}"
        return f"query Units {{ all{name[0].upper()}{name[1:]}S(first: 20, orderBy: [ORDER_ASC, CODE_ASC]) {{ {nodes} }} }}"
    return f'query Unit {{ {name}ByUnit(unit: "{told["unit"]}") {{ {_THEIRS} }} }}'


@contextlib.asynccontextmanager
async def _bare(dsn: str, told: dict[str, Any]) -> AsyncIterator[Server]:
    port = free_port()
    queries = {f"/{what}": told[what] for what in ("page", "row")}
    said = json.dumps({"dsn": dsn, "port": port, "queries": queries}) + "\n"
    async with process(sys.executable, "-m", "tests.bench.bare", said=said) as running:
        server = Server(running, f"http://127.0.0.1:{port}")
        for what in ("page", "row"):
            await _answers(f"{server.url}/{what}", None, told["code"])
        yield server


@contextlib.asynccontextmanager
async def _postgraphile(dsn: str, told: dict[str, Any]) -> AsyncIterator[Server]:
    port = free_port()
    command = (
        *("env", "NODE_ENV=production", "node", str(_cli()), "-c", dsn, "-s", told["schema"], "-n", "127.0.0.1"),
        *("-p", str(port), "--disable-graphiql", "--disable-query-log", "--max-pool-size", "10"),
    )
    async with process(*command) as running:
        server = Server(running, f"http://127.0.0.1:{port}")
        for what in ("page", "row"):
            await _answers(f"{server.url}/graphql", _body(_peers(what, told)), told["code"])
        yield server


async def _answers(url: str, body: bytes | None, code: str) -> None:
    """Wait until it answers, and with the unit that was asked for."""
    headers = {"content-type": "application/json"}
    async with aiohttp.ClientSession() as session, asyncio.timeout(_STARTED_SECONDS):
        while True:
            with contextlib.suppress(aiohttp.ClientConnectionError):
                asked = session.get(url) if body is None else session.post(url, data=body, headers=headers)
                async with asked as response:
                    text = await response.text()
                    if f'"{code}"' not in text or '"errors"' in text:
                        raise RuntimeError(f"{url} answers otherwise: {text[:500]}")
                    return
            await asyncio.sleep(0.1)
