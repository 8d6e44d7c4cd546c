"""The development issuer: signs access tokens with a key of its own, on this machine and for it alone.

In production (ZEREN_ENV=production) it neither starts nor signs: there the city's own identity provider says who
somebody is.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.domain import PersonId
from shared.web.auth import FixedKeys, Issuer, SubjectsArePersons
from zeren import home as homes
from zeren.settings import Settings

ISSUER = "urn:zeren:development"
AUDIENCE = "zeren"
_SECRET = "dev-issuer.json"  # noqa: S105 — the name of a file
_DAY_SECONDS = 86_400


class NotInProduction(Exception):
    """The development issuer was asked for where ZEREN_ENV says production."""


class DevelopmentIssuer:
    """Signs tokens whose subject is a person id, with the ES256 key under `<home>/secrets` (0600, made when missing).

    Raises NotInProduction when it is made, and again should it sign, in production.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._refuse_production()
        self._key = _key(settings.home)

    def mint(self, person: PersonId, ttl_seconds: int = _DAY_SECONDS, *, age_seconds: int = 0) -> str:
        """A token that says: this is `person`, for so many seconds from now (real time). As old as is said, it is believed
        by whoever's clock is behind by less."""
        return self._sign({"sub": person}, ttl_seconds, age_seconds)

    def mint_for_client(self, client: str, scopes: Iterable[str], ttl_seconds: int = _DAY_SECONDS) -> str:
        """A token of the program itself, such as an identity provider gives for the grant of client credentials."""
        return self._sign({"sub": client, "client_id": client, "scope": " ".join(scopes)}, ttl_seconds)

    def _sign(self, who: Mapping[str, str], ttl_seconds: int, age_seconds: int = 0) -> str:
        self._refuse_production()
        now = int(time.time())
        header = {"alg": "ES256", "kid": self._key.kid, "typ": "at+jwt"}
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            **who,
            "iat": now - age_seconds,
            "exp": now + ttl_seconds,
            "jti": secrets.token_hex(8),
        }
        return jwt.encode(header, claims, self._key, algorithms=["ES256"])

    def jwks(self) -> dict[str, object]:
        """The public key as a key set (RFC 7517)."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": "ES256"}]}

    def trusted(self) -> Issuer:
        """This issuer as `shared.web.auth` trusts it; its keys never leave the process."""
        self._refuse_production()
        public = ECKey.import_key(self._key.as_dict(private=False))
        return Issuer(ISSUER, AUDIENCE, ("ES256",), FixedKeys([public]), SubjectsArePersons())

    def _refuse_production(self) -> None:
        if self._settings.env == "production":
            raise NotInProduction("the development issuer does not run where ZEREN_ENV is production")


def _key(home: Path) -> ECKey:
    written = homes.read_secret(home, _SECRET)
    if written is None:
        fresh = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8)}, private=True)
        homes.secret_path(home, _SECRET).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        homes.write(homes.secret_path(home, _SECRET), json.dumps(fresh.as_dict(private=True)) + "\n")
        return fresh
    return ECKey.import_key(json.loads(written))
