"""更换推送签名密钥."""

from __future__ import annotations

from services.notifications.events import WebhookDisabled, WebhookSecretSet
from services.notifications.rules.rotate_webhook_secret import RotateWebhookSecret
from shared.domain import PersonalText
from tests.notifications.city import (
    ADMIN,
    CITY,
    HOOK,
    NEXT_SECRET,
    OF_PORTAL,
    OTHER_PORTAL,
    SUBSCRIBED,
    notifications,
)

COMMAND = RotateWebhookSecret(HOOK, NEXT_SECRET)


def test_another_secret_signs_from_now_on() -> None:
    for by in (OF_PORTAL, ADMIN):
        notifications.given(*SUBSCRIBED).when(COMMAND, by=by).then(WebhookSecretSet(HOOK, NEXT_SECRET))


def test_a_portal_changes_none_but_its_own() -> None:
    notifications.given(*SUBSCRIBED).when(COMMAND, by=OTHER_PORTAL).then_refused("webhook-of-another")


def test_it_is_a_secret() -> None:
    command = RotateWebhookSecret(HOOK, PersonalText("geheim"))
    notifications.given(*SUBSCRIBED).when(command, by=OF_PORTAL).then_refused("webhook-secret-invalid")


def test_where_nothing_is_pushed_nothing_is_signed() -> None:
    ended = WebhookDisabled(HOOK, CITY, "gone", None)
    notifications.given(*SUBSCRIBED, ended).when(COMMAND, by=OF_PORTAL).then_refused("webhook-disabled")
