"""Folds that stand at one position of the log and read it together, with reference folds of their own.

Everything is kept in memory until `commit`, which writes rows, commands and checkpoints in one transaction, and only
if the checkpoints are still where this group left them. Whatever goes wrong, the group is loaded again from the last
commit; so what reaches the tables is what folding the log one fact after another would give, whatever the batches.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import asyncpg

from shared import tracing
from shared.facts import Fact
from shared.log.log import Log
from shared.memory import memory_bytes
from shared.references import References
from shared.service import Service
from shared.views import EveryRow, Key
from shared.views.fold import Fold, ReactionFold, ViewFold, is_value_refused, place_of
from shared.views.pending import store
from shared.views.source import Breath, FoldReader, ReferenceSource, Unreadable

logger = logging.getLogger(__name__)

LIVE_WINDOW = 200
"""Positions that are read at once while the views keep up: a few milliseconds of folding."""
CATCH_UP_WINDOW = 2000
KEPT_LIVE = 1_000
KEPT_CATCHING_UP = 60_000
"""Rows a group keeps in memory before it writes and drops the older half; twice as many at most. A machine with more memory
keeps more: see `kept_catching_up`."""
_KEPT_AT_MOST = 1_000_000
_BYTES_A_ROW = 2_000
_SHARE_OF_MEMORY = 16
_COMMIT_AFTER = 500_000
"""Positions: what is folded in vain at most when the process that catches up is killed."""


class Moved(Exception):
    """Somebody else moved a checkpoint, resumed a row or switched a table: load again."""


def kept_catching_up() -> int:
    """Rows to keep for a sixteenth of the memory that there is: rows that are dropped are read again."""
    return max(KEPT_CATCHING_UP, min(memory_bytes() // _SHARE_OF_MEMORY // _BYTES_A_ROW, _KEPT_AT_MOST))


class Group:
    """See the module. `stopped` collects folds that left it, with the reason."""

    def __init__(self, service: Service, log: Log, schema: str, folds: Sequence[Fold]) -> None:
        self._service = service
        self._log = log
        self._schema = schema
        self._source = ReferenceSource(service, log)
        self.folds: list[Fold] = list(folds)
        self.stopped: list[tuple[Fold, str]] = []
        self.refs: References = service.references()
        self.position = 0
        self.committed = 0
        self.issued = False
        self.attempted = 0
        self.careful_until = 0
        self._leaving: list[tuple[Fold, int, str]] = []
        self._breath = Breath()
        self._arrange()

    def _arrange(self) -> None:
        """Who reads which type, and how the log is read for all of them."""
        self._readers: dict[str, list[Fold]] = {}
        for fold in self.folds:
            for name in fold.types:
                self._readers.setdefault(name, []).append(fold)
        self._reader = FoldReader(self._log, self._source, self._readers)

    async def load(self, connection: Any, kept: References | None = None) -> None:
        """Take up the work at the checkpoints. Raises Moved when they are not all equal, and what a reference fold raises.

        `kept` are reference folds that stand at an earlier position and may be advanced instead of being built again.
        """
        found = await connection.fetch(
            f"select name, position, generation, mute_until from {self._schema}.checkpoints where name = any($1::text[])",  # noqa: S608
            [fold.name for fold in self.folds],
        )
        positions = {row["position"] for row in found}
        if len(found) != len(self.folds) or len(positions) > 1:
            raise Moved
        state = {row["name"]: row for row in found}
        for fold in self.folds:
            fold.generation = state[fold.name]["generation"]
            fold.pending = []
            if isinstance(fold, ViewFold):
                fold.mute_until = state[fold.name]["mute_until"]
                await fold.reset(connection)
        self.position = self.committed = positions.pop() if positions else 0
        self.refs = await self._source.at(self.position, kept)

    def adopt(self, other: Group) -> None:
        """Take in the folds of a group that has come to stand at the same position."""
        if other.committed != self.committed or other.position != self.position:
            raise ValueError("groups at different positions cannot be joined")
        self.folds.extend(other.folds)
        self._arrange()

    # --- reading the log ---------------------------------------------------------------------------------------

    async def live(self, connection: Any, up_to: int) -> None:
        """Fold up to a position in small batches, each committed."""
        while self.position < up_to and self.folds:
            window = 1 if self.position < self.careful_until else LIVE_WINDOW
            end = min(up_to, self.position + window)
            records = await self._reader.fetch(connection, self.position, end)
            with self._span(records) as span:
                await self._fold(connection, records, end)
                changed = [fold.title for fold in self.folds if isinstance(fold, ViewFold) and fold.dirty]
                await self.commit(connection, self.position)
                span.set("zeren.position", self.position)
                span.set("zeren.views", changed)
            if sum(fold.size for fold in self.folds if isinstance(fold, ViewFold)) > KEPT_LIVE:
                self._turn()

    def _span(self, records: Sequence[asyncpg.Record]) -> tracing.Span:
        """One for each batch while the views keep up: what is caught up on later no request waits for."""
        if not tracing.is_on():
            return tracing.OFF
        told: dict[str, tracing.Value] = {"zeren.log": self._log.id, "zeren.facts": len(records)}
        return tracing.span_of_facts(f"fold {self._log.id}", (record["traceparent"] for record in records), told)

    async def catch_up(self, connection: Any, up_to: int, *, resumable: bool = True) -> None:
        """Fold up to a position in large batches: read ahead on a second connection, write rarely.

        Unless it is `resumable`, nothing is written before memory is full or the end is reached.
        """
        kept = kept_catching_up()
        while self.folds and self.position < up_to:
            async with contextlib.aclosing(self._read_ahead(self.position, up_to)) as windows:
                async for records, end in windows:
                    await self._fold(connection, records, end)
                    if self._leaving:
                        break  # who stopped is written at its own place before the others go on
                    if sum(fold.size for fold in self.folds if isinstance(fold, ViewFold)) >= kept:
                        await self.commit(connection, self.position)
                        self._turn()
                    elif resumable and self.position - self.committed >= _COMMIT_AFTER:
                        await self.commit(connection, self.position)
            await self.commit(connection, self.position)

    async def _read_ahead(self, after: int, up_to: int) -> AsyncGenerator[tuple[list[asyncpg.Record], int], None]:
        reader = self._reader
        async with self._log.pool.acquire() as connection:
            end = min(up_to, after + CATCH_UP_WINDOW)
            coming = asyncio.ensure_future(reader.fetch(connection, after, end))
            try:
                while after < up_to:
                    records, after = await coming, end
                    if after < up_to:
                        end = min(up_to, after + CATCH_UP_WINDOW)
                        coming = asyncio.ensure_future(reader.fetch(connection, after, end))
                    yield records, after
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)

    def _turn(self) -> None:
        for fold in self.folds:
            if isinstance(fold, ViewFold):
                fold.turn()

    # --- folding -----------------------------------------------------------------------------------------------

    async def _fold(self, connection: Any, records: Sequence[asyncpg.Record], end: int) -> None:
        """Fold one window of the log; afterwards `position` is its end, or where the whole group stopped."""
        self.attempted = end
        facts: list[tuple[Fact | Unreadable, bool]] = []
        for record in records:
            facts.append(self._reader.fact(record))
            if self._breath.due():
                await self._breath.take()
        await self._prefetch(connection, facts)
        for fact, is_reference in facts:
            if isinstance(fact, Unreadable):
                if fact.is_reference or fact.is_own:
                    self._stop_all(fact.position - 1, fact.error)
                    return
                for fold in list(self._readers.get(fact.type, ())):
                    self._stop(fold, fact.position - 1, fact.error)
                continue
            if is_reference:
                try:
                    self.refs.apply(fact)
                except Exception as error:
                    self._stop_all(fact.position - 1, error)
                    return
            self.refs.position = fact.position
            await self._fold_one(connection, fact)
            if self._breath.due():
                await self._breath.take()
        self.position = end
        self.refs.position = end

    async def _prefetch(self, connection: Any, facts: Sequence[tuple[Fact | Unreadable, bool]]) -> None:
        """Load what the window will probably touch with one query per view.

        Routed with the reference folds as they stand before the window, so only a guess after a reference fact: what
        it misses is loaded when it is met.
        """
        if all(isinstance(fold, ReactionFold) or fold.complete for fold in self.folds):
            return
        wanted: dict[str, dict[Key, None]] = {}
        folds: dict[str, ViewFold] = {}
        for fact, _ in facts:
            if isinstance(fact, Unreadable):
                continue
            for fold in self._readers.get(fact.type, ()):
                if isinstance(fold, ReactionFold) or fold.complete:
                    continue
                with contextlib.suppress(Exception):  # it is routed again, in earnest
                    keys = fold.view.route(fact, self.refs)
                    if not isinstance(keys, EveryRow):
                        folds[fold.name] = fold
                        wanted.setdefault(fold.name, {}).update((key, None) for key in keys if fold.missing(key))
            if self._breath.due():
                await self._breath.take()
        for name, keys in wanted.items():
            try:
                if keys:
                    await folds[name].load(connection, list(keys))
            except Exception as error:
                if not is_value_refused(error):
                    raise

    async def _fold_one(self, connection: Any, fact: Fact) -> None:
        reactions: list[ReactionFold] = []
        routed: list[tuple[ViewFold, Sequence[Key]]] = []
        alone: list[tuple[ViewFold, EveryRow]] = []
        for fold in tuple(self._readers.get(fact.type, ())):
            if isinstance(fold, ReactionFold):
                reactions.append(fold)
                continue
            try:
                keys = fold.view.route(fact, self.refs)
                if not isinstance(keys, EveryRow):
                    distinct = list(dict.fromkeys(keys))
                    fold.check(distinct)
                    routed.append((fold, distinct))
                elif (in_memory := fold.all_in_memory(keys)) is not None:
                    fold.queue_parked(fact.position)
                    routed.append((fold, in_memory))
                else:
                    alone.append((fold, keys))
            except Exception as error:
                self._stop(fold, fact.position - 1, error)
        if alone and self.committed < fact.position - 1:
            # Written first, so that the table holds every row as it was before this fact.
            await self.commit(connection, fact.position - 1)
        for reaction in reactions:
            try:
                reaction.react(fact, self.refs)
            except Exception as error:
                self._stop(reaction, fact.position - 1, error)
        for fold, keys in routed:
            try:
                if absent := [key for key in keys if fold.missing(key)]:
                    await fold.load(connection, absent)
            except Exception as error:
                if not is_value_refused(error):
                    raise
                self._stop(fold, fact.position - 1, error)  # a key that the database cannot even look for
                continue
            for key in keys:
                fold.fold(key, fact, self.refs)
                if len(keys) > 1 and self._breath.due():
                    await self._breath.take()
        if alone:
            await self.commit(connection, fact.position, (fact, alone))

    def _stop(self, fold: Fold, at: int, error: BaseException) -> None:
        """The fold goes no further than `at`; it is written there with the next commit."""
        for readers in self._readers.values():
            if fold in readers:
                readers.remove(fold)
        self._leaving.append((fold, at, place_of(error)))

    def _stop_all(self, at: int, error: BaseException) -> None:
        leaving = [fold for fold, _, _ in self._leaving]
        for fold in self.folds:
            if fold not in leaving:
                self._stop(fold, at, error)
        self.position = at

    # --- writing -----------------------------------------------------------------------------------------------

    async def commit(
        self,
        connection: Any,
        position: int,
        every: tuple[Fact, Sequence[tuple[ViewFold, EveryRow]]] | None = None,
    ) -> None:
        """Write everything up to a position, or raise Moved and write nothing.

        `every`: a fact that the given folds take into all rows it means, in the table itself.
        """
        careful = position <= self.careful_until
        ends = {fold.name: at for fold, at, _ in self._leaving}
        async with connection.transaction():
            standing = await connection.fetch(
                # Losing the last commits in a crash loses nothing: rows and checkpoint are lost together.
                f"""select name, position, generation, set_config('synchronous_commit', 'off', true)
                    from {self._schema}.checkpoints where name = any($1::text[]) order by name for update""",  # noqa: S608
                [fold.name for fold in self.folds],
            )
            found = {(row["name"], row["position"], row["generation"]) for row in standing}
            if found != {(fold.name, self.committed, fold.generation) for fold in self.folds}:
                raise Moved
            if every is not None:
                fact, alone = every
                for view_fold, meant in alone:
                    await view_fold.fold_every_row(connection, meant, fact, self.refs, careful=careful)
            for fold in self.folds:
                if isinstance(fold, ViewFold):
                    await fold.write(connection, position, careful=careful)
            if pending := [command for fold in self.folds for command in fold.pending]:
                await store(connection, self._schema, sorted(pending, key=lambda p: p.position))
            await connection.execute(
                f"""update {self._schema}.checkpoints c set position = u.position
                    from unnest($1::text[], $2::bigint[]) as u(name, position) where c.name = u.name""",  # noqa: S608
                [fold.name for fold in self.folds],
                [ends.get(fold.name, position) for fold in self.folds],
            )
        self.issued = self.issued or bool(pending)
        for fold in self.folds:
            fold.pending = []
            if isinstance(fold, ViewFold):
                for at, error in fold.newly_parked:
                    logger.error("a row was parked", extra={"view": fold.title, "position": at, "error": error})
                fold.newly_parked = []
        for left, at, error in self._leaving:
            logger.error("a view stopped", extra={"view": left.title, "position": at, "error": error})
            self.stopped.append((left, error))
            self.folds.remove(left)
        if self._leaving:
            self._leaving = []
            self._arrange()
        self.committed = position
