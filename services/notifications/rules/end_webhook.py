"""Nothing is pushed to an address any more."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import WebhookDisabled, WebhookId
from services.notifications.rules.webhooks import not_managed
from services.notifications.state import WebhookSituation
from shared.domain import Actor, Decision


@dataclass(frozen=True, slots=True)
class EndWebhook:
    webhook: WebhookId


def decide(command: EndWebhook, webhook: WebhookSituation, actor: Actor) -> Decision:
    """What was not taken yet is dropped. Who wants it again subscribes again."""
    if refused := not_managed(webhook, actor):
        return refused
    return [WebhookDisabled(command.webhook, webhook.unit, "withdrawn", None)]
