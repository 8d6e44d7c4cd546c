"""What did inspections find, and how far is its rectification?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from services.ledger.events import (
    FindingDescribed,
    FindingId,
    FindingStruckOff,
    InspectionFound,
    InspectionId,
    RectificationOrdered,
    RectificationReported,
    RectificationReturned,
    RectificationVerified,
    Severity,
    TaskId,
)
from services.ledger.views.inspections import INSPECTIONS
from services.ledger.views.listing import USUAL_ITEMS, length, unit_name
from services.ledger.views.people import ERASED, UNSEEN, names_of
from shared.directory import Role
from shared.domain import PersonalText, PersonId, PublicText, UnitId
from shared.facts import Fact
from shared.keys import Place
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

FindingStatus = Literal["found", "ordered", "reported", "returned", "verified", "struck-off"]
"""已登记、整改中、已上报、已退回、已核查、已销号."""

NARRATIVE_READERS: tuple[Role, ...] = ("inspector", "coordinator", "unit-head", "committee", "auditor")
"""Who reads what was found, where the role reaches the unit inspected; besides the team and whoever it names."""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding. `narrative` is sealed with the finding's own key, in the event `described_in`."""

    finding: FindingId
    inspection: InspectionId
    inspecting_unit: UnitId
    unit: UnitId
    category: PublicText
    severity: Severity
    bottom_line: str | None
    task: TaskId | None
    person: PersonId | None
    found_on: date
    found_by: PersonId
    narrative: PersonalText | None
    described_in: UUID | None
    status: FindingStatus
    requirement: PublicText | None
    due: date | None
    reported_on: date | None
    times_returned: int
    verified_on: date | None
    days_late: int | None
    struck_off_on: date | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.finding,)]


def _evolve(row: FindingRow | None, fact: Fact, refs: References) -> FindingRow | None:
    event = fact.event
    if isinstance(event, InspectionFound):
        return _found(event)
    if row is None:
        raise LookupError("a fact about a finding that was not recorded")
    match event:
        case FindingDescribed():
            return replace(row, narrative=event.narrative, described_in=fact.event_id)
        case RectificationOrdered():
            return replace(row, status="ordered", requirement=event.requirement, due=event.due)
        case RectificationReported():
            return replace(row, status="reported", reported_on=event.reported_on)
        case RectificationReturned():
            return replace(
                row, status="returned", due=event.due, reported_on=None, times_returned=row.times_returned + 1
            )
        case RectificationVerified():
            return replace(row, status="verified", verified_on=event.verified_on, days_late=event.days_late)
        case FindingStruckOff():
            return replace(row, status="struck-off", struck_off_on=event.struck_off_on)
        case _:
            raise TypeError(type(event).__name__)


def _found(event: InspectionFound) -> FindingRow:
    return FindingRow(
        finding=event.finding,
        inspection=event.inspection,
        inspecting_unit=event.inspecting_unit,
        unit=event.unit,
        category=event.category,
        severity=event.severity,
        bottom_line=event.bottom_line,
        task=event.task,
        person=event.person,
        found_on=event.found_on,
        found_by=PersonId(event.by.subject),
        narrative=None,
        described_in=None,
        status="found",
        requirement=None,
        due=None,
        reported_on=None,
        times_returned=0,
        verified_on=None,
        days_late=None,
        struck_off_on=None,
    )


FINDINGS: View[FindingRow] = View(
    name="findings",
    version=1,
    row=FindingRow,
    key=("finding",),
    events=(
        InspectionFound,
        FindingDescribed,
        RectificationOrdered,
        RectificationReported,
        RectificationReturned,
        RectificationVerified,
        FindingStruckOff,
    ),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("inspection",), ("found_on",)),
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """一个问题。A finding and its rectification.

    `narrative` is told to the team, to whom it names and to inspectors, heads, coordinators, committee and auditors
    who may see the unit; otherwise it says in brackets why not. `person`, whom it names, is told to the same and null
    to others. `days_late` counts calendar days to today while the rectification is open, and is fixed when it is
    verified.
    """

    finding: FindingId
    inspection: InspectionId
    inspecting_unit: UnitId
    unit: UnitId
    unit_name: str
    category: PublicText
    severity: Severity
    bottom_line: str | None
    task: TaskId | None
    person: PersonId | None
    person_name: str | None
    found_on: date
    found_by: PersonId
    found_by_name: str
    narrative: str
    status: FindingStatus
    requirement: PublicText | None
    due: date | None
    days_late: int
    reported_on: date | None
    times_returned: int
    verified_on: date | None
    struck_off_on: date | None


@dataclass(frozen=True, slots=True)
class ListFindings:
    """问题清单。Findings at units that the asker may see, the latest first. `limit` is at most 1000."""

    inspection: InspectionId | None = None
    unit: UnitId | None = None
    task: TaskId | None = None
    severity: Severity | None = None
    status: FindingStatus | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class GetFinding:
    """查看问题。One finding."""

    finding: FindingId


def _is_of_team(reading: Reading) -> sa.ColumnElement[bool]:
    """Whether the asker belongs to the team of the finding's inspection."""
    findings, inspections = table_of(FINDINGS), table_of(INSPECTIONS)
    return sa.exists(
        sa.select(1).where(
            inspections.c.inspection == findings.c.inspection,
            sa.func.jsonb_exists(inspections.c.team, sa.literal(str(reading.who.person), sa.Text)),
        )
    )


def may_see(reading: Reading) -> sa.ColumnElement[bool]:
    """A finding is seen by the unit inspected and those above it, by the inspecting organ, and by the team."""
    table = table_of(FINDINGS)
    return sa.or_(reading.visible(table.c.unit), reading.visible(table.c.inspecting_unit), _is_of_team(reading))


async def list_findings(reading: Reading, params: ListFindings) -> Page[Finding]:
    table = table_of(FINDINGS)
    where = [may_see(reading)]
    equal = (
        (table.c.inspection, params.inspection),
        (table.c.unit, params.unit),
        (table.c.task, params.task),
        (table.c.severity, params.severity),
        (table.c.status, params.status),
    )
    where += [column == value for column, value in equal if value is not None]
    order = Order((table.c.found_on, table.c.finding), (True, True))
    page = await reading.page(
        FINDINGS, *where, order=order, limit=length(params.limit), cursor=params.after, item=lambda row: row
    )
    return Page(tuple(await _cards(reading, page.items)), page.next, page.cursor_of)


async def get_finding(reading: Reading, params: GetFinding) -> Finding | None:
    return (await findings_by_id(reading, [params.finding])).get(params.finding)


async def findings_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, Finding]:
    """Those of the findings that the asker may see."""
    table = table_of(FINDINGS)
    rows = await reading.rows(FINDINGS, table.c.finding.in_(list(ids)), may_see(reading))
    return {finding.finding: finding for finding in await _cards(reading, rows)}


async def _cards(reading: Reading, rows: Sequence[FindingRow]) -> list[Finding]:
    readable = await _readable(reading, rows)
    people = [row.found_by for row in rows] + [row.person for row in rows if row.person is not None]
    names = await names_of(reading, people)
    narratives = await _narratives(reading, rows, readable)
    today = reading.moment.today
    return [
        Finding(
            finding=row.finding,
            inspection=row.inspection,
            inspecting_unit=row.inspecting_unit,
            unit=row.unit,
            unit_name=unit_name(reading, row.unit),
            category=row.category,
            severity=row.severity,
            bottom_line=row.bottom_line,
            task=row.task,
            person=row.person if row.finding in readable else None,
            person_name=names[row.person] if row.person and row.finding in readable else None,
            found_on=row.found_on,
            found_by=row.found_by,
            found_by_name=names[row.found_by],
            narrative=narratives[row.finding],
            status=row.status,
            requirement=row.requirement,
            due=row.due,
            days_late=days_late(row, today),
            reported_on=row.reported_on,
            times_returned=row.times_returned,
            verified_on=row.verified_on,
            struck_off_on=row.struck_off_on,
        )
        for row in rows
    ]


def days_late(row: FindingRow, today: date) -> int:
    """Calendar days after the last day: fixed once verified, to the report while that waits, to today before."""
    if row.days_late is not None:
        return row.days_late
    if row.due is None:
        return 0
    return max(0, ((row.reported_on or today) - row.due).days)


async def _readable(reading: Reading, rows: Sequence[FindingRow]) -> frozenset[FindingId]:
    """The findings whose narrative the asker may read."""
    inspections = table_of(INSPECTIONS)
    select = sa.select(inspections.c.inspection).where(
        inspections.c.inspection.in_(sorted({row.inspection for row in rows})),
        sa.func.jsonb_exists(inspections.c.team, sa.literal(str(reading.who.person), sa.Text)),
    )
    of_team = {row.inspection for row in await reading.all(select)} if rows else set()
    return frozenset(
        row.finding
        for row in rows
        if row.inspection in of_team
        or row.person == reading.who.person
        or reading.refs.directory.acting(reading.who, NARRATIVE_READERS, row.unit)
    )


async def _narratives(
    reading: Reading, rows: Sequence[FindingRow], readable: frozenset[FindingId]
) -> dict[FindingId, str]:
    told = {row.finding: UNSEEN for row in rows}
    sealed = [
        (row.finding, (row.narrative, Place(reading.log.id, f"finding/{row.finding}", row.described_in, "narrative")))
        for row in rows
        if row.finding in readable and row.narrative is not None and row.described_in is not None
    ]
    if sealed and reading.keys is not None:
        opened = await reading.keys.open_all([one for _, one in sealed])
        for (finding, _), clear in zip(sealed, opened, strict=True):
            told[finding] = ERASED if clear is None else clear
    return told
