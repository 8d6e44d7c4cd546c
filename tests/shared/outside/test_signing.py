"""Signatures, as the library that receivers use finds them."""

from __future__ import annotations

import base64
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from shared.outside.signing import key_of, signed

SECRET = "whsec_" + base64.b64encode(b"yunling-2026-yunling-2026").decode()
NEXT = "whsec_" + base64.b64encode(b"yunling-2027-yunling-2027").decode()
BODY = '{"type":"task-issued","data":{"title":"河道清淤"}}'.encode()


def test_who_knows_the_secret_finds_the_message_sound() -> None:
    headers = signed([SECRET], "msg-1", int(time.time()), BODY)
    assert Webhook(SECRET).verify(BODY, headers) == {"type": "task-issued", "data": {"title": "河道清淤"}}


def test_while_a_secret_changes_either_will_do() -> None:
    headers = signed([NEXT, SECRET], "msg-1", int(time.time()), BODY)
    Webhook(SECRET).verify(BODY, headers)
    Webhook(NEXT).verify(BODY, headers)


@pytest.mark.parametrize("changed", [{"webhook-id": "msg-2"}, {"webhook-timestamp": str(int(time.time()) + 60)}])
def test_what_was_changed_on_the_way_is_found_out(changed: dict[str, str]) -> None:
    headers = signed([SECRET], "msg-1", int(time.time()), BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, {**headers, **changed})
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + b" ", headers)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_!!", "whsec_" + base64.b64encode(b"x" * 23).decode(), SECRET.removeprefix("whsec_")]
)
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    assert key_of(secret) is None
    with pytest.raises(ValueError, match="not a secret"):
        signed([secret], "msg-1", 1, BODY)
