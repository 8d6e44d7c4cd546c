"""Which reports were received, without their words and without who wrote them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from services.intake.events import (
    AnswerRated,
    Category,
    Channel,
    ComplaintId,
    ComplaintLodged,
    ReporterWrote,
    Satisfaction,
)
from services.intake.views.paging import page_size
from shared.directory import Role
from shared.domain import UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

REPORT_READERS: tuple[Role, ...] = ("intake-clerk", "case-supervisor", "auditor")
"""Who knows that a report exists, where they reach the body that received it; never whoever is of the unit complained of."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report that entered the log. `messages` counts what the reporter sent later; `satisfaction` is the latest rating."""

    complaint: ComplaintId
    category: Category
    channel: Channel
    unit: UnitId
    about_chief: bool
    task: str | None
    received_by: UnitId
    by_name: bool
    reachable: bool
    lodged_on: date
    messages: int
    satisfaction: Satisfaction | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.complaint,)]


def _evolve(row: ReportRow | None, fact: Fact, refs: References) -> ReportRow | None:
    match fact.event:
        case ComplaintLodged() as event:
            return ReportRow(
                event.complaint,
                event.category,
                event.channel,
                event.unit,
                event.about_chief,
                event.task,
                event.received_by,
                event.by_name,
                event.reachable,
                event.lodged_on,
                0,
                None,
            )
        case ReporterWrote(number=number) if row is not None:
            return replace(row, messages=number)
        case AnswerRated(satisfaction=satisfaction) if row is not None:
            return replace(row, satisfaction=satisfaction)
    raise TypeError(fact.type)


REPORTS: View[ReportRow] = View(
    name="reports",
    version=1,
    row=ReportRow,
    key=("complaint",),
    events=(ComplaintLodged, ReporterWrote, AnswerRated),
    route=_route,
    evolve=_evolve,
    indexes=(("received_by",), ("unit",)),
)

ReportAnswer = ReportRow
"""Nothing of a row has to be opened or left out."""


@dataclass(frozen=True, slots=True)
class ReportsOf:
    """信访件列表。Reports that were received. `unit` (complained of) and `category` limit the list."""

    unit: UnitId | None = None
    category: Category | None = None
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class OneReport:
    """一件信访件。One report, without its words and without who wrote it."""

    complaint: ComplaintId


def may_see(reading: Reading, roles: Sequence[Role] = REPORT_READERS) -> sa.ColumnElement[bool]:
    """The reports whose receiving body the asker reaches, but none about a unit in which they hold or held a post."""
    table = table_of(REPORTS)
    own = reading.refs.directory.units_of(reading.who.person) | {held.unit for held in reading.who.posts}
    return sa.and_(reading.visible(table.c.received_by, roles), table.c.unit.not_in(sorted(own)))


async def list_reports(reading: Reading, params: ReportsOf) -> Page[ReportRow]:
    table = table_of(REPORTS)
    where = [may_see(reading)]
    if params.unit is not None:
        where.append(table.c.unit == params.unit)
    if params.category is not None:
        where.append(table.c.category == params.category)
    order = Order((table.c.lodged_on, table.c.complaint), (True, False))
    return await reading.page(
        REPORTS, *where, order=order, limit=page_size(params.limit), cursor=params.after, item=lambda row: row
    )


async def one_report(reading: Reading, params: OneReport) -> ReportRow | None:
    return next(iter(await visible_reports(reading, [params.complaint])), None)


async def visible_reports(reading: Reading, complaints: Sequence[str]) -> list[ReportRow]:
    """Those of the reports that the asker may see, by their random ids."""
    table = table_of(REPORTS)
    return await reading.rows(REPORTS, table.c.complaint.in_(list(complaints)), may_see(reading))
