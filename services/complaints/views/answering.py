"""Who had answered for a unit or a task, by signature or as its leader, and since when? What a case's second inquiry lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.complaints.events import SignatureKind, Signer
from services.complaints.state import KnownSigners, RunningCase
from services.ledger.events import (
    ClaimSigned,
    CommitmentMade,
    Endorsed,
    LetterSigned,
    TaskAmended,
    TaskHandedOver,
    TaskIssued,
)
from shared.domain import PersonId, PostId, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class AnsweringRow:
    """Somebody answers for something from `since` on, by the fact `event` of the ledger.

    `subject` is its stream; `task` the task it is about, if it is; who leads a task does so until the next one does.
    """

    event: str
    unit: UnitId
    task: str | None
    person: PersonId
    post: PostId | None
    kind: SignatureKind
    subject: str
    since: date


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(str(fact.event_id),)]


def _evolve(row: AnsweringRow | None, fact: Fact, refs: References) -> AnsweringRow:
    event = fact.event
    match event:
        case LetterSigned():
            return _signed(fact, event.unit, None, "letter", f"letter/{event.letter}", event.signed_on, event.by)
        case ClaimSigned():
            return _signed(fact, event.unit, event.task, "claim", f"task/{event.task}", event.signed_on, event.by)
        case Endorsed():
            task = event.subject.removeprefix("task/") if event.subject.startswith("task/") else None
            return _signed(fact, event.unit, task, "endorsement", event.subject, event.signed_on, event.by)
        case CommitmentMade():
            return _signed(
                fact, event.unit, None, "commitment", f"commitment/{event.commitment}", event.made_on, event.by
            )
        case TaskIssued():
            return _leads(fact, event, event.unit, event.issued_on)
        case TaskAmended():
            return _leads(fact, event, event.unit, _day(fact))
        case TaskHandedOver():
            return _leads(fact, event, event.to, event.handed_over_on)
    raise TypeError(fact.type)


def _signed(
    fact: Fact, unit: UnitId, task: str | None, kind: SignatureKind, subject: str, since: date, by: Any
) -> AnsweringRow:
    return AnsweringRow(str(fact.event_id), unit, task, PersonId(by.subject), by.post, kind, subject, since)


def _leads(fact: Fact, event: Any, unit: UnitId, since: date) -> AnsweringRow:
    return AnsweringRow(
        str(fact.event_id),
        unit,
        event.task,
        event.leader_person,
        event.leader_post,
        "task-leader",
        f"task/{event.task}",
        since,
    )


def _day(fact: Fact) -> date:
    return fact.occurred.date() if isinstance(fact.occurred, datetime) else fact.occurred


ANSWERING: View[AnsweringRow] = View(
    name="answering",
    version=1,
    row=AnsweringRow,
    key=("event",),
    events=(LetterSigned, ClaimSigned, Endorsed, CommitmentMade, TaskIssued, TaskAmended, TaskHandedOver),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("task",)),
)


async def known_signers(reading: Reading, case: Any) -> KnownSigners:
    """Everybody who by the day of the facts had signed or endorsed for the unit or the task of a running case, or then led
    the task; as known at the position that comes with them. Nobody for a case that is not running: the rule refuses it."""
    position = await reading.position_of(ANSWERING)
    if not isinstance(case, RunningCase):
        return KnownSigners((), position)
    table = table_of(ANSWERING)
    concerned = [sa.and_(table.c.unit == case.about_unit, table.c.kind != "task-leader")]
    if case.task is not None:
        concerned.append(table.c.task == case.task)
    rows = await reading.rows(
        ANSWERING, sa.or_(*concerned), table.c.since <= case.facts_on, order_by=(table.c.since, table.c.event)
    )
    led = [row for row in rows if row.kind == "task-leader"][-1:]
    signed = [row for row in rows if row.kind != "task-leader"]
    signers = tuple(
        Signer(row.person, row.post, row.kind, row.subject, row.since, row.event) for row in (*signed, *led)
    )
    return KnownSigners(signers, position)
