"""Which facts are evidence, and what each says to the score. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from services.assessment.events import EvidenceKind, OverdueDaysCounted, Severity
from services.assessment.schemes import Schemes, assessed_unit
from services.complaints.events import (
    AccountabilityChanged,
    AccountabilityRevoked,
    AccountabilityServed,
    ComplaintEvidenceCounted,
    Form,
)
from services.intake.events import Category
from services.ledger.events import (
    CompletionAccepted,
    CompletionClaimed,
    CompletionReturned,
    ExtensionGranted,
    InspectionFound,
    RectificationOrdered,
    RectificationReported,
    RectificationReturned,
    RectificationVerified,
    TaskAmended,
    TaskCancelled,
    TaskFellOverdue,
    TaskHandedOver,
    TaskResumed,
    TaskSuspended,
)
from shared.directory import Directory
from shared.domain import UnitId
from shared.facts import Fact

EVIDENCE_EVENTS: tuple[type, ...] = (
    TaskFellOverdue,
    CompletionClaimed,
    CompletionReturned,
    CompletionAccepted,
    ExtensionGranted,
    TaskAmended,
    TaskSuspended,
    TaskResumed,
    TaskCancelled,
    TaskHandedOver,
    InspectionFound,
    RectificationOrdered,
    RectificationReported,
    RectificationReturned,
    RectificationVerified,
    OverdueDaysCounted,
    AccountabilityServed,
    AccountabilityChanged,
    AccountabilityRevoked,
    ComplaintEvidenceCounted,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One fact as the score sees it. `subject` is the stream of the task or finding; `occurred` a date in the log's zone.

    `due` is the time limit as it then was; `until` the day up to which it is known to be overdue, or on which it was
    claimed or reported. Both are None where the fact does not say.
    """

    kind: EvidenceKind
    subject: str
    occurred: date
    due: date | None
    until: date | None
    severity: Severity | None
    position: int
    event: str
    type: str
    source: str
    source_seq: int | None
    recorded_by: str
    form: Form | None = None
    category: Category | None = None
    count: int | None = None


def evidence_day(fact: Fact, schemes: Schemes) -> date:
    """The day to which a fact belongs, in the log's zone: when it occurred.

    What becomes of a served decision later belongs to the day of its service, so that it takes back what that cost
    wherever it was counted; a half-year's count of complaints belongs to the half-year's last day.
    """
    match fact.event:
        case AccountabilityChanged(served_on=day) | AccountabilityRevoked(served_on=day):
            return day
        case ComplaintEvidenceCounted(period_to=day):
            return day
        case _:
            return schemes.day(fact)


def evidence_unit(fact: Fact, directory: Directory) -> UnitId | None:
    """The unit for which a fact counts; None when it counts for nobody.

    What was loaded as history counts for nobody. A task counts for its own unit; those of internal bodies only through
    the whole they are parts of, so that dividing work inside a unit does not multiply it. A finding at an internal
    body counts for the unit it belongs to.
    """
    if fact.history:
        return None
    unit: UnitId = fact.event.unit
    answers = assessed_unit(directory, unit)
    about_task = fact.stream.startswith(("task/", "overdue/task/"))
    return None if about_task and answers != unit else answers


def item_of(fact: Fact, schemes: Schemes) -> Item:
    """What the fact says to the score. TypeError for a fact that is no evidence."""
    event = fact.event
    match event:
        case TaskFellOverdue():
            # Known on the day it was recorded, however late that was: from then on the days are counted daily.
            known = schemes.local(fact.recorded_at)
            return _item(fact, schemes, "task-fell-overdue", due=event.due, until=known)
        case OverdueDaysCounted():
            until = event.due + timedelta(days=event.days)
            subject = f"{'task' if event.subject == 'task' else 'finding'}/{event.number}"
            return _item(fact, schemes, "overdue-days-counted", due=event.due, until=until, subject=subject)
        case CompletionClaimed():
            return _item(fact, schemes, "completion-claimed", until=event.claimed_on)
        case CompletionReturned():
            return _item(fact, schemes, "completion-returned")
        case CompletionAccepted():
            until = event.due + timedelta(days=event.days_overdue)
            return _item(fact, schemes, "completion-accepted", due=event.due, until=until)
        case ExtensionGranted() | TaskAmended():
            return _item(fact, schemes, "time-limit-changed", due=event.due)
        case TaskSuspended():
            return _item(fact, schemes, "task-suspended")
        case TaskResumed():
            return _item(fact, schemes, "task-resumed", due=event.due)
        case TaskCancelled():
            return _item(fact, schemes, "task-cancelled")
        case TaskHandedOver():
            # Counts for the unit that had it; for the other one the task begins when it falls overdue or is accepted.
            return _item(fact, schemes, "task-handed-over", until=event.handed_over_on)
        case InspectionFound():
            return _item(fact, schemes, "inspection-found", severity=event.severity)
        case RectificationOrdered():
            return _item(fact, schemes, "rectification-ordered", due=event.due, severity=event.severity)
        case RectificationReported():
            return _item(
                fact, schemes, "rectification-reported", due=event.due, until=event.reported_on, severity=event.severity
            )
        case RectificationReturned():
            return _item(fact, schemes, "rectification-returned", due=event.due, severity=event.severity)
        case RectificationVerified():
            until = event.due + timedelta(days=event.days_late)
            return _item(fact, schemes, "rectification-verified", due=event.due, until=until, severity=event.severity)
        case AccountabilityServed():
            return _item(fact, schemes, "accountability-served", form=event.form)
        case AccountabilityChanged():
            return _item(fact, schemes, "accountability-changed", form=event.form)
        case AccountabilityRevoked():
            return _item(fact, schemes, "accountability-revoked")
        case ComplaintEvidenceCounted():
            return _item(fact, schemes, "complaint-evidence-counted", category=event.category, count=event.count)
        case _:
            raise TypeError(f"{fact.type} is no evidence")


def _item(
    fact: Fact,
    schemes: Schemes,
    kind: EvidenceKind,
    *,
    due: date | None = None,
    until: date | None = None,
    severity: Severity | None = None,
    subject: str | None = None,
    form: Form | None = None,
    category: Category | None = None,
    count: int | None = None,
) -> Item:
    return Item(
        kind,
        subject or fact.stream,
        evidence_day(fact, schemes),
        due,
        until,
        severity,
        fact.position,
        str(fact.event_id),
        fact.type,
        fact.source,
        fact.source_seq,
        fact.actor.subject,
        form,
        category,
        count,
    )
