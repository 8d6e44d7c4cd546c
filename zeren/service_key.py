"""The key with which the processes of an installation recognise each other, under `<home>/secrets`."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from shared.web.service_tokens import ServiceTokens
from zeren import home as homes
from zeren.postgres_refusals import NOT_PREPARED, PostgresRefused

SERVICE_KEY = "services.key"
"""The secret: 32 random bytes, from which the Ed25519 key is derived (RFC 8032, 5.1.5). `zeren prepare` makes it."""


def service_tokens(home: Path) -> ServiceTokens:
    """Tokens of this installation. PostgresRefused when it was never prepared."""
    seed = homes.read_secret(home, SERVICE_KEY)
    if seed is None:
        raise PostgresRefused(NOT_PREPARED.of(path=homes.secret_path(home, SERVICE_KEY)))
    return ServiceTokens(OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))))
