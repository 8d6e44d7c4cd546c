"""One view, or one reaction, on its way through the log: what it keeps in memory between two commits."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from typing import Any

from shared.codec import type_name
from shared.facts import Fact
from shared.references import References
from shared.views import EveryRow, Key, Reaction, View
from shared.views.enabling import watch_name
from shared.views.pending import Pending, pending_of
from shared.views.store import columns_of, reaction_checkpoint
from shared.views.table import Statements, form_of

_MISSING: Any = object()
_CHUNK = 1000
_PAGE = 500
_WORTH_COPYING = 100


class KeyChanged(Exception):
    """A fold gave a row of another key than the one it was asked for."""


def place_of(error: BaseException) -> str:
    """The class of an error and where it was raised. Never its message, which may hold what nobody may read."""
    where = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        where = f" in {frame.f_globals.get('__name__', '?')}.{frame.f_code.co_name}, line {line}"
    return f"{type(error).__name__}{where}"


def is_value_refused(error: BaseException) -> bool:
    """Whether the database, or the way to it, refused a value, so that repeating would not help."""
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return state[:2] in ("22", "23")
    return isinstance(error, ValueError | TypeError | OverflowError)


class ReactionFold:
    """A reaction: no rows, only commands, and a checkpoint of its own."""

    def __init__(self, reaction: Reaction, actions: frozenset[str], head: int) -> None:
        self.name = reaction_checkpoint(reaction.name)
        self.title = reaction.name
        self.types = frozenset(type_name(event) for event in reaction.events)
        self.generation = 0
        self.pending: list[Pending] = []
        self._reaction = reaction
        self._actions = actions
        self._head = head

    def react(self, fact: Fact, refs: References) -> None:
        """Raises whatever the reaction raises; then nothing of this fact is kept."""
        if fact.position > self._head and not fact.history:
            issues = self._reaction.then(fact, refs)
            self.pending.extend(pending_of(self._reaction.name, "", fact, issues, self._actions))


class ViewFold:
    """A view: a write-back cache of its rows. `suffix` names the second table of a rebuild, which is mute.

    The cache has two halves: rows used since the last turn, and rows of the turn before. Turning drops the older half,
    after everything in it was written. As long as no row was ever dropped, a row that is not here does not exist.
    """

    def __init__(
        self,
        view: View[Any],
        schema: str,
        actions: frozenset[str] = frozenset(),
        *,
        suffix: str = "",
        watch_above: int | None = None,
    ) -> None:
        self.view = view
        self.form = form_of(view)
        self.sql = Statements(view, schema, suffix)
        self.name = self.sql.table_name
        self.title = view.name
        self.types = frozenset(type_name(event) for event in view.events)
        self.generation = 0
        self.mute_until = 0
        self.pending: list[Pending] = []
        self.dirty: dict[Key, None] = {}
        self.parked: set[Key] = set()
        self._watch = view.watch
        self._watch_above = watch_above
        self._actions = actions
        self._schema = schema
        self._rows: dict[Key, Any] = {}
        self._older: dict[Key, Any] = {}
        self._absent: set[Key] = set()
        self.complete = False
        self._parks: dict[Key, tuple[int, str]] = {}
        self._queued: list[tuple[Key, int]] = []
        self._key_types = tuple(column.hint for column in self.form.key)
        self.newly_parked: list[tuple[int, str]] = []

    # --- memory ------------------------------------------------------------------------------------------------

    async def reset(self, connection: Any) -> None:
        """Forget everything and read what is parked and whether the table is empty."""
        self.pending, self.dirty, self._rows, self._older = [], {}, {}, {}
        self._absent, self._parks, self._queued, self.newly_parked = set(), {}, [], []
        self.complete = await connection.fetchval(self.sql.is_empty)
        parked = await connection.fetch(f"select key::text from {self._schema}.parked where view = $1", self.name)  # noqa: S608
        self.parked = {self.form.key_value(row["key"]) for row in parked}

    @property
    def size(self) -> int:
        return len(self._rows)

    def turn(self) -> None:
        """Keep what was used since the last turn, drop the rest. Only after a commit."""
        if self._older:
            self.complete = False
        self._older, self._rows = self._rows, {}
        self._absent.intersection_update(self._older)

    def check(self, keys: Iterable[Key]) -> None:
        """TypeError for what cannot be a key of this view, before anything is asked of the database."""
        kinds = self._key_types
        for key in keys:
            if len(key) != len(kinds) or not all(map(isinstance, key, kinds)):
                raise TypeError(f"not a key of view {self.view.name}")

    def missing(self, key: Key) -> bool:
        """Whether the row must be loaded before it is folded."""
        if key in self._rows:
            return False
        row = self._older.pop(key, _MISSING)
        if row is _MISSING:
            if not self.complete:
                return True
            row = None
            self._absent.add(key)
        self._rows[key] = row
        return False

    async def load(self, connection: Any, keys: Sequence[Key]) -> None:
        """Load rows that are missing, with one query."""
        found = await connection.fetch(self.sql.load, *columns_of(keys, len(self.form.key)))
        for record in found:
            row = self.form.row_of(record)
            self._rows[self.form.key_of(row)] = row
        for key in keys:
            if key not in self._rows:
                self._rows[key] = None
                self._absent.add(key)

    def all_in_memory(self, every: EveryRow) -> list[Key] | None:
        """The keys that a route to every row means, if all rows of the view are here; otherwise None."""
        if not self.complete:
            return None
        where = every.where.items()
        return sorted(
            key
            for rows in (self._older, self._rows)
            for key, row in rows.items()
            if row is not None and key not in self.parked and all(getattr(row, name) == v for name, v in where)
        )

    def means(self, every: EveryRow, key: Key) -> bool:
        """Whether a route to every row means the row of this key, which is here. A parked one waits in any case."""
        row = self._rows[key]
        if key in self.parked:
            return True
        return row is not None and all(getattr(row, name) == value for name, value in every.where.items())

    # --- folding -----------------------------------------------------------------------------------------------

    def fold(self, key: Key, fact: Fact, refs: References) -> None:
        """Fold one fact into one row that is here. What fails parks the row; nothing is raised."""
        if key in self.parked:
            self._queued.append((key, fact.position))
            return
        before = self._rows[key]
        try:
            row = self.view.start(key) if before is None and self.view.start is not None else before
            after = self.view.evolve(row, fact, refs)
            if after is not None and self.form.key_of(after) != key:
                raise KeyChanged(self.view.name)
            if self._watch is not None and after is not before and self._acts_on(fact) and after != before:
                issues = self._watch(before, after, fact)
                key_text = self.form.key_text(key)
                self.pending.extend(pending_of(watch_name(self.view), key_text, fact, issues, self._actions))
        except Exception as error:
            self.park(key, fact.position, error)
            return
        if after is not before:
            self._rows[key] = after
            self.dirty[key] = None

    def _acts_on(self, fact: Fact) -> bool:
        above = self._watch_above
        return above is not None and fact.position > max(above, self.mute_until) and not fact.history

    def park(self, key: Key, position: int, error: BaseException) -> None:
        """From this position on, facts of the key wait until somebody resumes it."""
        self.parked.add(key)
        self._parks[key] = (position, place_of(error))
        self.newly_parked.append(self._parks[key])

    def queue_parked(self, position: int) -> None:
        """A fact for every row concerns parked rows too; whether it means them is decided when they are resumed."""
        self._queued.extend((key, position) for key in sorted(self.parked))

    # --- writing -----------------------------------------------------------------------------------------------

    async def fold_every_row(
        self, connection: Any, every: EveryRow, fact: Fact, refs: References, *, careful: bool
    ) -> None:
        """Fold one fact into all rows that it means, page by page, inside the transaction of its commit."""
        self.queue_parked(fact.position)
        values = list(every.where.values())
        after: Key = ()
        while True:
            records = await connection.fetch(self.sql.page(list(every.where), bool(after), _PAGE), *values, *after)
            for record in records:
                row = self.form.row_of(record)
                after = self.form.key_of(row)
                if after not in self.parked:
                    self._rows[after] = row
                    self.fold(after, fact, refs)
            await self.write(connection, fact.position, careful=careful)
            self._rows, self._older, self._absent = {}, {}, set()
            if len(records) < _PAGE:
                self.complete = False
                return

    async def write(self, connection: Any, position: int, *, careful: bool) -> None:
        """Write changed rows and what was parked. `careful`: row by row, and one that is refused is parked alone."""
        if careful:
            for key in list(self.dirty):
                try:
                    async with connection.transaction():
                        await self._write_rows(connection, [key])
                except Exception as error:
                    if not is_value_refused(error):
                        raise
                    self.park(key, position, error)
                    key_text = self.form.key_text(key)
                    self.pending = [p for p in self.pending if (p.position, p.key) != (position, key_text)]
                    del self._rows[key]
        elif self.dirty:
            await self._write_rows(connection, list(self.dirty))
        self.dirty = {}
        await self._write_parked(connection)

    async def _write_rows(self, connection: Any, keys: list[Key]) -> None:
        rows, absent, record_of = self._rows, self._absent, self.form.record_of
        gone = [key for key in keys if rows[key] is None]
        there = [key for key in keys if rows[key] is not None]
        fresh = [key for key in there if key in absent] if absent else []
        if len(fresh) >= _WORTH_COPYING:
            for start in range(0, len(fresh), _CHUNK):
                await connection.copy_records_to_table(
                    self.sql.table_name,
                    schema_name=self._schema,
                    columns=self.form.names,
                    records=[record_of(rows[key]) for key in fresh[start : start + _CHUNK]],
                )
            there = [key for key in there if key not in absent]
        for start in range(0, len(there), _CHUNK):
            records = [record_of(rows[key]) for key in there[start : start + _CHUNK]]
            await connection.execute(self.sql.upsert, *columns_of(records, len(self.form.names)))
        if gone := [key for key in gone if key not in absent]:
            await connection.execute(self.sql.delete, *columns_of(gone, len(self.form.key)))
        if fresh:
            absent.difference_update(fresh)
        absent.difference_update(there)
        absent.update(gone)

    async def _write_parked(self, connection: Any) -> None:
        if self._parks:
            keys = list(self._parks)
            await connection.execute(
                f"""insert into {self._schema}.parked (view, key, position, error)
                    select $1, k.* from unnest($2::jsonb[], $3::bigint[], $4::text[]) as k""",  # noqa: S608
                self.name,
                [self.form.key_text(key) for key in keys],
                [position for position, _ in self._parks.values()],
                [error for _, error in self._parks.values()],
            )
            await connection.execute(
                self.sql.mark_incomplete,
                *columns_of(keys, len(self.form.key)),
                [position for position, _ in self._parks.values()],
            )
            self._parks = {}
        if self._queued:
            await connection.execute(
                f"""insert into {self._schema}.parked_queue (view, key, position)
                    select $1, k.* from unnest($2::jsonb[], $3::bigint[]) as k on conflict do nothing""",  # noqa: S608
                self.name,
                [self.form.key_text(key) for key, _ in self._queued],
                [position for _, position in self._queued],
            )
            self._queued = []


Fold = ViewFold | ReactionFold
