"""Signatures of what is pushed to others, as Standard Webhooks 1.0.0 has them: https://www.standardwebhooks.com."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
LEAST_BYTES, MOST_BYTES = 24, 64
"""How long a secret is, by the standard."""


def key_of(secret: str) -> bytes | None:
    """The key that a secret `whsec_…` stands for; None when it is none, or too short or too long."""
    if not secret.startswith(PREFIX):
        return None
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if LEAST_BYTES <= len(key) <= MOST_BYTES else None


def signed(secrets: Iterable[str], message: str, seconds: int, body: bytes) -> dict[str, str]:
    """The headers of a message: its id, when this attempt was made (Unix time), and one signature for each secret."""
    content = f"{message}.{seconds}.".encode() + body
    signatures = []
    for secret in secrets:
        key = key_of(secret)
        if key is None:
            raise ValueError("not a secret")
        digest = hmac.new(key, content, hashlib.sha256).digest()
        signatures.append(f"v1,{base64.b64encode(digest).decode()}")
    return {"webhook-id": message, "webhook-timestamp": str(seconds), "webhook-signature": " ".join(signatures)}
