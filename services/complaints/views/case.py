"""Which cases are filed, who works on them, what was done, and what came of them and of their second inquiry?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from services.complaints import events as e
from services.complaints.events import CaseId, ClueId, FourForms, Signer
from services.complaints.views.seeing import handles_or_supervises, holds, not_about, opened_text
from shared.domain import PersonalText, PersonId, PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

CaseStatus = Literal["investigated", "concluded", "closed"]
InquiryStatus = Literal["none", "open", "concluded"]


@dataclass(frozen=True, slots=True)
class Working:
    """Somebody who works on a case; from a `zone` if that is named, until `until` if that is."""

    person: PersonId
    zone: PublicText | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the investigation, sealed in the event `event`."""

    number: int
    taken_on: date
    event: UUID


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer to another organ, or from it."""

    organ: PublicText
    incoming: bool
    document: PublicText
    transferred_on: date


@dataclass(frozen=True, slots=True)
class Applied:
    """Which of the four forms was applied to somebody."""

    person: PersonId
    form: FourForms
    basis: PublicText


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it stands. `recovered_minor` in fen; `signers` are those whom the second inquiry lists."""

    case: CaseId
    clue: ClueId
    unit: UnitId
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    facts_on: date
    filed_on: date
    status: CaseStatus
    handlers: tuple[Working, ...]
    handler_persons: tuple[PersonId, ...]
    steps: tuple[Step, ...]
    transfers: tuple[Transfer, ...]
    recovered_minor: int
    forms: tuple[Applied, ...]
    substantiated: bool | None
    major: bool | None
    concluded_on: date | None
    inquiry: InquiryStatus
    signers: tuple[Signer, ...]
    answerable: tuple[PersonId, ...]
    closed_on: date | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.case,)]


def _evolve(row: CaseRow | None, fact: Fact, refs: References) -> CaseRow:
    event = fact.event
    if isinstance(event, e.CaseFiled):
        return CaseRow(
            event.case,
            event.clue,
            event.unit,
            event.about_unit,
            event.about_persons,
            event.task,
            event.facts_on,
            event.filed_on,
            "investigated",
            (),
            (),
            (),
            (),
            0,
            (),
            None,
            None,
            None,
            "none",
            (),
            (),
            None,
        )
    if row is None:
        raise TypeError(fact.type)
    match event:
        case e.HandlerAssigned():
            others = tuple(w for w in row.handlers if w.person != event.handler)
            return _working(row, (*others, Working(event.handler, event.zone, event.until)))
        case e.HandlerTakenOff():
            return _working(row, tuple(w for w in row.handlers if w.person != event.handler))
        case e.CaseConcerns():
            return replace(row, about_persons=(*row.about_persons, *event.persons))
        case e.CaseStepRecorded():
            return replace(row, steps=(*row.steps, Step(event.number, event.taken_on, fact.event_id)))
        case e.CaseTransferred():
            transfer = Transfer(event.organ, event.incoming, event.document, event.transferred_on)
            return replace(row, transfers=(*row.transfers, transfer))
        case e.AmountRecovered():
            return replace(row, recovered_minor=row.recovered_minor + event.amount_minor)
        case e.FormRecorded():
            others_forms = tuple(f for f in row.forms if f.person != event.person)
            return replace(row, forms=(*others_forms, Applied(event.person, event.form, event.basis)))
        case e.CaseConcluded():
            return replace(
                row,
                status="concluded",
                substantiated=event.substantiated,
                major=event.major,
                concluded_on=event.concluded_on,
            )
        case e.LeadershipInquiryOpened():
            return replace(row, inquiry="open", signers=event.signers)
        case e.LeadershipInquiryConcluded():
            return replace(row, inquiry="concluded", answerable=event.answerable)
        case e.CaseClosed():
            return replace(row, status="closed", closed_on=event.closed_on)
    raise TypeError(fact.type)


def _working(row: CaseRow, handlers: tuple[Working, ...]) -> CaseRow:
    return replace(row, handlers=handlers, handler_persons=tuple(working.person for working in handlers))


CASES: View[CaseRow] = View(
    name="cases",
    version=1,
    row=CaseRow,
    key=("case",),
    events=(
        e.CaseFiled,
        e.HandlerAssigned,
        e.HandlerTakenOff,
        e.CaseConcerns,
        e.CaseStepRecorded,
        e.CaseTransferred,
        e.AmountRecovered,
        e.FormRecorded,
        e.CaseConcluded,
        e.LeadershipInquiryOpened,
        e.LeadershipInquiryConcluded,
        e.CaseClosed,
    ),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("about_unit",)),
)


@dataclass(frozen=True, slots=True)
class CaseStepRow:
    """The words of a step, sealed."""

    case: CaseId
    number: int
    narrative: PersonalText
    event: UUID


def _route_step(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.case, fact.event.number)]


def _evolve_step(row: CaseStepRow | None, fact: Fact, refs: References) -> CaseStepRow:
    event = fact.event
    return CaseStepRow(event.case, event.number, event.narrative, fact.event_id)


CASE_STEPS: View[CaseStepRow] = View(
    name="case-steps",
    version=1,
    row=CaseStepRow,
    key=("case", "number"),
    events=(e.CaseStepRecorded,),
    route=_route_step,
    evolve=_evolve_step,
)


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """A step of the investigation; `narrative` is None in lists, and where its key was erased."""

    number: int
    taken_on: date
    narrative: str | None


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """A case. `signers` is the list of the second inquiry (一案双查): who had answered for unit or task, and by what."""

    case: CaseId
    clue: ClueId
    unit: UnitId
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    facts_on: date
    filed_on: date
    status: CaseStatus
    handlers: tuple[Working, ...]
    steps: tuple[StepAnswer, ...]
    transfers: tuple[Transfer, ...]
    recovered_minor: int
    forms: tuple[Applied, ...]
    substantiated: bool | None
    major: bool | None
    concluded_on: date | None
    inquiry: InquiryStatus
    signers: tuple[Signer, ...]
    answerable: tuple[PersonId, ...]
    closed_on: date | None


def _answer(row: CaseRow, texts: dict[int, str | None] | None = None) -> CaseAnswer:
    steps = tuple(StepAnswer(step.number, step.taken_on, (texts or {}).get(step.number)) for step in row.steps)
    return CaseAnswer(
        row.case,
        row.clue,
        row.unit,
        row.about_unit,
        row.about_persons,
        row.task,
        row.facts_on,
        row.filed_on,
        row.status,
        row.handlers,
        steps,
        row.transfers,
        row.recovered_minor,
        row.forms,
        row.substantiated,
        row.major,
        row.concluded_on,
        row.inquiry,
        row.signers,
        row.answerable,
        row.closed_on,
    )


def _seen(reading: Reading) -> sa.ColumnElement[bool]:
    """Its handlers, supervisors, committee and auditors of the body; never whom it is about."""
    table = table_of(CASES)
    mine = holds(table.c.handler_persons, reading.who.person)
    return sa.and_(
        handles_or_supervises(reading, table.c.unit, mine),
        not_about(reading, table.c.about_unit, table.c.about_persons),
    )


def _access_ended(row: CaseRow, reading: Reading) -> bool:
    """Whether the asker sees a case by nothing but work on it that has ended (协作区权限到期)."""
    mine = [working for working in row.handlers if working.person == reading.who.person]
    if not mine or mine[0].until is None or mine[0].until >= reading.moment.today:
        return False
    supervises: Sequence[str] = ("case-supervisor", "auditor", "committee")
    return not any(role in supervises for held in reading.who.posts for role in held.roles)


@dataclass(frozen=True, slots=True)
class CasesOf:
    """案件列表。Cases of a status, or whose second inquiry is at one."""

    status: CaseStatus | None = None
    inquiry: InquiryStatus | None = None
    limit: int = 50
    after: str | None = None


async def list_cases(reading: Reading, params: CasesOf) -> Page[CaseAnswer]:
    """Cases that the asker sees, without the words of their steps; the latest first."""
    table = table_of(CASES)
    where = [_seen(reading)]
    if params.status is not None:
        where.append(table.c.status == params.status)
    if params.inquiry is not None:
        where.append(table.c.inquiry == params.inquiry)
    order = Order((table.c.filed_on, table.c.case), (True, False))
    return await reading.page(
        CASES, *where, order=order, limit=max(1, min(params.limit, 200)), cursor=params.after, item=_answer
    )


@dataclass(frozen=True, slots=True)
class OneCase:
    """一个案件。One case, with the words of its steps."""

    case: CaseId


async def one_case(reading: Reading, params: OneCase) -> CaseAnswer | None:
    return (await cases_by_id(reading, [params.case])).get(params.case)


async def cases_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, CaseAnswer]:
    """Those of the cases that the asker may see, with the words of their steps."""
    rows = await reading.rows(CASES, table_of(CASES).c.case.in_(list(ids)), _seen(reading))
    rows = [row for row in rows if not _access_ended(row, reading)]
    if not rows:
        return {}
    steps = await reading.rows(CASE_STEPS, table_of(CASE_STEPS).c.case.in_([row.case for row in rows]))
    texts: dict[str, dict[int, str | None]] = {}
    for step in steps:
        text = await opened_text(reading, step.narrative, f"case/{step.case}", step.event, "narrative")
        texts.setdefault(step.case, {})[step.number] = text
    return {row.case: _answer(row, texts.get(row.case)) for row in rows}


@dataclass(frozen=True, slots=True)
class CaseFiguresOf:
    """案件统计。Figures of the cases filed in a year; by default this one."""

    year: int | None = None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """立案、结案、大要案、移送、追缴 of a year. `recovered_minor` in fen."""

    year: int
    filed: int
    concluded: int
    substantiated: int
    major: int
    transferred: int
    recovered_minor: int


async def case_figures(reading: Reading, params: CaseFiguresOf) -> CaseFigures:
    """Of the cases that the asker sees."""
    year = params.year if params.year is not None else reading.moment.today.year
    if not 1900 <= year <= 9998:
        return CaseFigures(year, 0, 0, 0, 0, 0, 0)
    table = table_of(CASES)
    rows = await reading.rows(
        CASES, _seen(reading), table.c.filed_on >= date(year, 1, 1), table.c.filed_on < date(year + 1, 1, 1)
    )
    return CaseFigures(
        year,
        len(rows),
        sum(row.concluded_on is not None for row in rows),
        sum(bool(row.substantiated) for row in rows),
        sum(bool(row.major) for row in rows),
        sum(any(not t.incoming for t in row.transfers) for row in rows),
        sum(row.recovered_minor for row in rows),
    )
