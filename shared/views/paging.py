"""Pages of a list: what is on this one, and an opaque mark from where the next one goes on."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import GenericAlias
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
import sqlalchemy as sa
from pydantic.json_schema import SkipJsonSchema

from shared.views.table import ENCODER

T = TypeVar("T")
MOST_ITEMS = 1000

_READABLE = (str, int, bool, Decimal, date, datetime, UUID)


class BadCursor(ValueError):
    """The cursor is not one that this list gave out."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list. `next` goes into the next request; None on the last page.

    `cursor_of` gives the mark behind one of the items, by its place on the page; no answer over REST tells it.
    """

    items: tuple[T, ...]
    next: str | None
    cursor_of: SkipJsonSchema[Callable[[int], str] | None] = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: columns that are never null and together differ for every item; each may be descending."""

    columns: tuple[sa.ColumnElement[Any], ...]
    descending: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns or (self.descending and len(self.descending) != len(self.columns)):
            raise ValueError("an order names at least one column, and a direction for all or none")
        for column in self.columns:
            if getattr(column, "nullable", False):
                raise ValueError(f"a list cannot be paged by {column}, which may be null")

    def _down(self) -> tuple[bool, ...]:
        return self.descending or (False,) * len(self.columns)

    def by(self) -> list[sa.ColumnElement[Any]]:
        return [c.desc() if down else c.asc() for c, down in zip(self.columns, self._down(), strict=True)]

    def after(self, values: Sequence[Any]) -> sa.ColumnElement[bool]:
        """Items that come behind the one with these values."""
        behind: list[sa.ColumnElement[bool]] = []
        for n, (column, down) in enumerate(zip(self.columns, self._down(), strict=True)):
            same = [c == v for c, v in zip(self.columns[:n], values, strict=False)]
            behind.append(sa.and_(*same, column < values[n] if down else column > values[n]))
        return sa.or_(*behind)

    def cut(self, rows: Sequence[Any], size: int) -> tuple[list[Any], Marks]:
        """A page of at most `size` of the rows, of which one more was asked for than that, and the marks of its items."""
        shown = list(rows[:size])
        return shown, Marks(self, shown, len(rows) > size)

    def _tag(self) -> str:
        """Tells the cursors of one order from those of another."""
        names = ",".join(f"{c}{'-' if down else ''}" for c, down in zip(self.columns, self._down(), strict=True))
        return hashlib.sha256(names.encode()).hexdigest()[:8]

    def cursor(self, values: Sequence[Any]) -> str:
        raw = ENCODER.encode([self._tag(), *values])
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def values(self, cursor: str) -> list[Any]:
        """What `cursor` wrote. BadCursor for anything else."""
        kinds = [column.type.python_type for column in self.columns]
        if unknown := [kind.__name__ for kind in kinds if kind not in _READABLE]:
            raise TypeError(f"a list cannot be paged by {unknown}")
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            values: list[Any]
            tag, *values = msgspec.json.decode(raw, type=GenericAlias(tuple, (str, *kinds)))
        except (ValueError, msgspec.MsgspecError) as error:
            raise BadCursor("not a cursor of this list") from error
        if tag != self._tag() or any(isinstance(v, str) and "\x00" in v for v in values):
            raise BadCursor("not a cursor of this list")
        return values


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of the rows of a page. `has_more` says whether the list goes on behind it."""

    order: Order
    rows: Sequence[Any]
    has_more: bool

    def of(self, index: int) -> str:
        row = self.rows[index]
        return self.order.cursor([getattr(row, str(column.key)) for column in self.order.columns])

    @property
    def next(self) -> str | None:
        return self.of(len(self.rows) - 1) if self.has_more else None
