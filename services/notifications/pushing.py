"""Facts are pushed to those who subscribed: signed, one attempt at a time, at least once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.notifications.rules.record_webhook_delivery import GONE, RecordWebhookDelivery
from services.notifications.rules.webhooks import Reached
from services.notifications.views.webhooks import PUSHES, WEBHOOKS, PushRow, WebhookRow
from shared.keys import Place
from shared.outbound import Answer, Outbound
from shared.outside import Unreachable
from shared.outside.addresses import AddressRefused
from shared.outside.signing import signed
from shared.views.reading import Reading

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


async def address_reached(reading: Reading, command: Any, situation: Any) -> Reached:
    """What the address of a subscription turns out to be when it is looked up."""
    try:
        reached = await reading.outside.check(command.url)
    except AddressRefused:
        return "not-public"
    except (Unreachable, ValueError):
        return "unknown"
    return "loopback" if reached else "public"


async def push(reading: Reading, row: PushRow) -> Answer:
    """One attempt. The id is that of the fact at every attempt, and the time that of the attempt."""
    webhook = await reading.one(WEBHOOKS, row.webhook)
    if webhook is None or webhook.standing != "live":
        return Answer("refused", "disabled")
    secrets = await _secrets(reading, webhook)
    if not secrets:
        return Answer("refused", "no-secret")
    body = row.body.encode()
    headers = {"content-type": CONTENT_TYPE, "user-agent": "Zeren", **signed(secrets, row.fact, int(time.time()), body)}
    try:
        status = await reading.outside.post(webhook.url, headers, body)
    except AddressRefused:
        return Answer("later", "address-refused")
    except Unreachable as error:
        return Answer("later", error.why)
    if 200 <= status < 300:
        return Answer("sent", str(status))
    return Answer("refused" if str(status) == GONE else "later", str(status))


async def _secrets(reading: Reading, webhook: WebhookRow) -> list[str]:
    """The present one first; then the one before it, while both count. Without those whose key is erased."""
    if reading.keys is None or webhook.secret is None or webhook.set_by is None or webhook.set_at is None:
        return []
    stream = f"webhook/{webhook.webhook}"
    sealed = [(webhook.secret, Place(reading.log.id, stream, webhook.set_by, "secret"))]
    overlap = timedelta(hours=reading.refs.terms.whole("webhook-secret-overlap", reading.moment.today))
    both = reading.moment.instant < webhook.set_at + overlap
    if both and webhook.former_secret is not None and webhook.former_set_by is not None:
        sealed.append((webhook.former_secret, Place(reading.log.id, stream, webhook.former_set_by, "secret")))
    return [secret for secret in await reading.keys.open_all(sealed) if secret is not None]


def _pauses(reading: Reading) -> Sequence[int]:
    return [int(pause) for pause in reading.refs.terms.words("webhook-pauses", reading.moment.today).split()]


def _end(row: PushRow, answer: Answer, attempts: int) -> RecordWebhookDelivery:
    return RecordWebhookDelivery(row.webhook, row.fact, answer.end == "sent", attempts, answer.why)


WEBHOOK_PUSHES: Outbound[PushRow] = Outbound(
    kind="webhook", view=PUSHES, send=push, pauses=_pauses, end=_end, lane=("webhook",)
)
