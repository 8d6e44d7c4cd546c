"""Which inspections are there, of whom, by whom?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import sqlalchemy as sa

from services.ledger.events import InspectionClosed, InspectionId, InspectionKind, InspectionOpened
from services.ledger.views.listing import USUAL_ITEMS, any_visible, length, unit_name
from services.ledger.views.people import names_of
from shared.domain import PersonId, PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

InspectionStatus = Literal["open", "closed"]
"""进行中、已结束."""


@dataclass(frozen=True, slots=True)
class InspectionRow:
    inspection: InspectionId
    unit: UnitId
    title: PublicText
    kind: InspectionKind
    comprehensive: bool
    targets: tuple[UnitId, ...]
    team: tuple[PersonId, ...]
    basis: PublicText
    window_from: date
    window_to: date
    authorisation: PublicText | None
    status: InspectionStatus
    closed_on: date | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.inspection,)]


def _evolve(row: InspectionRow | None, fact: Fact, refs: References) -> InspectionRow | None:
    match fact.event:
        case InspectionOpened() as opened:
            return InspectionRow(
                inspection=opened.inspection,
                unit=opened.unit,
                title=opened.title,
                kind=opened.kind,
                comprehensive=opened.comprehensive,
                targets=opened.targets,
                team=opened.team,
                basis=opened.basis,
                window_from=opened.window_from,
                window_to=opened.window_to,
                authorisation=opened.authorisation,
                status="open",
                closed_on=None,
            )
        case InspectionClosed() as closed if row is not None:
            return replace(row, status="closed", closed_on=closed.closed_on)
        case _:
            raise LookupError("a fact about an inspection that was not opened")


INSPECTIONS: View[InspectionRow] = View(
    name="inspections",
    version=1,
    row=InspectionRow,
    key=("inspection",),
    events=(InspectionOpened, InspectionClosed),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("window_from",)),
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inspection:
    """一次督查。`unit` is the inspecting organ, `targets` the units inspected, `team` those who may record findings."""

    inspection: InspectionId
    unit: UnitId
    unit_name: str
    title: PublicText
    kind: InspectionKind
    comprehensive: bool
    targets: tuple[UnitId, ...]
    target_names: tuple[str, ...]
    team: tuple[PersonId, ...]
    team_names: tuple[str, ...]
    basis: PublicText
    window_from: date
    window_to: date
    authorisation: PublicText | None
    status: InspectionStatus
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class ListInspections:
    """督查清单。Inspections by or of units that the asker may see, the latest first. `limit` is at most 1000."""

    status: InspectionStatus | None = None
    kind: InspectionKind | None = None
    target: UnitId | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class GetInspection:
    """查看督查。One inspection."""

    inspection: InspectionId


def may_see(reading: Reading) -> sa.ColumnElement[bool]:
    """An inspection is seen by the organ, by its team, and by the units inspected."""
    table = table_of(INSPECTIONS)
    return sa.or_(
        reading.visible(table.c.unit),
        any_visible(reading, table.c.targets),
        sa.func.jsonb_exists(table.c.team, sa.literal(str(reading.who.person), sa.Text)),
    )


async def list_inspections(reading: Reading, params: ListInspections) -> Page[Inspection]:
    table = table_of(INSPECTIONS)
    where = [may_see(reading)]
    if params.status is not None:
        where.append(table.c.status == params.status)
    if params.kind is not None:
        where.append(table.c.kind == params.kind)
    if params.target is not None:
        where.append(sa.func.jsonb_exists(table.c.targets, sa.literal(str(params.target), sa.Text)))
    order = Order((table.c.window_from, table.c.inspection), (True, True))
    page = await reading.page(
        INSPECTIONS, *where, order=order, limit=length(params.limit), cursor=params.after, item=lambda row: row
    )
    return Page(tuple(await _cards(reading, page.items)), page.next, page.cursor_of)


async def get_inspection(reading: Reading, params: GetInspection) -> Inspection | None:
    return (await inspections_by_id(reading, [params.inspection])).get(params.inspection)


async def inspections_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, Inspection]:
    """Those of the inspections that the asker may see."""
    table = table_of(INSPECTIONS)
    rows = await reading.rows(INSPECTIONS, table.c.inspection.in_(list(ids)), may_see(reading))
    return {inspection.inspection: inspection for inspection in await _cards(reading, rows)}


async def _cards(reading: Reading, rows: Sequence[InspectionRow]) -> list[Inspection]:
    names = await names_of(reading, [person for row in rows for person in row.team])
    return [
        Inspection(
            inspection=row.inspection,
            unit=row.unit,
            unit_name=unit_name(reading, row.unit),
            title=row.title,
            kind=row.kind,
            comprehensive=row.comprehensive,
            targets=row.targets,
            target_names=tuple(unit_name(reading, target) for target in row.targets),
            team=row.team,
            team_names=tuple(names[person] for person in row.team),
            basis=row.basis,
            window_from=row.window_from,
            window_to=row.window_to,
            authorisation=row.authorisation,
            status=row.status,
            closed_on=row.closed_on,
        )
        for row in rows
    ]
