"""Which units are there, who leads them, and who did on a date?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.ledger.views.listing import USUAL_ITEMS, post_title, select_page, unit_name
from services.ledger.views.people import names_of
from shared.directory import Level, Role, UnitKind
from shared.directory.table import TENURES, UNITS
from shared.domain import PersonId, PostId, PublicText, UnitId
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class Unit:
    """一个单位。A unit as it stands; `valid_to` and `successor` are set once it is dissolved."""

    unit: UnitId
    code: str
    name: PublicText
    short_name: PublicText | None
    kind: UnitKind
    level: Level
    parent: UnitId | None
    order: int
    division_code: str | None
    credit_code: str | None
    valid_from: date
    valid_to: date | None
    successor: UnitId | None


@dataclass(frozen=True, slots=True)
class ListUnits:
    """单位清单。Units that the asker may see, in the order of the list of units (机构序). `limit` is at most 1000.

    `below` limits to a unit and everything below it.
    """

    below: UnitId | None = None
    parent: UnitId | None = None
    level: Level | None = None
    kind: UnitKind | None = None
    code: str | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class GetUnit:
    """查看单位。One unit."""

    unit: UnitId


async def list_units(reading: Reading, params: ListUnits) -> Page[Unit]:
    table = table_of(UNITS)
    where = [reading.visible(table.c.unit)]
    equal = (
        (table.c.parent, params.parent),
        (table.c.level, params.level),
        (table.c.kind, params.kind),
        (table.c.code, params.code),
    )
    where += [column == value for column, value in equal if value is not None]
    if params.below is not None:
        where.append(reading.within(table.c.unit, params.below))
    order = Order((table.c.order, table.c.code))
    select = sa.select(*(column for column in table.c)).where(*where)
    rows, marks = await select_page(reading, select, order, params.limit, params.after)
    return Page(tuple(_unit(row) for row in rows), marks.next, marks.of)


async def get_unit(reading: Reading, params: GetUnit) -> Unit | None:
    return (await units_by_id(reading, [params.unit])).get(params.unit)


async def units_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, Unit]:
    """Those of the units that the asker may see."""
    table = table_of(UNITS)
    rows = await reading.rows(UNITS, table.c.unit.in_(list(ids)), reading.visible(table.c.unit))
    return {row.unit: _unit(row) for row in rows}


async def units_below(reading: Reading, parents: Sequence[str]) -> dict[str, list[Unit]]:
    """The units directly below each of these that the asker may see, in the order of the list of units."""
    table = table_of(UNITS)
    where = table.c.parent.in_(list(parents)), reading.visible(table.c.unit)
    found: dict[str, list[Unit]] = {parent: [] for parent in parents}
    for row in await reading.rows(UNITS, *where, order_by=(table.c.order, table.c.code)):
        found[str(row.parent)].append(_unit(row))
    return found


def _unit(row: object) -> Unit:
    return Unit(**{name: getattr(row, name) for name in Unit.__dataclass_fields__})


# --- who held which post when -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tenure:
    """一段任职。Somebody's time in a post, both dates included. `leads` marks the unit's chief post (一把手)."""

    unit: UnitId
    unit_name: str
    post: PostId
    title: PublicText
    leads: bool
    person: PersonId
    name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ListTenures:
    """任职清单。Who holds and held the posts of a unit. `on` limits to those in office on that date."""

    unit: UnitId
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Tenures:
    """某单位的任职情况。In the order of the dates from which people held their posts."""

    unit: UnitId
    tenures: tuple[Tenure, ...]


@dataclass(frozen=True, slots=True)
class GetLeader:
    """谁在某日领导某单位。Who led a unit on a date: the holder of its chief post, on `on`, or today."""

    unit: UnitId
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Leader:
    """某单位在某日的一把手。`tenure` is null when the chief post was vacant, or the unit has none."""

    unit: UnitId
    on: date
    tenure: Tenure | None


async def list_tenures(reading: Reading, params: ListTenures) -> Tenures | None:
    if not await units_by_id(reading, [params.unit]):
        return None
    return Tenures(params.unit, tuple(await _tenures(reading, [params.unit], params.on)))


async def get_leader(reading: Reading, params: GetLeader) -> Leader | None:
    if not await units_by_id(reading, [params.unit]):
        return None
    on = params.on or reading.moment.today
    led = await _tenures(reading, [params.unit], on, leads=True)
    return Leader(params.unit, on, led[-1] if led else None)


async def tenures_of(
    reading: Reading, keys: Sequence[tuple[str, date | None]]
) -> dict[tuple[str, date | None], list[Tenure]]:
    """The tenures in each unit that the asker may see, of those in office on the date where one is given."""
    return await _by_unit(reading, keys, leads=False)


async def leaders_of(
    reading: Reading, keys: Sequence[tuple[str, date | None]]
) -> dict[tuple[str, date | None], list[Tenure]]:
    """The tenures of the chief post of each unit that the asker may see, in office on the date; the last one leads."""
    return await _by_unit(reading, keys, leads=True)


async def _by_unit(
    reading: Reading, keys: Sequence[tuple[str, date | None]], *, leads: bool
) -> dict[tuple[str, date | None], list[Tenure]]:
    """One query for each date that is asked for."""
    found: dict[tuple[str, date | None], list[Tenure]] = {key: [] for key in keys}
    for on in {on for _, on in keys}:
        for tenure in await _tenures(reading, [unit for unit, day in keys if day == on], on, leads=leads):
            found[tenure.unit, on].append(tenure)
    return found


async def _tenures(reading: Reading, units: Sequence[str], on: date | None, *, leads: bool = False) -> list[Tenure]:
    """The tenures in these units that the asker may see; `leads` limits to their chief posts."""
    table = table_of(TENURES)
    where = [table.c.unit.in_(list(units)), reading.visible(table.c.unit)]
    if on is not None:
        where += [table.c.valid_from <= on, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= on)]
    if leads:
        where.append(table.c.leads)
    rows = await reading.rows(TENURES, *where, order_by=(table.c.valid_from, table.c.post, table.c.person))
    names = await names_of(reading, [row.person for row in rows])
    return [
        Tenure(
            unit=row.unit,
            unit_name=unit_name(reading, row.unit),
            post=row.post,
            title=row.title,
            leads=row.leads,
            person=row.person,
            name=names[row.person],
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    ]


# --- who is asking ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """本人身份。Who is asking, and from which posts they may act today."""


@dataclass(frozen=True, slots=True)
class HeldPost:
    """可以行使的一个岗位。`on_behalf` names the holder of a delegated one; `over` is the unit whose subtree it reaches."""

    post: PostId
    title: str | None
    unit: UnitId
    unit_name: str
    over: UnitId
    roles: tuple[Role, ...]
    on_behalf: PersonId | None


@dataclass(frozen=True, slots=True)
class Asker:
    """本人身份。`today` is the date of the log's clock."""

    person: PersonId
    name: str
    today: date
    posts: tuple[HeldPost, ...]


async def who_am_i(reading: Reading, params: WhoAmI) -> Asker:
    names = await names_of(reading, [reading.who.person])
    return Asker(
        person=reading.who.person,
        name=names[reading.who.person],
        today=reading.moment.today,
        posts=tuple(
            HeldPost(
                post=held.post,
                title=post_title(reading, held.post),
                unit=held.unit,
                unit_name=unit_name(reading, held.unit),
                over=held.over,
                roles=held.roles,
                on_behalf=held.on_behalf,
            )
            for held in reading.who.posts
        ),
    )
