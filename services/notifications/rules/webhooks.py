"""What several rules about webhooks ask."""

from __future__ import annotations

import base64
import binascii
from typing import Literal
from urllib.parse import urlsplit

from services.notifications.refusals import (
    WEBHOOK_DISABLED,
    WEBHOOK_OF_ANOTHER,
    WEBHOOK_SECRET_INVALID,
    WEBHOOK_URL_INVALID,
)
from services.notifications.state import DisabledWebhook, WebhookSituation
from shared.directory import PortalId
from shared.domain import Actor, PersonalText, Refused

LONGEST_URL = 2000
LEAST_BYTES, MOST_BYTES = 24, 64

Reached = Literal["public", "not-public", "unknown", "loopback"]
"""What an address turned out to be when it was looked up; `loopback` where this machine may call itself."""


def portal_of(actor: Actor) -> PortalId | None:
    """The portal that acts; None for a person."""
    kind, _, portal = actor.subject.partition("/")
    return PortalId(portal) if kind == "portal" else None


def url_invalid(url: str, reached: Reached) -> Refused | None:
    """Encrypted, unless it never leaves this machine."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 — the number is read here
    except ValueError:
        return WEBHOOK_URL_INVALID.of()
    plain = len(url) <= LONGEST_URL and url.isascii() and url.isprintable() and " " not in url
    schemes = ("https", "http") if reached == "loopback" else ("https",)
    if plain and parts.scheme in schemes and parts.hostname and not parts.fragment and "@" not in parts.netloc:
        return None
    return WEBHOOK_URL_INVALID.of()


def secret_invalid(secret: PersonalText) -> Refused | None:
    kind, _, rest = secret.clear().partition("_")
    try:
        length = len(base64.b64decode(rest, validate=True))
    except (binascii.Error, ValueError):
        return WEBHOOK_SECRET_INVALID.of()
    return None if kind == "whsec" and LEAST_BYTES <= length <= MOST_BYTES else WEBHOOK_SECRET_INVALID.of()


def not_managed(webhook: WebhookSituation, actor: Actor) -> Refused | None:
    """A refusal where nothing is pushed any more, or another portal has subscribed."""
    portal = portal_of(actor)
    if portal is not None and portal != webhook.portal:
        return WEBHOOK_OF_ANOTHER.of()
    return WEBHOOK_DISABLED.of() if isinstance(webhook, DisabledWebhook) else None
