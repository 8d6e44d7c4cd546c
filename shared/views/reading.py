"""Reading: what a question is answered from. Every query it makes can be limited to what the asker may see."""

from __future__ import annotations

import collections
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import asyncpg as dialect_of_driver
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

from shared.directory import FEW_UNITS, OWN_UNIT_ONLY, Principal, Role
from shared.directory.table import UNITS
from shared.domain import Moment, UnitId
from shared.holding.desk import Desk
from shared.keys import KeyStore
from shared.log.log import Log
from shared.outside import Outside
from shared.ports import Neighbours, Nobody, Port, asked
from shared.references import References
from shared.views import View
from shared.views.paging import MOST_ITEMS, Order, Page
from shared.views.store import views_schema
from shared.views.table import Sealed, Structured, alias_of, form_of, quoted, table_of

R = TypeVar("R")
T = TypeVar("T")

_DIALECT = dialect_of_driver.dialect()  # type: ignore[no-untyped-call]
_STATEMENTS_KEPT = 500
_SCHEMAS_KEPT = 16

Loads = Sequence[tuple[int, Callable[[str], Any]]]
_LOADS: LRUCache[str, Loads] = LRUCache(2_000)


@dataclass(frozen=True, slots=True)
class Reading:
    """One asker at one moment. `keys` is None where personal texts need not be opened; `neighbours` are the other services;
    `desk` is there in a sealed service alone; `outside` is how the installation reaches what is none of it."""

    who: Principal
    moment: Moment
    refs: References
    log: Log
    keys: KeyStore | None = None
    neighbours: Neighbours = field(default_factory=Nobody)
    desk: Desk | None = None
    outside: Outside = field(default_factory=Outside)

    async def ask(self, port: Port[T], keys: Iterable[str]) -> dict[str, T]:
        """What another service tells at a port that this one `asks`: for those asked about whom the asker may know.

        Nothing of it is kept. RefusedRequest PORT_UNAVAILABLE while nobody answers.
        """
        return await asked(self.neighbours, port, keys)

    # --- queries -----------------------------------------------------------------------------------------------

    async def all(self, select: sa.Select[Any]) -> list[Any]:
        """The rows of a query as named tuples; sealed and structured columns come as what their view declares."""
        statement, values = statement_of(select, views_schema(self.log))
        loads = _loads_of(statement, select)
        records = await self._run(statement, values)
        if not records:
            return []
        found = _tuple_of(tuple(records[0].keys()))
        if not loads:
            return [found(*record) for record in records]
        return [found(*_loaded(record, loads)) for record in records]

    async def rows(
        self,
        view: View[R],
        *where: sa.ColumnElement[bool],
        order_by: Sequence[sa.ColumnElement[Any]] = (),
        limit: int | None = None,
    ) -> list[R]:
        """Rows of one view as its dataclass; in the order of its key unless another is given."""
        form, table = form_of(view), table_of(view)
        select = sa.select(*(table.c[name] for name in form.names)).where(*where)
        select = select.order_by(*(order_by or [table.c[name] for name in view.key]))
        if limit is not None:
            select = select.limit(limit)
        return [form.row_of(record) for record in await self._fetch(select)]

    async def one(self, view: View[R], *key: Any) -> R | None:
        """The row of a key, whoever asks; limit it with `visible` where not everybody may see it."""
        form = form_of(view)
        same = " and ".join(f'"{name}" = ${n}' for n, name in enumerate(view.key, start=1))
        records = await self._run(
            f"select {quoted(form.names)} from {views_schema(self.log)}.{view.table_name} where {same}",  # noqa: S608
            key,
        )
        return form.row_of(records[0]) if records else None

    async def page(
        self,
        view: View[R],
        *where: sa.ColumnElement[bool],
        order: Order,
        limit: int,
        cursor: str | None = None,
        item: Callable[[R], T],
    ) -> Page[T]:
        """A page of at most `limit` rows in an order that is made of the view's own columns, each turned by `item`.

        BadCursor for a cursor that this list did not give out; ValueError for a limit outside 1 … 1000.
        """
        if not 1 <= limit <= MOST_ITEMS:
            raise ValueError(f"a page has between 1 and {MOST_ITEMS} items, not {limit}")
        after = () if cursor is None else (order.after(order.values(cursor)),)
        rows = await self.rows(view, *where, *after, order_by=order.by(), limit=limit + 1)
        shown, marks = order.cut(rows, limit)
        return Page(tuple(item(row) for row in shown), marks.next, marks.of)

    async def incomplete_since(self, view: View[Any], *key: Any) -> int | None:
        """The position from which facts of this row wait to be folded, even if it has no row yet; None when sound."""
        since: int | None = await self.log.pool.fetchval(
            f"select position from {views_schema(self.log)}.parked where view = $1 and key = $2::jsonb",  # noqa: S608
            view.table_name,
            form_of(view).key_text(key),
        )
        return since

    async def position_of(self, view: View[Any]) -> int:
        """How far the view has read the log, at least; 0 before it has begun."""
        position: int | None = await self.log.pool.fetchval(
            f"select position from {views_schema(self.log)}.checkpoints where name = $1",  # noqa: S608
            view.table_name,
        )
        return position or 0

    # --- who may see -------------------------------------------------------------------------------------------

    def visible(self, unit: sa.ColumnElement[Any], roles: Collection[Role] = ()) -> sa.ColumnElement[bool]:
        """True for the units of which the asker may see anything: as `Directory.sees`, in SQL.

        `roles` limits it to the units that the asker reaches with one of them: as `Directory.acting`.
        """
        return self._among(unit, *self._reach(roles))

    def within(self, unit: sa.ColumnElement[Any], root: UnitId) -> sa.ColumnElement[bool]:
        """True for a unit and everything below it, whoever asks."""
        return self._among(unit, set(), {root})

    def _among(self, unit: sa.ColumnElement[Any], own: set[UnitId], over: set[UnitId]) -> sa.ColumnElement[bool]:
        if (few := self._few(own, over)) is not None:
            return unit == sa.any_(sa.literal(few, ARRAY(sa.Text))) if few else sa.false()
        if self.refs.directory.are_above_all(over):
            return unit.is_not(None)
        below, root = alias_of(UNITS, "below"), alias_of(UNITS, "root")
        seen = (
            sa.select(sa.literal(1))
            .select_from(below, root)
            .where(
                below.c.unit == unit,
                sa.func.starts_with(below.c.path, root.c.path),
                root.c.unit.in_(sorted(over)),
            )
        )
        return sa.or_(unit.in_(sorted(own)), sa.exists(seen)) if own else sa.exists(seen)

    def few_units(self) -> list[UnitId] | None:
        """The units of which the asker may see anything, where they are few: a query finds them by an index then."""
        return self._few(*self._reach(()))

    def _reach(self, roles: Collection[Role]) -> tuple[set[UnitId], set[UnitId]]:
        """Units reached by themselves, and units reached with everything below them."""
        own: set[UnitId] = set()
        over: set[UnitId] = set()
        if self.who.machine is not None and not roles:
            over.add(self.who.machine.unit)
        for held in self.who.posts:
            for role in held.roles:
                if roles and role not in roles:
                    continue
                if role in OWN_UNIT_ONLY:
                    own.add(held.unit)
                else:
                    over.add(held.over)
        return own, over

    def _few(self, own: set[UnitId], over: set[UnitId]) -> list[UnitId] | None:
        below: list[tuple[UnitId, ...]] = []
        for root in over:
            if (few := self.refs.directory.few_below(root)) is None:
                return None
            below.append(few)
        if len(below) == 1 and not own:
            return list(below[0])  # in order already
        found = sorted(own.union(*below))
        return found if len(found) <= FEW_UNITS else None

    # --- driver ------------------------------------------------------------------------------------------------

    async def _fetch(self, select: sa.Select[Any]) -> list[asyncpg.Record]:
        return await self._run(*statement_of(select, views_schema(self.log)))

    async def _run(self, statement: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        records: list[asyncpg.Record]
        try:
            records = await self.log.pool.fetch(statement, *values)
        except asyncpg.InvalidCachedStatementError:
            # A rebuild put another table in place; what the driver remembered of the old one is gone now.
            records = await self.log.pool.fetch(statement, *values)
        return records


def statement_of(select: sa.Select[Any], schema: str) -> tuple[str, list[Any]]:
    """A query as SQL over the tables of a schema, with its values in the order of $1, $2 …

    Queries of the same shape are compiled once, as SQLAlchemy's own engine does it: a compilation costs many times what
    binding other values to it does. A list of values is spelled out each time, for its length is part of the SQL.
    """
    schemas: dict[str | None, str | None] = {None: schema}
    compiled, extracted, given, _ = select._compile_w_cache(
        _DIALECT,
        compiled_cache=_compiled_for(schema),
        column_keys=[],
        schema_translate_map=schemas,
        render_schema_translate=True,
    )
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(type(compiled).__name__)
    parameters = compiled.construct_params(
        extracted_parameters=extracted, _collected_params=given, _no_postcompile=True
    )
    expanded = compiled._process_parameters_for_postcompile(parameters)
    return expanded.statement, [expanded.parameters[name] for name in expanded.positiontup or ()]


@lru_cache(maxsize=_SCHEMAS_KEPT)
def _compiled_for(schema: str) -> LRUCache[Any, Any]:
    """Queries compiled for a schema, by shape: its name is written into them."""
    return LRUCache(_STATEMENTS_KEPT)


def _loads_of(statement: str, select: sa.Select[Any]) -> Loads:
    """How the sealed and structured columns of a query are read; worked out once for each statement, for it takes long."""
    if (known := _LOADS.get(statement)) is None:
        known = _LOADS[statement] = [
            (i, column.type.load)
            for i, column in enumerate(select.selected_columns)
            if isinstance(column.type, Sealed | Structured)
        ]
    return known


def _loaded(record: asyncpg.Record, loads: Loads) -> list[Any]:
    values = list(record.values())
    for index, load in loads:
        if values[index] is not None:
            values[index] = load(values[index])
    return values


@lru_cache(maxsize=1024)
def _tuple_of(names: tuple[str, ...]) -> type[Any]:
    return collections.namedtuple("Found", names, rename=True)
