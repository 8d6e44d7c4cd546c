"""订阅事件推送."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from services.notifications.events import Pushed, WebhookSecretSet, WebhookSubscribed
from services.notifications.rules.subscribe_webhook import SubscribeWebhook
from shared.domain import PersonalText
from tests.notifications.city import ADMIN, CITY, HOOK, OF_PORTAL, PORTAL, SECRET, URL, notifications

COMMAND = SubscribeWebhook(HOOK, CITY, URL, ("task-issued", "notice-issued"), SECRET)


def test_a_portal_subscribes_for_itself() -> None:
    notifications.given().when(COMMAND, by=OF_PORTAL, asked="public").then(
        WebhookSubscribed(HOOK, CITY, URL, ("task-issued", "notice-issued"), PORTAL), WebhookSecretSet(HOOK, SECRET)
    )


def test_an_administrator_for_nobodys_portal() -> None:
    notifications.given().when(COMMAND, by=ADMIN, asked="public").then(
        WebhookSubscribed(HOOK, CITY, URL, ("task-issued", "notice-issued"), None), WebhookSecretSet(HOOK, SECRET)
    )


def test_an_address_inside_is_not_called() -> None:
    notifications.given().when(COMMAND, by=OF_PORTAL, asked="not-public").then_refused("webhook-address-refused")


def test_a_name_without_an_address_is_not_called() -> None:
    notifications.given().when(COMMAND, by=OF_PORTAL, asked="unknown").then_refused("webhook-host-unknown")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://zwfw.yunling.example/hook",
        "ftp://zwfw.yunling.example/hook",
        "https:///hook",
        "https://user:pass@zwfw.yunling.example/",
        "https://zwfw.yunling.example/#part",
        "https://zwfw.yunling.example:99999/",
        "https://zwfw.yunling.example/a b",
        "https://zwfw.yunling.example/" + "x" * 2000,
    ],
)
def test_the_address_is_encrypted_and_plain(url: str) -> None:
    command = replace(COMMAND, url=url)
    notifications.given().when(command, by=OF_PORTAL, asked="public").then_refused("webhook-url-invalid")


def test_within_this_machine_it_need_not_be_encrypted() -> None:
    command = replace(COMMAND, url="http://127.0.0.1:9000/hook")
    notifications.given().when(command, by=OF_PORTAL, asked="loopback").then_types(WebhookSubscribed, WebhookSecretSet)


@pytest.mark.parametrize("types", [(), ("task-issued", "task-issued")])
def test_each_type_is_named_once_and_one_at_least(types: tuple[Pushed, ...]) -> None:
    command = replace(COMMAND, types=types)
    notifications.given().when(command, by=OF_PORTAL, asked="public").then_refused("webhook-types-missing")


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_???", "whsec_" + base64.b64encode(b"short").decode()])
def test_the_secret_is_long_and_random_enough(secret: str) -> None:
    command = replace(COMMAND, secret=PersonalText(secret))
    notifications.given().when(command, by=OF_PORTAL, asked="public").then_refused("webhook-secret-invalid")
