"""停用事件推送."""

from __future__ import annotations

from services.notifications.events import WebhookDisabled
from services.notifications.rules.end_webhook import EndWebhook
from tests.notifications.city import CITY, HOOK, OF_PORTAL, OTHER_PORTAL, SUBSCRIBED, notifications

ENDED = WebhookDisabled(HOOK, CITY, "withdrawn", None)


def test_nothing_is_pushed_there_any_more() -> None:
    notifications.given(*SUBSCRIBED).when(EndWebhook(HOOK), by=OF_PORTAL).then(ENDED)


def test_once() -> None:
    notifications.given(*SUBSCRIBED, ENDED).when(EndWebhook(HOOK), by=OF_PORTAL).then_refused("webhook-disabled")


def test_a_portal_ends_none_but_its_own() -> None:
    notifications.given(*SUBSCRIBED).when(EndWebhook(HOOK), by=OTHER_PORTAL).then_refused("webhook-of-another")
