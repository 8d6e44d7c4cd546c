"""A view's table, made from its row's fields, and the way of a row into its columns and back.

str → text, int → bigint, Decimal → numeric, bool, date, datetime → timestamptz, UUID; PersonalText → text (its token);
optional → nullable; everything else (tuples, dataclasses) → jsonb in the form of msgspec, decimals as strings. One
column more, `incomplete_since`, holds the position at which folding the row failed, and is null for a sound row.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.codec import decode_hook, encode_hook
from shared.domain import PersonalText
from shared.views import Key, View

R = TypeVar("R")
INCOMPLETE_SINCE = "incomplete_since"
_LONGEST_NAME = 55  # of 63, so that the suffix of a rebuild and of an index fit behind it

ENCODER = msgspec.json.Encoder(enc_hook=encode_hook, decimal_format="string")
"""How structured values, keys and commands become JSON in the tables of views."""


class Sealed(sa.TypeDecorator[PersonalText]):
    """A personal text as its token; `Reading` gives it back as a sealed `PersonalText`."""

    impl = sa.Text
    cache_ok = True

    def load(self, value: str) -> PersonalText:
        return PersonalText(value, sealed=True)


class Structured(sa.TypeDecorator[Any]):
    """A tuple or dataclass as jsonb; `Reading` gives it back as what the row declares."""

    impl = JSONB
    cache_ok = True

    def __init__(self, hint: Any) -> None:
        super().__init__()
        self.hint = hint
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(hint, dec_hook=decode_hook)

    def load(self, value: str) -> Any:
        return self._decoder.decode(value)


_PLAIN: dict[type, tuple[str, type[sa.types.TypeEngine[Any]]]] = {
    str: ("text", sa.Text),
    int: ("bigint", sa.BigInteger),
    bool: ("boolean", sa.Boolean),
    Decimal: ("numeric", sa.Numeric),
    date: ("date", sa.Date),
    UUID: ("uuid", sa.Uuid),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row as a column: `sql` is its type as PostgreSQL prints it."""

    name: str
    sql: str
    sa_type: sa.types.TypeEngine[Any]
    nullable: bool
    dump: Callable[[Any], Any] | None
    load: Callable[[Any], Any] | None
    hint: Any


def _column(name: str, hint: Any) -> Column:
    hint, nullable = _bare(hint)
    if hint is PersonalText:
        sealed = Sealed()
        return Column(name, "text", sealed, nullable, PersonalText.token, sealed.load, hint)
    if hint is datetime:
        return Column(name, "timestamp with time zone", sa.DateTime(timezone=True), nullable, None, None, hint)
    if get_origin(hint) is Literal:
        kinds = {type(value) for value in get_args(hint)}
        plain = kinds.pop() if len(kinds) == 1 else None
    else:
        plain = hint
    if isinstance(plain, type) and plain in _PLAIN:
        sql, sa_type = _PLAIN[plain]
        return Column(name, sql, sa_type(), nullable, None, None, plain)
    structured = Structured(hint)
    return Column(name, "jsonb", structured, nullable, _dump_json, structured.load, hint)


def _bare(hint: Any) -> tuple[Any, bool]:
    """The hint without Annotated, NewType and `| None`, and whether None was allowed."""
    nullable = False
    while True:
        if get_origin(hint) is Annotated:
            hint = hint.__origin__
        elif hasattr(hint, "__supertype__"):
            hint = hint.__supertype__
        elif get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
            nullable = True
            rest = tuple(arg for arg in get_args(hint) if arg is not type(None))
            hint = rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007 — built from values
        else:
            return hint, nullable


def _dump_json(value: Any) -> str:
    return ENCODER.encode(value).decode()


class Form(Generic[R]):
    """How rows of one view are stored: made once per view by `form_of`."""

    def __init__(self, view: View[R]) -> None:
        fields = dataclasses.fields(view.row)  # type: ignore[arg-type]
        if any(field.kw_only or not field.init for field in fields):
            raise ValueError(f"the row of view {view.name} must take all its fields by position")
        hints = get_type_hints(view.row, include_extras=True)
        self.view = view
        self.columns = tuple(_column(field.name, hints[field.name]) for field in fields)
        self.names = tuple(column.name for column in self.columns)
        by_name = {column.name: column for column in self.columns}
        self.key = tuple(by_name[name] for name in view.key)
        for column in self.key:
            if column.nullable or column.dump is not None:
                raise ValueError(f"view {view.name}: {column.name} cannot be part of a key")
        if not self.key or len(view.table_name) > _LONGEST_NAME:
            raise ValueError(f"view {view.name}: no key, or a name too long for a table")
        self._row = view.row
        self._values = _getter(self.names)
        self.key_of: Callable[[R], Key] = _getter(view.key)
        self._dumps = [(i, c.dump) for i, c in enumerate(self.columns) if c.dump is not None]
        self._loads = [(i, c.load) for i, c in enumerate(self.columns) if c.load is not None]
        self._key_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            tuple[tuple(column.hint for column in self.key)]  # type: ignore[misc]
        )

    def record_of(self, row: R) -> Sequence[Any]:
        """The row's values in the order of its columns, as the driver takes them."""
        values = self._values(row)
        if not self._dumps:
            return values
        record = list(values)
        for index, dump in self._dumps:
            if record[index] is not None:
                record[index] = dump(record[index])
        return record

    def row_of(self, record: Iterable[Any]) -> R:
        """The row of a record that holds exactly the columns, in order."""
        if not self._loads:
            return self._row(*record)
        values = list(record)
        for index, load in self._loads:
            if values[index] is not None:
                values[index] = load(values[index])
        return self._row(*values)

    @staticmethod
    def key_text(key: Key) -> str:
        """The key as a JSON array, the form in which parked keys and causes name it."""
        return ENCODER.encode(key).decode()

    def key_value(self, text: str | bytes) -> Key:
        """The key that `key_text` wrote. ValueError when it is not a key of this view."""
        try:
            key: Key = self._key_decoder.decode(text)
        except msgspec.MsgspecError as error:
            raise ValueError(f"not a key of view {self.view.name}") from error
        return key


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda row: (get(row),)


@cache
def form_of(view: View[R]) -> Form[R]:
    return Form(view)


@cache
def table_of(view: View[Any]) -> sa.Table:
    """The view's table for queries. It names no schema: `Reading` puts in that of the log it reads."""
    form = form_of(view)
    return sa.Table(
        view.table_name,
        sa.MetaData(),
        *(
            sa.Column(c.name, c.sa_type, primary_key=c in form.key, nullable=c.nullable, autoincrement=False)
            for c in form.columns
        ),
        sa.Column(INCOMPLETE_SINCE, sa.BigInteger, nullable=True),
    )


@cache
def alias_of(view: View[Any], name: str) -> sa.FromClause:
    """The view's table under another name. Kept, because an alias copies every column of its table."""
    return table_of(view).alias(name)


def quoted(names: Iterable[str], before: str = "") -> str:
    """Column names for a statement; a field may be called as SQL calls something else (`order`)."""
    return ", ".join(f'{before}"{name}"' for name in names)


def create_sql(view: View[Any], schema: str, suffix: str = "", also_index: Sequence[tuple[str, ...]] = ()) -> str:
    """Statements that make the table and its indexes if they are missing."""
    form = form_of(view)
    name = view.table_name + suffix
    columns = [f"{quoted([c.name])} {c.sql}{'' if c.nullable else ' not null'}" for c in form.columns]
    key = quoted(view.key)
    statements = [
        f"create table if not exists {schema}.{name} ({', '.join(columns)}, {INCOMPLETE_SINCE} bigint, "
        f"constraint {name}_pkey primary key ({key}))"
    ]
    for n, index in enumerate(indexes(view, also_index), start=1):
        statements.append(f"create index if not exists {name}_i{n} on {schema}.{name} {index}")
    return ";\n".join(statements)


def rename_sql(view: View[Any], schema: str, suffix: str, also_index: Sequence[tuple[str, ...]] = ()) -> str:
    """Statements that put the table with the suffix in the place of the one without."""
    name = view.table_name
    statements = [
        f"drop table {schema}.{name}",
        f"alter table {schema}.{name}{suffix} rename to {name}",
        f"alter table {schema}.{name} rename constraint {name}{suffix}_pkey to {name}_pkey",
    ]
    for n, _ in enumerate(indexes(view, also_index), start=1):
        statements.append(f"alter index {schema}.{name}{suffix}_i{n} rename to {name}_i{n}")
    return ";\n".join(statements)


def indexes(view: View[Any], also: Sequence[tuple[str, ...]] = ()) -> list[str]:
    """What stands behind the table's name in each `create index`."""
    groups = dict.fromkeys((*view.indexes, *also))
    return [*(f"({quoted(group)})" for group in groups), *(f"using gin ({quoted([name])})" for name in view.members)]


def declared(view: View[Any]) -> list[tuple[str, str, bool]]:
    """Name, type and whether not null, of each column as the catalogue of the database shows them."""
    return [
        *((c.name, c.sql, not c.nullable) for c in form_of(view).columns),
        (INCOMPLETE_SINCE, "bigint", False),
    ]


class Statements:
    """The SQL with which the runner loads and writes rows of one view's table."""

    def __init__(self, view: View[Any], schema: str, suffix: str = "") -> None:
        form = form_of(view)
        self.table_name = view.table_name + suffix
        self.table = table = f"{schema}.{self.table_name}"
        self.schema = schema
        names, keys = quoted(form.names), quoted(view.key)
        key_arrays = ", ".join(f"${n}::{c.sql}[]" for n, c in enumerate(form.key, start=1))
        same_key = " and ".join(f't."{name}" = k."{name}"' for name in view.key)
        row_arrays = ", ".join(f"${n}::{c.sql}[]" for n, c in enumerate(form.columns, start=1))
        rest = [name for name in form.names if name not in view.key]
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in rest)
        self.load = (
            f"select {quoted(form.names, 't.')} from unnest({key_arrays}) as k({keys}) join {table} t on {same_key}"  # noqa: S608
        )
        self.upsert = (
            f"insert into {table} ({names}) select * from unnest({row_arrays}) "  # noqa: S608
            f"on conflict ({keys}) do {f'update set {changes}' if rest else 'nothing'}"
        )
        self.delete = f"delete from {table} t using unnest({key_arrays}) as k({keys}) where {same_key}"  # noqa: S608
        self.mark_incomplete = (
            f"update {table} t set {INCOMPLETE_SINCE} = k.since "  # noqa: S608
            f"from unnest({key_arrays}, ${len(form.key) + 1}::bigint[]) as k({keys}, since) where {same_key}"
        )
        self.mark_whole = (
            f"update {table} t set {INCOMPLETE_SINCE} = null from unnest({key_arrays}) as k({keys}) where {same_key}"  # noqa: S608
        )
        self.is_empty = f"select not exists (select from {table})"  # noqa: S608
        self._form = form

    def page(self, where: Sequence[str], after: bool, limit: int) -> str:
        """A page of rows in key order, of those whose columns `where` have the values $1 …; null equals null."""
        keys = [column.name for column in self._form.key]
        conditions = [f't."{name}" is not distinct from ${n}' for n, name in enumerate(where, start=1)]
        if after:
            marks = ", ".join(f"${len(where) + n}" for n, _ in enumerate(keys, start=1))
            conditions.append(f"({quoted(keys, 't.')}) > ({marks})")
        return (
            f"select {quoted(self._form.names)} from {self.table} t "  # noqa: S608
            f"{'where ' if conditions else ''}{' and '.join(conditions)} order by {quoted(keys, 't.')} limit {limit}"
        )
