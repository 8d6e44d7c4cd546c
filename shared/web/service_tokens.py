"""Which process of the installation asks another one: short-lived tokens (JWT), signed with the installation's own key.

They open what services offer each other and nothing that people are offered. Type, issuer and audience are others than
those of a person's token, so that neither is ever taken for the other (RFC 8725, 3.11 and 3.12).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.domain import Refusal
from shared.refusals import (
    TOKEN_BAD_SIGNATURE,
    TOKEN_CLAIMS_MISSING,
    TOKEN_EXPIRED,
    TOKEN_MALFORMED,
    TOKEN_MISSING,
    TOKEN_NOT_YET_VALID,
    TOKEN_WRONG_ALGORITHM,
    TOKEN_WRONG_AUDIENCE,
    TOKEN_WRONG_ISSUER,
    TOKEN_WRONG_TYPE,
    RefusedRequest,
)
from shared.web.auth import LEEWAY_SECONDS, TOKEN_LONGEST

ISSUER = "urn:zeren:services"
AUDIENCE = "zeren-service"
TOKEN_TYPE = "service+jwt"  # noqa: S105 — the name of a type

_ALGORITHM = "Ed25519"
_LIVES_SECONDS = 60
_SUBJECT = re.compile(r"service/([a-z][a-z0-9_]*)\Z")


class ServiceTokens:
    """Signs for the services of this installation and recognises what they signed.

    `key` is the Ed25519 key that only processes of the installation can read; `now` is real time in seconds since 1970.
    """

    def __init__(self, key: OKPKey, now: Callable[[], float] = time.time) -> None:
        self._key = key
        self._now = now

    def mint(self, log: str) -> str:
        """A token that says for a minute: the service that owns this log asks."""
        now = int(self._now())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": f"service/{log}",
            "iat": now,
            "exp": now + _LIVES_SECONDS,
        }
        return jwt.encode({"alg": _ALGORITHM, "typ": TOKEN_TYPE}, claims, self._key, algorithms=[_ALGORITHM])

    def verify(self, authorization: str | None) -> str:
        """The log whose service asks, from the header `Authorization: Bearer …`.

        RefusedRequest with a code `token-…` for everything else, a person's token among it.
        """
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise RefusedRequest(TOKEN_MISSING.of())
        if len(token) > TOKEN_LONGEST or not token.isascii():
            raise _no(TOKEN_MALFORMED)
        try:
            written = jws.extract_compact(token.encode())
        except (JoseError, ValueError):
            raise _no(TOKEN_MALFORMED) from None
        header = written.headers()
        if header.get("typ") != TOKEN_TYPE:
            raise _no(TOKEN_WRONG_TYPE)
        if header.get("alg") != _ALGORITHM:
            raise _no(TOKEN_WRONG_ALGORITHM)
        try:
            signed = jws.deserialize_compact(token, self._key, algorithms=[_ALGORITHM])
        except (JoseError, ValueError):
            raise _no(TOKEN_BAD_SIGNATURE) from None
        return self._check(_claims(signed.payload))

    def _check(self, claims: Mapping[str, Any]) -> str:
        issued, expires = claims.get("iat"), claims.get("exp")
        subject = _SUBJECT.match(claims["sub"]) if isinstance(claims.get("sub"), str) else None
        if subject is None or not isinstance(issued, int) or not isinstance(expires, int):
            raise _no(TOKEN_CLAIMS_MISSING)
        if claims.get("iss") != ISSUER:
            raise _no(TOKEN_WRONG_ISSUER)
        if claims.get("aud") != AUDIENCE:
            raise _no(TOKEN_WRONG_AUDIENCE)
        now = self._now()
        if now >= expires + LEEWAY_SECONDS:
            raise _no(TOKEN_EXPIRED)
        if now < issued - LEEWAY_SECONDS:
            raise _no(TOKEN_NOT_YET_VALID)
        return subject[1]


def _claims(payload: bytes | None) -> Mapping[str, Any]:
    try:
        claims = orjson.loads(payload or b"")
    except orjson.JSONDecodeError:
        raise _no(TOKEN_MALFORMED) from None
    if not isinstance(claims, dict):
        raise _no(TOKEN_MALFORMED)
    return claims


def _no(refusal: Refusal) -> RefusedRequest:
    return RefusedRequest(refusal.of())
