"""How long a page is, and pages of what several views answer together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from shared.views.paging import Order, Page
from shared.views.reading import Reading

T = TypeVar("T")
MOST = 200


def page_size(limit: int) -> int:
    """At least 1, at most 200: whoever asks for more gets the rest on the next page."""
    return max(1, min(limit, MOST))


async def joined_page(
    reading: Reading,
    select: sa.Select[Any],
    order: Order,
    limit: int,
    cursor: str | None,
    item: Callable[[Any], T],
) -> Page[T]:
    """A page of a query over several views, which selects every column of its order. BadCursor as `Reading.page`."""
    if cursor is not None:
        select = select.where(order.after(order.values(cursor)))
    size = page_size(limit)
    rows = await reading.all(select.order_by(*order.by()).limit(size + 1))
    shown, marks = order.cut(rows, size)
    return Page(tuple(item(row) for row in shown), marks.next, marks.of)
