"""How far the views are that another process folds: for a process that only reads them."""

from __future__ import annotations

import asyncio

from shared.log.log import Log
from shared.service import Service
from shared.views.store import all_views, views_schema

_POLL_SECONDS = 0.02


class Shown:
    """Waits on the checkpoints in the database, as `Runner.reached` waits on its own."""

    def __init__(self, service: Service, log: Log) -> None:
        self._log = log
        self._checkpoints = f"{views_schema(log)}.checkpoints"
        self._views = [view.table_name for view in all_views(service)]
        self._position = 0

    async def reached(self, position: int, timeout: float) -> bool:  # noqa: ASYNC109 — time being up is an answer here
        """Wait until the views that keep up show the log up to a position; False when time is up."""
        try:
            async with asyncio.timeout(timeout):
                while not await self._shows(position):  # noqa: ASYNC110 — another process moves them
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            return position <= self._position
        return True

    async def _shows(self, position: int) -> bool:
        if position > self._position:
            # The foremost, for those that keep up are written together; one that is being built holds up nobody.
            self._position = await self._log.pool.fetchval(
                f"select coalesce(max(position), 0) from {self._checkpoints} where name = any($1::text[])",  # noqa: S608
                self._views,
            )
        return position <= self._position
