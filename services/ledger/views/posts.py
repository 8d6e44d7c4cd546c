"""Which posts are held today, with which roles, and how far do they reach? And which days are working days?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from services.ledger.views.listing import USUAL_ITEMS, select_page, unit_name
from shared.directory import Role
from shared.directory.table import TENURES
from shared.domain import PersonId, PostId, PublicText, UnitId
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class FilledPost:
    """一个在任岗位。A post that somebody holds today; `over` is the unit whose subtree its roles reach."""

    post: PostId
    unit: UnitId
    unit_name: str
    title: PublicText
    roles: tuple[Role, ...]
    leads: bool
    over: UnitId
    person: PersonId
    held_since: date


@dataclass(frozen=True, slots=True)
class ListPosts:
    """在任岗位清单。Posts held today in units that the asker may see, by their identities. `limit` is at most 1000."""

    unit: UnitId | None = None
    role: Role | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


async def list_posts(reading: Reading, params: ListPosts) -> Page[FilledPost]:
    table, today = table_of(TENURES), reading.moment.today
    where = [
        reading.visible(table.c.unit),
        table.c.valid_from <= today,
        sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= today),
    ]
    if params.unit is not None:
        where.append(table.c.unit == params.unit)
    if params.role is not None:
        posts = reading.refs.directory.posts.values()
        where.append(table.c.post.in_(sorted(post.id for post in posts if params.role in post.roles)))
    order = Order((table.c.post, table.c.person, table.c.valid_from))
    select = sa.select(*(column for column in table.c)).where(*where)
    rows, marks = await select_page(reading, select, order, params.limit, params.after)
    known = reading.refs.directory.posts
    return Page(
        tuple(
            FilledPost(
                post=row.post,
                unit=row.unit,
                unit_name=unit_name(reading, row.unit),
                title=row.title,
                roles=known[row.post].roles,
                leads=row.leads,
                over=known[row.post].over,
                person=row.person,
                held_since=row.valid_from,
            )
            for row in rows
        ),
        marks.next,
        marks.of,
    )


@dataclass(frozen=True, slots=True)
class GetCalendar:
    """某年的工作日历。The working days of a year."""

    year: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """一年的工作日。`is_provisional` while the year's holiday notice is not out (Monday to Friday less fixed holidays)."""

    year: int
    is_provisional: bool
    working_days: tuple[date, ...]


async def get_calendar(reading: Reading, params: GetCalendar) -> Calendar | None:
    """None for years of which nobody plans anything."""
    if not 1949 <= params.year <= 2199:
        return None
    calendar, first = reading.refs.calendar, date(params.year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(params.year + 1, 1, 1) - first).days))
    return Calendar(
        params.year, calendar.is_provisional(first), tuple(day for day in days if calendar.is_working_day(day))
    )
