"""Notifications in specifications: what is there, who acts."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

from services.notifications.events import WebhookId, WebhookSecretSet, WebhookSubscribed
from services.notifications.main import SERVICE
from services.notifications.subscriptions import Subscriptions
from shared.directory import PortalId
from shared.domain import Actor, PersonalText, PostId, UnitId
from shared.facts import TermSet
from shared.terms import read_terms
from tests.support.spec import Rules

notifications = Rules(SERVICE.actions, SERVICE.folds, Subscriptions, foreign=("term",))

CITY, HOOK, PORTAL = UnitId("云岭市委"), WebhookId("推送一"), PortalId("yl-zwfw")
URL = "https://zwfw.yunling.example/hooks/zeren"
ADMIN, OF_PORTAL = Actor("管平", PostId("市管理员")), Actor("portal/yl-zwfw")
OTHER_PORTAL, SYSTEM = Actor("portal/yl-12345"), Actor("system/notifications")
SECRET = PersonalText("whsec_" + base64.b64encode(b"yunling-2026-yunling-2026").decode())
NEXT_SECRET = PersonalText("whsec_" + base64.b64encode(b"yunling-2027-yunling-2027").decode())

TERMS: tuple[TermSet, ...] = tuple(term for term in read_terms(SERVICE.terms) if term.valid_from <= date(2026, 1, 1))
SUBSCRIBED: tuple[Any, ...] = (
    WebhookSubscribed(HOOK, CITY, URL, ("task-issued", "notice-issued"), PORTAL),
    WebhookSecretSet(HOOK, SECRET),
)
