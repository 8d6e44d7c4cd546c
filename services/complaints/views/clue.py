"""Which clues are on the books, with whom, how far have they come, and which are sat on?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from services.complaints import events as e
from services.complaints.events import ClueId, ClueOrigin, ClueStep, Disposal, ReportedTo
from services.complaints.views.seeing import handles_or_supervises, not_about, opened_text
from shared.domain import PersonalText, PersonId, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

ClueStatus = Literal["open", "settled", "became-case"]


@dataclass(frozen=True, slots=True)
class Custody:
    """One hand-over, signed by both: who had it, who has it from `taken_on` on."""

    giver: PersonId
    taker: PersonId
    taken_on: date


@dataclass(frozen=True, slots=True)
class ClueRow:
    """A clue as it stands. `last_act_on` is when anything was last done about it; `event` is where the text is sealed."""

    clue: ClueId
    unit: UnitId
    origin: ClueOrigin
    source: str
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    status: ClueStatus
    custodian: PersonId
    offered_to: PersonId | None
    custody: tuple[Custody, ...]
    proposed: Disposal | None
    approved: Disposal | None
    steps: tuple[ClueStep, ...]
    reported_to: tuple[ReportedTo, ...]
    opened_on: date
    last_act_on: date
    case: str | None
    narrative: PersonalText | None
    event: UUID | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.clue,)]


def _evolve(row: ClueRow | None, fact: Fact, refs: References) -> ClueRow:
    event = fact.event
    if isinstance(event, e.ClueOpened):
        return ClueRow(
            event.clue,
            event.unit,
            event.origin,
            event.source,
            event.about_unit,
            event.about_persons,
            event.task,
            "open",
            event.custodian,
            None,
            (),
            None,
            None,
            (),
            (),
            event.opened_on,
            event.opened_on,
            None,
            None,
            None,
        )
    if row is None:
        raise TypeError(fact.type)
    match event:
        case e.ClueDescribed():
            return replace(row, narrative=event.narrative, event=fact.event_id)
        case e.CustodyOffered():
            return replace(row, offered_to=event.taker)
        case e.CustodyTaken():
            custody = (*row.custody, Custody(event.giver, event.taker, event.taken_on))
            return replace(row, custodian=event.taker, offered_to=None, custody=custody)
        case e.CustodyWithdrawn():
            custody = (*row.custody, Custody(event.withdrawn_from, event.custodian, event.withdrawn_on))
            return replace(row, custodian=event.custodian, offered_to=None, custody=custody)
        case e.ClueConcerns():
            return replace(row, about_persons=(*row.about_persons, *event.persons))
        case e.DisposalProposed():
            return replace(row, proposed=event.disposal, last_act_on=event.proposed_on)
        case e.DisposalApproved():
            status: ClueStatus = "settled" if event.disposal == "settled" else "open"
            return replace(row, proposed=None, approved=event.disposal, status=status, last_act_on=event.approved_on)
        case e.ClueStepTaken():
            return replace(row, steps=(*row.steps, event.step), last_act_on=max(row.last_act_on, event.taken_on))
        case e.ClueReportedUp():
            return replace(row, reported_to=(*row.reported_to, event.to))
        case e.ClueBecameCase():
            return replace(row, status="became-case", case=event.case, last_act_on=_day(fact))
    raise TypeError(fact.type)


def _day(fact: Fact) -> date:
    return fact.occurred.date() if isinstance(fact.occurred, datetime) else fact.occurred


CLUES: View[ClueRow] = View(
    name="clues",
    version=1,
    row=ClueRow,
    key=("clue",),
    events=(
        e.ClueOpened,
        e.ClueDescribed,
        e.CustodyOffered,
        e.CustodyTaken,
        e.CustodyWithdrawn,
        e.ClueConcerns,
        e.DisposalProposed,
        e.DisposalApproved,
        e.ClueStepTaken,
        e.ClueReportedUp,
        e.ClueBecameCase,
    ),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("custodian",)),
)


@dataclass(frozen=True, slots=True)
class ClueAnswer:
    """A clue. `narrative` is None in lists, and where its key was erased. `dual_report_missing` names who was not told."""

    clue: ClueId
    unit: UnitId
    origin: ClueOrigin
    source: str
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    status: ClueStatus
    custodian: PersonId
    offered_to: PersonId | None
    custody: tuple[Custody, ...]
    proposed: Disposal | None
    approved: Disposal | None
    steps: tuple[ClueStep, ...]
    dual_report_missing: tuple[ReportedTo, ...]
    opened_on: date
    last_act_on: date
    case: str | None
    narrative: str | None


_BOTH: tuple[ReportedTo, ...] = ("same-level-committee", "upper-discipline-body")


def _answer(row: ClueRow, narrative: str | None = None) -> ClueAnswer:
    return ClueAnswer(
        row.clue,
        row.unit,
        row.origin,
        row.source,
        row.about_unit,
        row.about_persons,
        row.task,
        row.status,
        row.custodian,
        row.offered_to,
        row.custody,
        row.proposed,
        row.approved,
        row.steps,
        tuple(to for to in _BOTH if to not in row.reported_to),
        row.opened_on,
        row.last_act_on,
        row.case,
        narrative,
    )


def _seen(reading: Reading) -> sa.ColumnElement[bool]:
    """Custodian, who is to take it over, supervisors and auditors of the body; never whom it is about."""
    table = table_of(CLUES)
    mine = sa.or_(table.c.custodian == reading.who.person, table.c.offered_to == reading.who.person)
    return sa.and_(
        handles_or_supervises(reading, table.c.unit, mine),
        not_about(reading, table.c.about_unit, table.c.about_persons),
    )


@dataclass(frozen=True, slots=True)
class CluesOf:
    """问题线索列表。Clues. `idle_since` keeps those on which nothing was done since that day (压案不查)."""

    status: ClueStatus | None = None
    idle_since: date | None = None
    dual_report_missing: bool = False
    limit: int = 50
    after: str | None = None


async def list_clues(reading: Reading, params: CluesOf) -> Page[ClueAnswer]:
    """Clues that the asker sees, without their texts; the oldest first."""
    table = table_of(CLUES)
    where = [_seen(reading)]
    if params.status is not None:
        where.append(table.c.status == params.status)
    if params.idle_since is not None:
        where += [table.c.status == "open", table.c.last_act_on <= params.idle_since]
    if params.dual_report_missing:
        where.append(sa.func.jsonb_array_length(table.c.reported_to) < len(_BOTH))
    order = Order((table.c.opened_on, table.c.clue), (False, False))
    return await reading.page(
        CLUES, *where, order=order, limit=max(1, min(params.limit, 200)), cursor=params.after, item=_answer
    )


@dataclass(frozen=True, slots=True)
class OneClue:
    """一条问题线索。One clue, with its text and its chain of custody."""

    clue: ClueId


async def one_clue(reading: Reading, params: OneClue) -> ClueAnswer | None:
    return (await clues_by_id(reading, [params.clue])).get(params.clue)


async def clues_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, ClueAnswer]:
    """Those of the clues that the asker may see, with their texts."""
    rows = await reading.rows(CLUES, table_of(CLUES).c.clue.in_(list(ids)), _seen(reading))
    found: dict[str, ClueAnswer] = {}
    for row in rows:
        text = await opened_text(reading, row.narrative, f"clue/{row.clue}", row.event, "narrative")
        found[row.clue] = _answer(row, text)
    return found
