"""Facts of a unit are pushed to an address from now on."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import Pushed, WebhookId, WebhookSecretSet, WebhookSubscribed
from services.notifications.refusals import WEBHOOK_ADDRESS_REFUSED, WEBHOOK_HOST_UNKNOWN, WEBHOOK_TYPES_MISSING
from services.notifications.rules.webhooks import Reached, portal_of, secret_invalid, url_invalid
from shared.domain import Actor, Decision, PersonalText, UnitId


@dataclass(frozen=True, slots=True)
class SubscribeWebhook:
    """`unit` with all below it; `secret` is chosen by the receiver, `whsec_` and 24 to 64 random bytes in Base64. It is
    never shown again."""

    webhook: WebhookId
    unit: UnitId
    url: str
    types: tuple[Pushed, ...]
    secret: PersonalText


def decide(command: SubscribeWebhook, webhook: None, reached: Reached, actor: Actor) -> Decision:
    """To an address that anybody could call, and no other: this machine is nobody's way into the house."""
    if refused := url_invalid(command.url, reached):
        return refused
    match reached:
        case "not-public":
            return WEBHOOK_ADDRESS_REFUSED.of()
        case "unknown":
            return WEBHOOK_HOST_UNKNOWN.of()
        case "public" | "loopback":
            pass
    if not command.types or len(set(command.types)) != len(command.types):
        return WEBHOOK_TYPES_MISSING.of()
    if refused := secret_invalid(command.secret):
        return refused
    return [
        WebhookSubscribed(command.webhook, command.unit, command.url, command.types, portal_of(actor)),
        WebhookSecretSet(command.webhook, command.secret),
    ]
