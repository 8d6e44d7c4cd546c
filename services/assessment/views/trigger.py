"""Which veto triggers were reported, by whom, and what did the committee decide?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from services.assessment.events import SchemeId, TriggerConfirmed, TriggerId, TriggerRejected, TriggerReported
from services.assessment.schemes import Schemes
from services.assessment.views.paging import page_size
from shared.directory import Role
from shared.domain import PersonalText, PublicText, UnitId
from shared.facts import Fact
from shared.keys import Place
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

TRIGGER_READERS: tuple[Role, ...] = ("inspector", "coordinator", "committee")
"""A trigger that is not established yet is known to those who report and decide, where they do so; not to the unit."""

TriggerStatus = Literal["reported", "confirmed", "rejected"]
"""待审定、已认定、不予认定."""


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """A reported trigger. `event` is the report, to whose place the narrative is sealed; `by` are pseudonyms."""

    trigger: TriggerId
    scheme: SchemeId
    unit: UnitId
    code: str
    happened_on: date
    status: TriggerStatus
    narrative: PersonalText
    event: UUID
    reported_on: date
    reported_by: str
    decided_on: date | None
    decided_by: str | None
    document: PublicText | None
    reason: PublicText | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.trigger,)]


def _evolve(row: TriggerRow | None, fact: Fact, refs: References) -> TriggerRow | None:
    schemes: Schemes = refs.own
    day = schemes.day(fact)
    match fact.event:
        case TriggerReported() as event:
            return TriggerRow(
                event.trigger,
                event.scheme,
                event.unit,
                event.code,
                event.happened_on,
                "reported",
                event.narrative,
                fact.event_id,
                day,
                fact.actor.subject,
                None,
                None,
                None,
                None,
            )
        case TriggerConfirmed(document=document) if row is not None:
            return replace(row, status="confirmed", decided_on=day, decided_by=fact.actor.subject, document=document)
        case TriggerRejected(reason=reason) if row is not None:
            return replace(row, status="rejected", decided_on=day, decided_by=fact.actor.subject, reason=reason)
    raise TypeError(fact.type)


TRIGGERS: View[TriggerRow] = View(
    name="triggers",
    version=1,
    row=TriggerRow,
    key=("trigger",),
    events=(TriggerReported, TriggerConfirmed, TriggerRejected),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",),),
)


@dataclass(frozen=True, slots=True)
class TriggerAnswer:
    """A reported trigger. `narrative` is None in lists, and where its key was erased."""

    trigger: TriggerId
    scheme: SchemeId
    unit: UnitId
    code: str
    happened_on: date
    status: TriggerStatus
    narrative: str | None
    reported_on: date
    reported_by: str
    decided_on: date | None
    decided_by: str | None
    document: PublicText | None
    reason: PublicText | None


def _answer(row: TriggerRow, narrative: str | None = None) -> TriggerAnswer:
    return TriggerAnswer(
        row.trigger,
        row.scheme,
        row.unit,
        row.code,
        row.happened_on,
        row.status,
        narrative,
        row.reported_on,
        row.reported_by,
        row.decided_on,
        row.decided_by,
        row.document,
        row.reason,
    )


@dataclass(frozen=True, slots=True)
class TriggersOf:
    """否决情形的报告。Reported veto triggers. `scheme` and `status` limit the list."""

    scheme: SchemeId | None = None
    status: TriggerStatus | None = None
    limit: int = 50
    after: str | None = None


async def list_triggers(reading: Reading, params: TriggersOf) -> Page[TriggerAnswer]:
    """Reported triggers of the units that the asker sees, without their narratives."""
    table = table_of(TRIGGERS)
    where = [reading.visible(table.c.unit, TRIGGER_READERS)]
    if params.scheme is not None:
        where.append(table.c.scheme == params.scheme)
    if params.status is not None:
        where.append(table.c.status == params.status)
    order = Order((table.c.reported_on, table.c.trigger), (True, False))
    return await reading.page(
        TRIGGERS, *where, order=order, limit=page_size(params.limit), cursor=params.after, item=_answer
    )


@dataclass(frozen=True, slots=True)
class OneTrigger:
    """一个否决情形的报告。One reported trigger, with its narrative."""

    trigger: TriggerId


async def one_trigger(reading: Reading, params: OneTrigger) -> TriggerAnswer | None:
    """A reported trigger with its narrative, opened after the row was found to be the asker's to see."""
    return (await triggers_by_id(reading, [params.trigger])).get(params.trigger)


async def triggers_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, TriggerAnswer]:
    """Those of the triggers that the asker may see, with their narratives."""
    table = table_of(TRIGGERS)
    rows = await reading.rows(TRIGGERS, table.c.trigger.in_(list(ids)), reading.visible(table.c.unit, TRIGGER_READERS))
    if reading.keys is None or not rows:
        return {row.trigger: _answer(row) for row in rows}
    places = [Place(reading.log.id, f"trigger/{row.trigger}", row.event, "narrative") for row in rows]
    opened = await reading.keys.open_all([(row.narrative, place) for row, place in zip(rows, places, strict=True)])
    return {row.trigger: _answer(row, clear) for row, clear in zip(rows, opened, strict=True)}
