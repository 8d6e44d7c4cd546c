"""登记推送结果."""

from __future__ import annotations

from dataclasses import replace

from services.notifications.events import (
    WebhookDelivered,
    WebhookDisabled,
    WebhookFaltered,
    WebhookRecovered,
    WebhookUndelivered,
)
from services.notifications.rules.record_webhook_delivery import RecordWebhookDelivery
from tests.notifications.city import CITY, HOOK, SUBSCRIBED, SYSTEM, TERMS, notifications

TAKEN = RecordWebhookDelivery(HOOK, "fact-1", True, 2, "204")
FAILED = replace(TAKEN, taken=False, attempts=10, why="503")
GIVEN_UP = WebhookUndelivered(HOOK, "fact-1", 10, "503")
HERE = notifications.given(*TERMS, *SUBSCRIBED)


def test_what_was_taken_is_recorded_once() -> None:
    HERE.when(TAKEN, by=SYSTEM).then(WebhookDelivered(HOOK, "fact-1", 2))
    notifications.given(*TERMS, *SUBSCRIBED, WebhookDelivered(HOOK, "fact-1", 2)).when(FAILED, by=SYSTEM).then()


def test_what_was_not_taken_counts_until_something_is() -> None:
    HERE.when(FAILED, by=SYSTEM).then(GIVEN_UP, WebhookFaltered(HOOK, 1))
    faltered = notifications.given(*TERMS, *SUBSCRIBED, WebhookFaltered(HOOK, 3))
    faltered.when(FAILED, by=SYSTEM).then(GIVEN_UP, WebhookFaltered(HOOK, 4))
    faltered.when(TAKEN, by=SYSTEM).then(WebhookDelivered(HOOK, "fact-1", 2), WebhookRecovered(HOOK))


def test_five_in_a_row_end_it() -> None:
    four = notifications.given(*TERMS, *SUBSCRIBED, WebhookFaltered(HOOK, 4))
    four.when(FAILED, by=SYSTEM).then(GIVEN_UP, WebhookDisabled(HOOK, CITY, "failing", 5))


def test_who_says_410_is_left_in_peace_at_once() -> None:
    gone = replace(FAILED, attempts=1, why="410")
    HERE.when(gone, by=SYSTEM).then(
        WebhookUndelivered(HOOK, "fact-1", 1, "410"), WebhookDisabled(HOOK, CITY, "gone", None)
    )


def test_what_ended_meanwhile_stays_ended() -> None:
    ended = notifications.given(*TERMS, *SUBSCRIBED, WebhookDisabled(HOOK, CITY, "withdrawn", None))
    ended.when(FAILED, by=SYSTEM).then(GIVEN_UP)
    ended.when(TAKEN, by=SYSTEM).then(WebhookDelivered(HOOK, "fact-1", 2))
