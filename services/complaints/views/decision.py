"""Who is held accountable, how far has it come, and until when does it have effect?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from services.complaints import events as e
from services.complaints.events import CaseId, DecisionId, Form, Ground, Responsibility, SubjectClass
from services.complaints.rules.end_effect import EndEffect
from services.complaints.views.case import CASES
from services.complaints.views.seeing import holds, not_about, opened_text
from shared.directory import Role
from shared.domain import PersonalText, PersonId, PostId, PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Deadline, Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

DecisionStatus = Literal[
    "proposed", "heard", "declined", "decided", "served", "appealed", "upheld", "changed", "revoked", "ended"
]
"""拟追究、已听取陈述申辩、不予追究、已决定、已送达、申诉中、已维持、已变更、已撤销、影响期满."""

_HEADS: tuple[Role, ...] = ("unit-head",)
_HANDLERS: tuple[Role, ...] = ("case-handler",)

PUBLIC: tuple[DecisionStatus, ...] = ("served", "appealed", "upheld", "changed", "revoked", "ended")
"""What whom it concerns, and the head of the unit, may see."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision on somebody's accountability, as it stands. `case` stays with those who work on it.

    `acts_on` is the day on which its effect is over, as long as it has one that ends; `known_on` when that was known.
    """

    decision: DecisionId
    case: CaseId
    unit: UnitId
    person: PersonId | None
    persons: tuple[PersonId, ...]
    post: PostId | None
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    ground: Ground
    ground_text: PublicText | None
    facts_on: date
    status: DecisionStatus
    proposed_on: date
    heard_on: date | None
    decided_on: date | None
    decided_by: UnitId | None
    document: PublicText | None
    served_on: date | None
    appeal_until: date | None
    appealed_on: date | None
    decide_until: date | None
    answered_on: date | None
    effect_until: date | None
    acts_on: date | None
    known_on: date
    facts: PersonalText | None
    event: UUID | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.decision,)]


def _evolve(row: DecisionRow | None, fact: Fact, refs: References) -> DecisionRow:
    event, day = fact.event, _day(fact)
    if isinstance(event, e.AccountabilityProposed):
        return DecisionRow(
            event.decision,
            event.case,
            event.unit,
            event.person,
            (event.person,) if event.person else (),
            event.post,
            event.subject_class,
            event.bottom_lines,
            event.responsibility,
            event.form,
            event.ground,
            event.ground_text,
            event.facts_on,
            "proposed",
            event.proposed_on,
            *(None,) * 10,
            None,
            day,
            None,
            None,
        )
    if row is None:
        raise TypeError(fact.type)
    match event:
        case e.FactsFound():
            return replace(row, facts=event.narrative, event=fact.event_id)
        case e.PersonHeard():
            return replace(row, status="heard", heard_on=event.heard_on)
        case e.NotHeldAccountable():
            return replace(row, status="declined", decided_on=event.decided_on, document=event.document)
        case e.PersonHeldAccountable() | e.UnitHeldAccountable():
            return replace(
                row,
                status="decided",
                bottom_lines=event.bottom_lines,
                responsibility=event.responsibility,
                form=event.form,
                decided_on=event.decided_on,
                decided_by=event.decided_by,
                document=event.document,
                effect_until=event.effect_until,
            )
        case e.AccountabilityServed():
            return replace(
                row,
                status="served",
                served_on=event.served_on,
                appeal_until=event.appeal_until,
                acts_on=_day_after(event.effect_until),
                known_on=day,
            )
        case e.AccountabilityAppealed():
            return replace(row, status="appealed", appealed_on=event.appealed_on, decide_until=event.decide_until)
        case e.AccountabilityUpheld():
            return replace(row, status="upheld", answered_on=event.upheld_on)
        case e.AccountabilityChanged():
            return replace(
                row,
                status="changed",
                bottom_lines=event.bottom_lines,
                responsibility=event.responsibility,
                form=event.form,
                answered_on=event.changed_on,
                effect_until=event.effect_until,
                document=event.document,
                acts_on=_day_after(event.effect_until),
                known_on=day,
            )
        case e.AccountabilityRevoked():
            return replace(row, status="revoked", answered_on=event.revoked_on, acts_on=None)
        case e.AccountabilityEnded():
            return replace(row, status="ended", acts_on=None)
        case e.AppealWritten():
            return row
    raise TypeError(fact.type)


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day is not None else None


def _day(fact: Fact) -> date:
    return fact.occurred.date() if isinstance(fact.occurred, datetime) else fact.occurred


DECISIONS: View[DecisionRow] = View(
    name="decisions",
    version=1,
    row=DecisionRow,
    key=("decision",),
    events=(
        e.AccountabilityProposed,
        e.FactsFound,
        e.PersonHeard,
        e.NotHeldAccountable,
        e.PersonHeldAccountable,
        e.UnitHeldAccountable,
        e.AccountabilityServed,
        e.AccountabilityAppealed,
        e.AccountabilityUpheld,
        e.AccountabilityChanged,
        e.AccountabilityRevoked,
        e.AccountabilityEnded,
    ),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("person",), ("case",)),
)


def _end(row: DecisionRow) -> EndEffect:
    return EndEffect(row.decision)


END_EFFECT: Deadline[DecisionRow] = Deadline("end-effect", DECISIONS, _end)
"""On the day after the last of a decision's effect."""


@dataclass(frozen=True, slots=True)
class DecisionAnswer:
    """A decision. `case` and `facts` are None but for those who work on it; `facts` also in lists, and once erased."""

    decision: DecisionId
    case: CaseId | None
    unit: UnitId
    person: PersonId | None
    post: PostId | None
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    ground: Ground
    facts_on: date
    status: DecisionStatus
    proposed_on: date | None
    decided_on: date | None
    decided_by: UnitId | None
    document: PublicText | None
    served_on: date | None
    appeal_until: date | None
    appealed_on: date | None
    decide_until: date | None
    answered_on: date | None
    effect_until: date | None
    facts: str | None


def _answer(row: DecisionRow, inside: bool, facts: str | None = None) -> DecisionAnswer:
    return DecisionAnswer(
        row.decision,
        row.case if inside else None,
        row.unit,
        row.person,
        row.post,
        row.subject_class,
        row.bottom_lines,
        row.responsibility,
        row.form,
        row.ground,
        row.facts_on,
        row.status,
        row.proposed_on if inside else None,
        row.decided_on,
        row.decided_by,
        row.document,
        row.served_on,
        row.appeal_until,
        row.appealed_on,
        row.decide_until,
        row.answered_on,
        row.effect_until,
        facts if inside else None,
    )


def _inside(reading: Reading) -> sa.ColumnElement[bool]:
    """Those who work on it and decide on it, and auditors; never whom it is about."""
    table = table_of(DECISIONS)
    roles = reading.visible(table.c.unit, ("case-supervisor", "committee", "auditor"))
    cases = table_of(CASES)
    theirs = sa.select(cases.c.case).where(holds(cases.c.handler_persons, reading.who.person))
    handled = sa.and_(table.c.case.in_(theirs), reading.visible(table.c.unit, _HANDLERS))
    return sa.and_(sa.or_(roles, handled), not_about(reading, table.c.unit, table.c.persons))


def _concerned(reading: Reading) -> sa.ColumnElement[bool]:
    """Whom a served decision concerns, and the head of the unit."""
    table = table_of(DECISIONS)
    mine = sa.or_(table.c.person == reading.who.person, reading.visible(table.c.unit, _HEADS))
    return sa.and_(mine, table.c.status.in_(PUBLIC))


@dataclass(frozen=True, slots=True)
class DecisionsOf:
    """责任追究列表。Decisions on a unit, or of a status."""

    unit: UnitId | None = None
    status: DecisionStatus | None = None
    limit: int = 50
    after: str | None = None


async def list_decisions(reading: Reading, params: DecisionsOf) -> Page[DecisionAnswer]:
    """Decisions that the asker sees, without what was found; the latest facts first."""
    table = table_of(DECISIONS)
    where = [sa.or_(_inside(reading), _concerned(reading))]
    if params.unit is not None:
        where.append(table.c.unit == params.unit)
    if params.status is not None:
        where.append(table.c.status == params.status)
    order = Order((table.c.facts_on, table.c.decision), (True, False))
    return await reading.page(
        DECISIONS,
        *where,
        order=order,
        limit=max(1, min(params.limit, 200)),
        cursor=params.after,
        item=lambda row: _answer(row, inside=False),
    )


@dataclass(frozen=True, slots=True)
class OneDecision:
    """一项责任追究。One decision; with what was found, for those who work on it."""

    decision: DecisionId


async def one_decision(reading: Reading, params: OneDecision) -> DecisionAnswer | None:
    return (await decisions_by_id(reading, [params.decision])).get(params.decision)


async def decisions_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, DecisionAnswer]:
    """Those of the decisions that the asker may see, each as much of it as they may."""
    key = table_of(DECISIONS).c.decision.in_(list(ids))
    inside = await reading.rows(DECISIONS, key, _inside(reading))
    outside = await reading.rows(DECISIONS, key, _concerned(reading))
    found = {row.decision: _answer(row, inside=False) for row in outside}
    for row in inside:
        facts = await opened_text(reading, row.facts, f"decision/{row.decision}", row.event, "narrative")
        found[row.decision] = _answer(row, inside=True, facts=facts)
    return {str(key): answer for key, answer in found.items()}


async def decisions_of_units(reading: Reading, units: Sequence[str]) -> dict[str, tuple[DecisionAnswer, ...]]:
    """Of each unit the decisions that the asker may see, the latest facts first."""
    table = table_of(DECISIONS)
    rows = await reading.rows(
        DECISIONS,
        table.c.unit.in_(list(units)),
        sa.or_(_inside(reading), _concerned(reading)),
        order_by=(table.c.facts_on.desc(), table.c.decision),
    )
    found: dict[str, tuple[DecisionAnswer, ...]] = {unit: () for unit in units}
    for row in rows:
        found[row.unit] = (*found[row.unit], _answer(row, inside=False))
    return found


@dataclass(frozen=True, slots=True)
class CatalogueOf:
    """责任追究目录。The catalogue of bottom lines and grounds as it is today."""


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One item: a bottom line (`classes` says for which subjects), or an exempting ground."""

    code: str
    kind: Literal["bottom-line", "exemption"]
    text: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogueAnswer:
    items: tuple[CatalogueItem, ...]


async def catalogue(reading: Reading, params: CatalogueOf) -> CatalogueAnswer:
    """Public to everybody who may sign in."""
    terms, today = reading.refs.terms, reading.moment.today
    items: list[CatalogueItem] = []
    for name in sorted(terms.values):
        kind, _, code = name.partition("/")
        if kind == "bottom-line":
            term = terms.on(name, today)
            items.append(CatalogueItem(code, "bottom-line", term.reference, tuple(term.value.split())))
        elif kind == "exemption":
            items.append(CatalogueItem(code, "exemption", terms.on(name, today).reference, ()))
    return CatalogueAnswer(tuple(items))
