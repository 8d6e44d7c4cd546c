"""What every list of the ledger has in common: its length, and pages over rows with figures reckoned in the query."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.domain import UnitId
from shared.views.paging import MOST_ITEMS, Marks, Order
from shared.views.reading import Reading

USUAL_ITEMS = 50


def length(limit: int) -> int:
    """How many items a page has: what was asked for, within 1 and 1000."""
    return min(max(limit, 1), MOST_ITEMS)


async def select_page(
    reading: Reading, select: sa.Select[Any], order: Order, limit: int, cursor: str | None
) -> tuple[list[Any], Marks]:
    """The rows of one page of a query that selects the columns of the order, and their marks."""
    if cursor is not None:
        select = select.where(order.after(order.values(cursor)))
    rows = await reading.all(select.order_by(*order.by()).limit(length(limit) + 1))
    return order.cut(rows, length(limit))


def any_visible(reading: Reading, units: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """True where the asker may see at least one unit of a stored list."""
    stored = sa.cast(units, JSONB)
    if (few := reading.few_units()) is not None:
        holds: sa.ColumnElement[bool] = stored.has_any(sa.literal(few, ARRAY(sa.Text)))
        return holds
    each = sa.func.jsonb_array_elements_text(stored).table_valued("unit", name="each").render_derived()
    return sa.exists(sa.select(sa.literal(1)).select_from(each).where(reading.visible(each.c.unit)))


def unit_name(reading: Reading, unit: UnitId | str) -> str:
    """The unit as people call it now."""
    known = reading.refs.directory.units.get(UnitId(unit))
    return unit if known is None else known.name


def post_title(reading: Reading, post: Any) -> str | None:
    known = reading.refs.directory.posts.get(post)
    return None if known is None else known.title
