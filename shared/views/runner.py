"""The runner: keeps every view of a service folded up to the head of its log, and its reactions and watches with them.

Views that stand at one position are folded together; one that lags is caught up beside the others and then joins
them. What a view cannot fold is parked or stops that view alone, and `status` says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg

from shared.database import DATABASE_ERRORS
from shared.log.log import Log
from shared.references import References
from shared.service import Service
from shared.views import View
from shared.views.enabling import enable, reaction_heads, watch_name
from shared.views.fold import Fold, ReactionFold, ViewFold, is_value_refused, place_of
from shared.views.group import LIVE_WINDOW, Group, Moved
from shared.views.resuming import retry
from shared.views.store import all_views, prepare, reaction_checkpoint, views_schema
from shared.waiting import ended, woken_within

logger = logging.getLogger(__name__)

FAR_BEHIND = 1000
"""Positions behind the head from which on rows are kept in memory and written rarely."""
_POLL_SECONDS = 0.25
_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 10.0

_TRIES_ELSEWHERE = 3

CatchUp = Callable[[Sequence[str]], Awaitable[None]]
"""Brings the checkpoints of these names, which stand at one position, forward to the head; raises when it could not."""

State = Literal["live", "catching-up", "stopped"]


@dataclass(frozen=True, slots=True)
class ViewStatus:
    """How far a view or reaction is. `lag` is in positions behind the true head, `lag_seconds` since it is behind.

    `version` is None for a reaction. `parked` counts the keys that wait for somebody; `error` says why it stopped.
    """

    name: str
    version: int | None
    position: int
    head: int
    lag: int
    lag_seconds: float
    parked: int
    state: State
    error: str | None


def actions_of(service: Service) -> frozenset[str]:
    return frozenset(action.name for action in service.actions)


class Runner:
    """See the module. Needs four connections of the log's pool at most; the log must be started.

    `catch_up_elsewhere` brings checkpoints far behind forward in another process (see `shared.views.rebuild.catch_up`).
    It is tried again when it fails, with longer and longer pauses; after the third time, and without it, this process
    does so itself, giving others their turn.
    """

    def __init__(
        self,
        service: Service,
        log: Log,
        *,
        catch_up_elsewhere: CatchUp | None = None,
    ) -> None:
        self.service = service
        self.log = log
        self.schema = views_schema(log)
        self.views = all_views(service)
        self.pending_wake = asyncio.Event()
        self.catch_up_elsewhere = catch_up_elsewhere
        self._wake = log.wake()
        self._moved = asyncio.Event()
        self._main: Group | None = None
        self._kept: References | None = None
        self._one_at_a_time = asyncio.Lock()
        self._lagging: list[tuple[Group, asyncio.Task[None]]] = []
        self._stopped: dict[str, str] = {}
        self._failed_elsewhere: dict[str, int] = {}
        self._careful: dict[str, int] = {}
        self._small: dict[str, int] = {}
        self._heads: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make what is missing, record what is enabled from now on, and begin."""
        await prepare(self.log.pool, self.schema, self.service)
        await enable(self.service, self.log, tuple(view for view in self.views if view.watch is not None))
        self._heads = dict(await reaction_heads(self.log))
        # This may be the version that mends what they failed at.
        for tried in await retry(self.service, self.log, self.views):
            logger.warning(
                "parked rows were tried again",
                extra={"log": self.log.id, "view": tried.view, "whole": tried.whole, "failed_again": tried.failed},
            )
        self._task = asyncio.create_task(self._run(), name=f"views {self.service.name}")

    async def stop(self) -> None:
        """End between two commits; what was not yet written is folded again next time."""
        self.log.forget(self._wake)
        await ended(self._task)

    # --- answers -----------------------------------------------------------------------------------------------

    async def reached(self, position: int, timeout: float, views: Iterable[View[Any]] | None = None) -> bool:  # noqa: ASYNC109 — time being up is an answer here
        """Wait until the views show the log up to a position; False when time is up.

        `views` names those that matter; without it, all that keep up, so that one that is being built does not hold up
        everybody.
        """
        wanted = None if views is None else {view.table_name for view in views}
        try:
            async with asyncio.timeout(timeout):
                while not self._shows(position, wanted):
                    await self._moved.wait()
        except TimeoutError:
            return self._shows(position, wanted)
        return True

    def _shows(self, position: int, wanted: set[str] | None) -> bool:
        main = self._main
        if main is None or main.committed < position or not main.folds:
            return False
        return wanted is None or wanted <= {fold.name for fold in main.folds}

    async def status(self) -> list[ViewStatus]:
        head = await self.log.last_position()
        found = await self.log.pool.fetch(
            f"""select c.name, c.position,
                       (select l.learned_at from {self.log.schema}.log l where l.position = c.position + 1) as waits_since,
                       (select count(*) from {self.schema}.parked p where p.view = c.name) as parked
                from {self.schema}.checkpoints c"""  # noqa: S608
        )
        rows = {row["name"]: row for row in found}
        now = self.log.clock.instant()
        catching_up = {fold.name for group, _ in self._lagging for fold in group.folds}
        names = [(view.table_name, view.name, view.version) for view in self.views]
        names += [(reaction_checkpoint(r.name), r.name, None) for r in self.service.reactions]  # type: ignore[misc]
        result = []
        for checkpoint, name, version in names:
            row = rows[checkpoint]
            lag = max(0, head - row["position"])
            state: State = "live"
            if checkpoint in self._stopped:
                state = "stopped"
            elif checkpoint in catching_up or lag > FAR_BEHIND:
                state = "catching-up"
            waits = max(0.0, (now - row["waits_since"]).total_seconds()) if row["waits_since"] else 0.0
            result.append(
                ViewStatus(
                    name,
                    version,
                    row["position"],
                    head,
                    lag,
                    waits,
                    row["parked"],
                    state,
                    self._stopped.get(checkpoint),
                )
            )
        return result

    # --- work --------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        pause = _SHORTEST_PAUSE
        while True:
            began = time.monotonic()
            try:
                async with self.log.pool.acquire() as connection:
                    try:
                        main = await self._begin(connection)
                        await self._serve(connection, main)
                    except Moved:
                        raise
                    except Exception:
                        # To give it back would be to wait for what it may never be told.
                        with contextlib.suppress(asyncpg.InterfaceError):  # the driver has put it away itself
                            connection.terminate()
                        raise
            except Moved:
                continue
            except Exception as error:
                if time.monotonic() - began > _LONGEST_PAUSE:
                    pause = _SHORTEST_PAUSE
                logger.error("views pause", extra={"service": self.service.name, "error": place_of(error)})
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            finally:
                await self._end_lagging()

    async def _end_lagging(self) -> None:
        lagging, self._lagging = self._lagging, []
        if self._main is not None and self._main.folds:
            self._kept = self._main.refs
        self._main = None
        await ended(*(task for _, task in lagging))

    def _folds(self) -> list[Fold]:
        actions = actions_of(self.service)
        folds: list[Fold] = [
            ViewFold(view, self.schema, actions, watch_above=self._heads.get(watch_name(view))) for view in self.views
        ]
        folds.extend(ReactionFold(r, actions, self._heads[r.name]) for r in self.service.reactions)
        return [fold for fold in folds if fold.name not in self._stopped]

    async def _begin(self, connection: Any) -> Group:
        """Group the folds by where they stand; the foremost are the main group."""
        folds = self._folds()
        found = await connection.fetch(f"select name, position from {self.schema}.checkpoints")  # noqa: S608
        positions = {row["name"]: row["position"] for row in found}
        by_position: dict[int, list[Fold]] = {}
        for fold in folds:
            by_position.setdefault(positions[fold.name], []).append(fold)
        foremost = max(by_position, default=0)
        main = self._group(by_position.pop(foremost, []))
        kept, self._kept = self._kept, None
        await self._load(main, connection, kept)
        for members in by_position.values():
            group = self._group(members)
            task = asyncio.create_task(self._follow(group, main), name=f"catch up {self.service.name}")
            self._lagging.append((group, task))
        self._main = main
        self._note()
        return main

    def _group(self, folds: Sequence[Fold]) -> Group:
        group = Group(self.service, self.log, self.schema, folds)
        group.careful_until = max((self._careful.get(fold.name, 0) for fold in folds), default=0)
        return group

    async def _load(self, group: Group, connection: Any, kept: References | None = None) -> None:
        """A reference fold that fails on what is in the log stops everybody who would need it."""
        try:
            await group.load(connection, kept)
        except Moved:
            raise
        except DATABASE_ERRORS:
            raise  # it will be back; nothing is wrong with what is in the log
        except Exception as error:
            for fold in group.folds:
                self._stopped[fold.name] = place_of(error)
                logger.error("a view stopped", extra={"view": fold.title, "error": place_of(error)})
            raise Moved from error

    async def _follow(self, group: Group, main: Group) -> None:
        """Bring a group that lags within reach of the main one."""
        async with self._one_at_a_time, self.log.pool.acquire() as connection:
            await self._load(group, connection)
            while group.folds and main.committed - group.position > LIVE_WINDOW:
                await self._advance(group, connection, main.committed)
        self._wake.set()

    async def _serve(self, connection: Any, main: Group) -> None:
        while True:
            self._wake.clear()
            head = self.log.head
            if head <= main.position:
                head = await self.log.last_position()
            while main.folds and main.position < head:
                await self._advance(main, connection, head)
            await self._join(connection, main)
            if self.log.head <= main.position or not main.folds:
                await woken_within(self._wake, _POLL_SECONDS)

    async def _join(self, connection: Any, main: Group) -> None:
        for group, task in list(self._lagging):
            if task.done():
                task.result()
                while group.folds and group.position < main.position:
                    await self._advance(group, connection, main.position)
                self._lagging.remove((group, task))
                if group.folds:
                    if not main.folds:
                        raise Moved  # nobody is left to join
                    main.adopt(group)
                self._note()

    async def _advance(self, group: Group, connection: Any, up_to: int) -> None:
        """One step forward, in the manner that fits the distance."""
        try:
            small = max((self._small.get(fold.name, 0) for fold in group.folds), default=0)
            slowly_until = max(small, group.careful_until)
            if group.position < slowly_until:
                await group.live(connection, min(up_to, slowly_until))
            elif up_to - group.position <= FAR_BEHIND:
                await group.live(connection, up_to)
            elif self.catch_up_elsewhere is not None and not self._is_left_to_us(group):
                await self._catch_up_elsewhere(self.catch_up_elsewhere, group)
                raise Moved
            else:
                await group.catch_up(connection, up_to)
                for fold in group.folds:
                    self._failed_elsewhere.pop(fold.name, None)
        except Exception as error:
            if isinstance(error, Moved) or not is_value_refused(error):
                raise
            # Somewhere since the last commit is a value that the database refuses: look for it in smaller steps.
            slowly = self._small if group.attempted - group.committed > LIVE_WINDOW else self._careful
            if all(slowly.get(fold.name, 0) >= group.attempted for fold in group.folds):
                raise
            slowly.update({fold.name: group.attempted for fold in group.folds})
            logger.error("a batch of views was refused", extra={"service": self.service.name, "error": place_of(error)})
            raise Moved from error
        finally:
            for fold, reason in group.stopped:
                self._stopped[fold.name] = reason
            group.stopped = []
            if group.issued:
                group.issued = False
                self.pending_wake.set()
            self._note()

    async def _catch_up_elsewhere(self, elsewhere: CatchUp, group: Group) -> None:
        names = [fold.name for fold in group.folds]
        try:
            await elsewhere(names)
        except Exception:
            for name in names:
                self._failed_elsewhere[name] = self._failed_elsewhere.get(name, 0) + 1
            if self._is_left_to_us(group):
                logger.error("views are caught up here, where others wait", extra={"service": self.service.name})
            raise
        for name in names:
            self._failed_elsewhere.pop(name, None)

    def _is_left_to_us(self, group: Group) -> bool:
        """Whether others failed so often to catch one of these up that this process does so."""
        return any(self._failed_elsewhere.get(fold.name, 0) >= _TRIES_ELSEWHERE for fold in group.folds)

    def _note(self) -> None:
        """Tell whoever waits that something moved."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
