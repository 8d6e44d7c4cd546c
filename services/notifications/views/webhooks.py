"""Where are facts pushed to, and what has not been taken yet?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from services.notifications.events import (
    Pushed,
    WebhookDelivered,
    WebhookDisabled,
    WebhookFaltered,
    WebhookId,
    WebhookRecovered,
    WebhookSecretSet,
    WebhookSubscribed,
    WebhookUndelivered,
)
from services.notifications.subscriptions import PUSHED, Subscriptions, pushed
from shared.directory import PortalId, Role
from shared.domain import PersonalText, UnitId
from shared.facts import Fact
from shared.log.format import instant_text
from shared.references import References
from shared.views import EveryRow, Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

READERS: tuple[Role, ...] = ("administrator", "auditor")
_USUAL_ITEMS, _MOST_ITEMS = 50, 200

Standing = Literal["live", "withdrawn", "gone", "failing"]


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A subscription. The secrets are sealed, each in the event that it stands in; None before there was one."""

    webhook: WebhookId
    unit: UnitId
    portal: PortalId | None
    url: str
    types: tuple[Pushed, ...]
    standing: Standing
    failures: int
    secret: PersonalText | None
    set_by: UUID | None
    set_at: datetime | None
    former_secret: PersonalText | None
    former_set_by: UUID | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.webhook,)]


def _evolve(row: WebhookRow | None, fact: Fact, refs: References) -> WebhookRow | None:
    match row, fact.event:
        case None, WebhookSubscribed() as event:
            return WebhookRow(
                webhook=event.webhook,
                unit=event.unit,
                portal=event.portal,
                url=event.url,
                types=event.types,
                standing="live",
                failures=0,
                secret=None,
                set_by=None,
                set_at=None,
                former_secret=None,
                former_set_by=None,
            )
        case WebhookRow(), WebhookSecretSet() as event:
            return replace(
                row,
                secret=event.secret,
                set_by=fact.event_id,
                set_at=fact.recorded_at,
                former_secret=row.secret,
                former_set_by=row.set_by,
            )
        case WebhookRow(), WebhookFaltered() as event:
            return replace(row, failures=event.failures)
        case WebhookRow(), WebhookRecovered():
            return replace(row, failures=0)
        case WebhookRow(), WebhookDisabled() as event:
            return replace(row, standing=event.why)
        case _:
            raise TypeError(fact.type)


WEBHOOKS: View[WebhookRow] = View(
    name="webhooks",
    version=1,
    row=WebhookRow,
    key=("webhook",),
    events=(WebhookSubscribed, WebhookSecretSet, WebhookFaltered, WebhookRecovered, WebhookDisabled),
    route=_route,
    evolve=_evolve,
)


@dataclass(frozen=True, slots=True)
class PushRow:
    """A fact that somebody has not taken yet. `body` is what is sent, the same bytes at every attempt."""

    webhook: WebhookId
    fact: str
    type: str
    body: str


def _route_push(fact: Fact, refs: References) -> Iterable[Key] | EveryRow:
    subscriptions: Subscriptions = refs.own
    match fact.event:
        case WebhookDelivered() | WebhookUndelivered() as event:
            return [(event.webhook, event.fact)]
        case WebhookDisabled() as event:
            return EveryRow({"webhook": event.webhook})
        case _:
            return [(webhook, str(fact.event_id)) for webhook in subscriptions.wanting(fact, refs.directory)]


def _start_push(key: Key) -> PushRow:
    webhook, fact = key
    return PushRow(webhook, fact, "", "")


def _evolve_push(row: PushRow | None, fact: Fact, refs: References) -> PushRow | None:
    match fact.event:
        case WebhookDelivered() | WebhookUndelivered() | WebhookDisabled():
            return None
        case _:
            return replace(row, type=fact.type, body=_body(fact)) if row is not None else None


def _body(fact: Fact) -> str:
    """A CloudEvent in its JSON form; `id` is that of the fact, in whichever service it is asked for."""
    event = {
        "specversion": "1.0",
        "id": str(fact.event_id),
        "source": f"urn:zeren:{fact.source}",
        "type": fact.type,
        "subject": fact.stream,
        "time": instant_text(fact.recorded_at),
        "datacontenttype": "application/json",
        "data": pushed(fact),
    }
    return orjson.dumps(event).decode()


PUSHES: View[PushRow] = View(
    name="pushes",
    version=1,
    row=PushRow,
    key=("webhook", "fact"),
    events=(*PUSHED, WebhookDelivered, WebhookUndelivered, WebhookDisabled),
    route=_route_push,
    evolve=_evolve_push,
    start=_start_push,
)


# --- questions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListWebhooks:
    """事件推送清单。Subscriptions of units in reach, a portal's own alone. `limit` is at most 200."""

    limit: int = _USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """一项事件推送。`standing` is `live`, or why it is not; `failures` is how many facts in a row were not taken."""

    webhook: WebhookId
    unit: UnitId
    portal: PortalId | None
    url: str
    types: tuple[Pushed, ...]
    standing: Standing
    failures: int


async def list_webhooks(reading: Reading, params: ListWebhooks) -> Page[Webhook]:
    table = table_of(WEBHOOKS)
    machine = reading.who.machine
    mine: Any = (
        table.c.portal == machine.portal if machine is not None else reading.visible(table.c.unit, roles=READERS)
    )
    order = Order((table.c.webhook,))
    return await reading.page(
        WEBHOOKS, mine, order=order, limit=max(1, min(params.limit, _MOST_ITEMS)), cursor=params.after, item=_told
    )


def _told(row: WebhookRow) -> Webhook:
    return Webhook(row.webhook, row.unit, row.portal, row.url, row.types, row.standing, row.failures)
