"""`zeren up`: everything in one process, in the foreground, on an embedded or a given PostgreSQL.

A signal ends it in order: no new requests, the running ones finished, loops stopped, what waits written, then the
database. A kill ends it in no order at all; the next start finds everything that was acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import uvloop
from rich.console import Console

from shared.telemetry import Metrics, configure_logging
from shared.tracing import traced
from shared.web.app import build_app
from zeren import home as homes
from zeren import postgres
from zeren.authentication import authenticator
from zeren.catching_up import in_a_child
from zeren.gateway import in_process
from zeren.loading.city import adopt_schemes, load_city
from zeren.office import SAMPLE_START, Office, admin_dsn, open_office
from zeren.outside import outside
from zeren.postgres_refusals import PostgresRefused
from zeren.servers import refusing_os_errors
from zeren.serving import Ending, reserved, serve_http, unless
from zeren.settings import Settings
from zeren.welcome import welcome

logger = logging.getLogger(__name__)

SAMPLE_LOADED = "sample-loaded"
"""The file in the home that says that the sample city is complete; until then loading is taken up again."""

_WATCH_SECONDS = 0.5
_SHOWN_SECONDS = 60


def up(settings: Settings, *, console: Console) -> None:
    """Serve until SIGINT or SIGTERM. PostgresRefused with one sentence when something is missing or taken."""
    ending = Ending()
    with (
        reserved(settings.host, settings.port) as listening,
        database(settings) as server,
        logging_to(settings.home),
        traced("zeren"),
    ):
        if not ending.asked:
            uvloop.run(_serve(settings, server, listening, ending, console))


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[postgres.Server | None]:
    """The embedded server while it is needed; None where a database is given. The home is held either way."""
    if settings.database_url is not None:
        with postgres.held(settings.home):
            yield None
        return
    server = postgres.start(settings.home)
    try:
        yield server
    finally:
        postgres.stop(server)


@contextlib.contextmanager
def logging_to(home: Path) -> Iterator[None]:
    """Structured lines into `<home>/zeren.log`: the terminal is for people."""
    with refusing_os_errors(home, PostgresRefused):
        stream = io.TextIOWrapper(homes.log_file(home / "zeren.log"), encoding="utf-8")
    with stream:
        configure_logging("json", stream=stream)
        yield


async def _serve(
    settings: Settings,
    server: postgres.Server | None,
    listening: socket.socket,
    asked: Ending,
    console: Console,
) -> None:
    with asked.event() as ending:
        office = await opened_anew(settings, server)
        over = asyncio.Event()
        watcher = asyncio.create_task(watch_database(server, over, console)) if server is not None else None
        try:
            if await _loaded(settings, office, ending, console):
                await _serve_http(settings, office, listening, ending, console)
        finally:
            over.set()
            if watcher is not None:
                await watcher
            await office.stop()


async def opened_anew(settings: Settings, server: postgres.Server | None) -> Office:
    """Every service open, its log begun when there is none yet."""
    dsn = server.admin_dsn() if server is not None else admin_dsn(settings)
    reaching = outside(settings)
    office = await open_office(dsn, settings.home, found=True, starts=SAMPLE_START if settings.sample else None)
    for running in office.services.values():
        running.outside = reaching
    return office


def is_half_loaded(settings: Settings, office: Office) -> bool:
    """Whether this is the sample city, and not yet complete.

    Which installation is the sample city says its own clock, not today's setting: nothing of it is ever loaded into an
    installation that began empty.
    """
    return office.services["ledger"].log.clock.is_simulated and not (settings.home / SAMPLE_LOADED).exists()


def note_loaded(settings: Settings) -> None:
    homes.write(settings.home / SAMPLE_LOADED, "云岭市\n")


async def _loaded(settings: Settings, office: Office, ending: asyncio.Event, console: Console) -> bool:
    """Start the loops, and complete the sample city where one was begun; False when the process is to end before."""
    loading = is_half_loaded(settings, office)
    if loading and not await unless(ending, asyncio.create_task(load_city(office, console))):
        return False
    if not loading:  # while the city is loaded nobody is served whom catching up could hold up
        office.catch_up_by(in_a_child(settings))
    await office.start()
    if loading:
        # A scheme names units, which the assessment service knows once the feed has brought them.
        if not await unless(ending, asyncio.create_task(adopt_schemes(office))):
            return False
        if not await unless(ending, asyncio.create_task(_shown(office))):
            return False
        office.catch_up_by(in_a_child(settings))
        note_loaded(settings)
    return True


async def _shown(office: Office) -> None:
    """Wait until the views show what was loaded, so that the first question is answered."""
    for running in office.services.values():
        await running.runner.reached(await running.log.last_position(), _SHOWN_SECONDS)


async def _serve_http(
    settings: Settings, office: Office, listening: socket.socket, ending: asyncio.Event, console: Console
) -> None:
    services = list(office.services.values())
    metrics = Metrics()
    for running in services:
        running.count_appends(metrics)

    async def problems() -> list[str]:
        return [problem for running in services for problem in await running.problems()]

    async def measure() -> None:
        for running in services:
            await running.measure(metrics)

    auth = authenticator(settings, office.identities)
    app = build_app(
        services,
        auth,
        metrics,
        problems=problems,
        before_scrape=measure,
        joined=lambda subgraphs: in_process(subgraphs, metrics),
    )

    async def greet() -> None:
        await welcome(settings, office, console)

    await serve_http(app, metrics, listening, ending, greet)


def say_revived(console: Console, name: str) -> None:
    console.print(
        f"[yellow]![/yellow] {name} 意外结束，已重新启动 ({name} ended unexpectedly and was started again)",
        soft_wrap=True,
        highlight=False,
    )


async def watch_database(server: postgres.Server, over: asyncio.Event, console: Console) -> None:
    """Start the embedded server again when it dies under us, and say so, until `over` is set."""
    while not over.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_WATCH_SECONDS):
                await over.wait()
            return
        if await asyncio.to_thread(postgres.alive, server):
            continue
        try:
            server = await asyncio.to_thread(postgres.revive, server)
            logger.warning("the database had died and was started again")
            say_revived(console, "PostgreSQL")
        except PostgresRefused as refused:  # such as a full disk; somebody may mend it while we wait
            logger.error("the database does not start again", extra={"code": refused.code})
