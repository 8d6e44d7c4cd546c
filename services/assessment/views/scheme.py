"""Under which schemes is anybody assessed, and what do they provide?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import sqlalchemy as sa

from services.assessment.events import (
    Provisions,
    SchemeAdopted,
    SchemeAmended,
    SchemeDrafted,
    SchemeId,
    UnitClass,
)
from services.assessment.schemes import Schemes
from services.assessment.views.paging import page_size
from shared.directory.table import UNITS
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import alias_of, table_of

SchemeStatus = Literal["draft", "in-force"]
"""拟订、施行."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What made a version, and when; the first has no reason."""

    version: int
    occurred: date
    reason: PublicText | None


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A scheme in its latest version; it is also the answer to who asks for it.

    `root` is the division below which its units lie. `document` and `adopted_on` are None for a draft.
    """

    scheme: SchemeId
    unit: UnitId
    year: int
    root: UnitId
    units: UnitClass
    status: SchemeStatus
    version: int
    title: PublicText
    provisions: Provisions
    versions: tuple[Amendment, ...]
    document: PublicText | None
    adopted_on: date | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.scheme,)]


def _evolve(row: SchemeRow | None, fact: Fact, refs: References) -> SchemeRow | None:
    schemes: Schemes = refs.own
    match fact.event:
        case SchemeDrafted() as event:
            return SchemeRow(
                event.scheme,
                event.unit,
                event.year,
                event.units.root,
                event.units,
                "draft",
                1,
                event.provisions.title,
                event.provisions,
                (Amendment(1, schemes.day(fact), None),),
                None,
                None,
            )
        case SchemeAmended() as event if row is not None:
            made = Amendment(event.version, schemes.day(fact), event.reason)
            return replace(
                row,
                version=event.version,
                title=event.provisions.title,
                provisions=event.provisions,
                versions=(*row.versions, made),
            )
        case SchemeAdopted() as event if row is not None:
            return replace(row, status="in-force", document=event.document, adopted_on=event.adopted_on)
    raise TypeError(fact.type)


SCHEMES: View[SchemeRow] = View(
    name="schemes",
    version=1,
    row=SchemeRow,
    key=("scheme",),
    events=(SchemeDrafted, SchemeAmended, SchemeAdopted),
    route=_route,
    evolve=_evolve,
    indexes=(("year",),),
)


def concerns(reading: Reading, root: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the asker may read what holds for the units below `root`: whoever sees one of these units may.

    A unit is entitled to know by which rules it is assessed, though it does not see the division that made them.
    """
    below, top = alias_of(UNITS, "assessed"), alias_of(UNITS, "division")
    return sa.exists(
        sa.select(sa.literal(1)).where(
            top.c.unit == root, sa.func.starts_with(below.c.path, top.c.path), reading.visible(below.c.unit)
        )
    )


@dataclass(frozen=True, slots=True)
class SchemesOf:
    """考核办法。Schemes that concern the asker. `year` limits the list to one year."""

    year: int | None = None
    limit: int = 50
    after: str | None = None


async def list_schemes(reading: Reading, params: SchemesOf) -> Page[SchemeRow]:
    """Schemes that concern the asker, of the latest year first."""
    table = table_of(SCHEMES)
    where = [concerns(reading, table.c.root)]
    if params.year is not None:
        where.append(table.c.year == params.year)
    order = Order((table.c.year, table.c.scheme), (True, False))
    return await reading.page(
        SCHEMES, *where, order=order, limit=page_size(params.limit), cursor=params.after, item=lambda row: row
    )


@dataclass(frozen=True, slots=True)
class OneScheme:
    """一个考核办法。One scheme with its tree of indicators."""

    scheme: SchemeId


async def one_scheme(reading: Reading, params: OneScheme) -> SchemeRow | None:
    """A scheme with its tree, its triggers and its versions; None when it does not concern the asker."""
    return (await schemes_by_id(reading, [params.scheme])).get(params.scheme)


async def schemes_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, SchemeRow]:
    """Those of the schemes that concern the asker."""
    table = table_of(SCHEMES)
    found = await reading.rows(SCHEMES, table.c.scheme.in_(list(ids)), concerns(reading, table.c.root))
    return {row.scheme: row for row in found}
