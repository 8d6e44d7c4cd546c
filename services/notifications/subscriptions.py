"""Who wants which facts pushed: the reference fold of the subscriptions, and what of a fact is pushed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from services.ledger.events import PlanAdopted, TaskIssued
from services.notifications.events import NoticeIssued, WebhookDisabled, WebhookId, WebhookSubscribed
from shared.directory import Directory, UnitDissolved, UnitMoved, UnitRegistered, UnitRenamed
from shared.domain import UnitId
from shared.facts import Fact
from shared.references import HolidayNoticeIssued

PUSHED: tuple[type, ...] = (
    UnitRegistered,
    UnitRenamed,
    UnitMoved,
    UnitDissolved,
    HolidayNoticeIssued,
    PlanAdopted,
    TaskIssued,
    NoticeIssued,
)

_ABOUT = ("task", "plan", "finding", "inspection", "round", "standing", "veto", "unit")
"""What a letter may be about for its number to be pushed: no complaint, case or person."""


@dataclass(frozen=True, slots=True)
class Subscription:
    unit: UnitId
    types: frozenset[str]


@dataclass(slots=True)
class Subscriptions:
    """Those that are live."""

    STREAMS: ClassVar[tuple[str, ...]] = ("webhook",)
    live: dict[WebhookId, Subscription] = field(default_factory=dict)

    def apply(self, fact: Fact) -> None:
        match fact.event:
            case WebhookSubscribed() as event:
                self.live[event.webhook] = Subscription(event.unit, frozenset(event.types))
            case WebhookDisabled() as event:
                self.live.pop(event.webhook, None)
            case _:
                pass

    def wanting(self, fact: Fact, directory: Directory) -> list[WebhookId]:
        """Who gets this fact: of their own unit and those below it; a holiday notice concerns everybody. No history."""
        if fact.history or pushed(fact) is None:
            return []
        unit = getattr(fact.event, "unit", None)
        return [
            webhook
            for webhook, wanted in self.live.items()
            if fact.type in wanted.types and (unit is None or directory.is_within(unit, wanted.unit))
        ]


def pushed(fact: Fact) -> dict[str, Any] | None:
    """What of a fact leaves the house: nothing about persons. None for what does not leave at all."""
    match fact.event:
        case UnitRegistered() | UnitRenamed() | UnitMoved() | UnitDissolved() | HolidayNoticeIssued():
            return asdict(fact.event)
        case PlanAdopted() as plan:
            return {"plan": plan.plan, "unit": plan.unit}
        case TaskIssued() as task:
            return {
                "task": task.task,
                "plan": task.plan,
                "number": task.number,
                "title": task.title,
                "unit": task.unit,
                "due": task.due,
            }
        case NoticeIssued() as notice if notice.person is None and notice.about.partition("/")[0] in _ABOUT:
            return {
                "notice": notice.notice,
                "instrument": notice.instrument,
                "unit": notice.unit,
                "series": notice.series,
                "year": notice.year,
                "number": notice.number,
                "issued_on": notice.issued_on,
                "reply_due": notice.reply_due,
            }
        case _:
            return None
