"""It is settled whether a receiver has taken a fact. The system alone records it."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import (
    WebhookDelivered,
    WebhookDisabled,
    WebhookFaltered,
    WebhookId,
    WebhookRecovered,
    WebhookUndelivered,
)
from services.notifications.state import DisabledWebhook, EndedDelivery, LiveWebhook, WebhookSituation
from shared.domain import Decision, Event, Moment
from shared.references import Terms

GONE = "410"
"""The answer by which a receiver says that it wants nothing any more (RFC 9110, 15.5.11)."""


@dataclass(frozen=True, slots=True)
class RecordWebhookDelivery:
    """`why` is the last answer: a status, or what became of the connection."""

    webhook: WebhookId
    fact: str
    taken: bool
    attempts: int
    why: str


def decide(
    command: RecordWebhookDelivery,
    ended: EndedDelivery | None,
    webhooks: tuple[WebhookSituation | None, ...],
    terms: Terms,
    moment: Moment,
) -> Decision:
    """Once for each fact. Who answers 410, or takes too many facts in a row not at all, is left in peace."""
    if ended is not None:
        return []
    told: list[Event] = [
        WebhookDelivered(command.webhook, command.fact, command.attempts)
        if command.taken
        else WebhookUndelivered(command.webhook, command.fact, command.attempts, command.why)
    ]
    match webhooks[0]:
        case LiveWebhook() as live if command.taken and live.failures:
            told.append(WebhookRecovered(live.webhook))
        case LiveWebhook() as live if not command.taken:
            most = terms.whole("webhook-failures", moment.today)
            if command.why == GONE:
                told.append(WebhookDisabled(live.webhook, live.unit, "gone", None))
            elif live.failures + 1 >= most:
                told.append(WebhookDisabled(live.webhook, live.unit, "failing", most))
            else:
                told.append(WebhookFaltered(live.webhook, live.failures + 1))
        case LiveWebhook() | DisabledWebhook() | None:
            pass
    return told
