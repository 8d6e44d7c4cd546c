"""Views far behind are caught up by a process of their own, so that the one that serves stays free for requests.

`in_a_child` starts it; `caught_up` is what it does: `zeren views catch-up`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence

from rich.console import Console

from shared.running import open_for_reading
from shared.views.fold import place_of
from shared.views.rebuild import ViewStopped, catch_up
from shared.views.runner import CatchUp
from zeren.installation import known
from zeren.office import SERVICES, access, admin_dsn
from zeren.postgres_refusals import NO_SUCH_LOG, PostgresRefused
from zeren.settings import Settings

logger = logging.getLogger(__name__)


class ChildFailed(Exception):
    """The process that was to catch views up ended without having done so."""


def in_a_child(settings: Settings) -> Callable[[str], CatchUp]:
    """For each service by its name, how the views of it that are far behind are caught up elsewhere."""

    def of(service: str) -> CatchUp:
        async def elsewhere(names: Sequence[str]) -> None:
            await _in_a_child(settings, service, names)

        return elsewhere

    return of


async def _in_a_child(settings: Settings, service: str, names: Sequence[str]) -> None:
    """Start the process and wait for its end; it ends with this task, and with this process. ChildFailed."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "zeren.cli", "views", "catch-up", "--attached", service, *names),
        env={**os.environ, "ZEREN_HOME": str(settings.home)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C at the terminal is for us, who end it in our order
    )
    logger.info("views far behind are caught up by another process", extra={"service": service, "pid": child.pid})
    try:
        if child.stdout is None:
            raise RuntimeError("a pipe was asked for")
        said = (await child.stdout.read()).decode("utf-8", "replace").strip()
        code = await child.wait()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if code:
        logger.error(
            "the process that catches views up ended early",
            extra={"service": service, "pid": child.pid, "code": code, "error": said},
        )
        raise ChildFailed(f"exit code {code}")


async def caught_up(
    settings: Settings, service_name: str, names: Sequence[str], console: Console, *, attached: bool
) -> bool:
    """Fold the checkpoints named, which stand at one position, up to the present head; False when that failed.

    What failed is said by class and place alone. `attached`: end when standard input does, with who started us.
    """
    service = next((s for s in SERVICES if s.name == service_name), None)
    if service is None:
        raise PostgresRefused(NO_SUCH_LOG.of(log=service_name, logs="、".join(s.name for s in SERVICES)))
    installation = known(admin_dsn(settings), settings.home, [service_name])
    async with open_for_reading(service, access(installation, service_name)) as log:
        work = asyncio.ensure_future(catch_up(service, log, names))
        alone = asyncio.ensure_future(_input_ended() if attached else asyncio.Event().wait())
        await asyncio.wait((work, alone), return_when=asyncio.FIRST_COMPLETED)
        alone.cancel()
        if not work.done():
            work.cancel()
        await asyncio.gather(work, alone, return_exceptions=True)
        if work.cancelled():
            return False
        if error := work.exception():
            console.print(str(error) if isinstance(error, ViewStopped) else place_of(error), soft_wrap=True)
            return False
        console.print(work.result())
        return True


async def _input_ended() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
