"""One more process of the notifications service that issues letters, to be killed: in `spawn`, a program of its own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Semaphore

from services.notifications.main import SERVICE
from services.notifications.views.notices import ToWriteRow
from services.notifications.writing import NOTICE_LETTERS, write
from shared.outbound import Answer
from shared.views.reading import Reading
from tests.notifications.conftest import opened
from zeren.installation import Installation


def issue_letters(installation: Installation, written: Connection, may: Semaphore) -> None:
    """Say of each letter through `written` that it is written, and issue it once it `may` be."""
    asyncio.run(_issue_letters(installation, written, may))


async def _issue_letters(installation: Installation, written: Connection, may: Semaphore) -> None:
    async def write_and_say(reading: Reading, row: ToWriteRow) -> Answer:
        answer = await write(reading, row)
        written.send(answer.end)
        await asyncio.to_thread(may.acquire)
        return answer

    alone = replace(SERVICE, sources=(), outbound=(replace(NOTICE_LETTERS, send=write_and_say),))
    running = await opened(installation, alone)
    await running.start({})
    await asyncio.Event().wait()
