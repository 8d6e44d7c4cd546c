"""What is pushed is signed with another secret."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import WebhookId, WebhookSecretSet
from services.notifications.rules.webhooks import not_managed, secret_invalid
from services.notifications.state import WebhookSituation
from shared.domain import Actor, Decision, PersonalText


@dataclass(frozen=True, slots=True)
class RotateWebhookSecret:
    webhook: WebhookId
    secret: PersonalText


def decide(command: RotateWebhookSecret, webhook: WebhookSituation, actor: Actor) -> Decision:
    """For a while (term `webhook-secret-overlap`) with the one before it too, so that the receiver changes in peace."""
    if refused := not_managed(webhook, actor) or secret_invalid(command.secret):
        return refused
    return [WebhookSecretSet(command.webhook, command.secret)]
