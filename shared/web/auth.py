"""Who asks: access tokens (JWT) of the issuers that are trusted here, checked as RFC 8725 and RFC 9068 say.

The token says who somebody is and nothing else: what they may do are facts in the log. Algorithms are those allowed for
the issuer, never those that the token names; tokens always live by real time, whatever clock a log has.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import logging
import time
import warnings
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import aiohttp
import orjson
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from shared.directory import Program
from shared.domain import PersonId, Refusal
from shared.refusals import (
    TOKEN_BAD_SIGNATURE,
    TOKEN_CLAIMS_MISSING,
    TOKEN_EXPIRED,
    TOKEN_KEYS_UNAVAILABLE,
    TOKEN_MALFORMED,
    TOKEN_MISSING,
    TOKEN_NOT_YET_VALID,
    TOKEN_UNKNOWN_KEY,
    TOKEN_WRONG_ALGORITHM,
    TOKEN_WRONG_AUDIENCE,
    TOKEN_WRONG_ISSUER,
    TOKEN_WRONG_TYPE,
    RefusedRequest,
)
from shared.waiting import ended

logger = logging.getLogger(__name__)

Algorithm = Literal["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
"""Ed25519 is what RFC 9864 calls the EdDSA that issuers have been writing."""
PublicKey = RSAKey | ECKey | OKPKey

KIND_OF_ALGORITHM: Mapping[str, type] = {
    "RS256": RSAKey,
    "PS256": RSAKey,
    "ES256": ECKey,
    "EdDSA": OKPKey,
    "Ed25519": OKPKey,
}
ACCESS_TOKEN_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
"""Header `typ`, in lower case. Many issuers still write JWT or nothing; whatever says another type is none of ours."""

TOKEN_LONGEST = 16_384
LEEWAY_SECONDS = 30
_VERIFIED_KEPT = 10_000
_VERIFIED_SECONDS = 300
"""A token once verified is believed this long without another look, so that a withdrawn key ends its tokens too."""


class Identities(Protocol):
    """Whose pseudonym a subject of an issuer is."""

    async def person_of(self, issuer: str, subject: str) -> PersonId:
        """The random person id of this subject; allotted when it is seen for the first time."""


class SubjectsArePersons:
    """For issuers of ours whose subjects are person ids already, such as the development issuer."""

    async def person_of(self, issuer: str, subject: str) -> PersonId:
        return PersonId(subject)


class Keys(Protocol):
    """The public keys of an issuer."""

    async def find(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """The key of this id that fits the algorithm; without an id, the only one that fits. None: there is none.

        LookupError when the keys could never be fetched.
        """


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer that is trusted here: exactly this `iss`, `aud` containing `audience`, one of the algorithms."""

    url: str
    audience: str
    algorithms: tuple[Algorithm, ...]
    keys: Keys
    identities: Identities


class FixedKeys:
    """Keys known from the start: those of an issuer in this process."""

    def __init__(self, keys: Sequence[PublicKey]) -> None:
        self._keys = tuple(keys)

    async def find(self, kid: str | None, algorithm: str) -> PublicKey | None:
        return choose(self._keys, kid, algorithm)


class FetchedKeys:
    """A key set that is fetched and cached: a JWKS by URL or from a file.

    A set older than `ttl_seconds` is renewed in the background while the old one serves; an unknown key id fetches at
    once, but not again within `cooldown_seconds`; what cannot be fetched leaves the old set standing. Only one fetch
    runs at a time. `now` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[bytes]],
        *,
        ttl_seconds: float = 300,
        cooldown_seconds: float = 30,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._ttl = ttl_seconds
        self._cooldown = cooldown_seconds
        self._now = now
        self._keys: tuple[PublicKey, ...] | None = None
        self._fetched_at = 0.0
        self._tried_at: float | None = None
        self._running: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, algorithm: str) -> PublicKey | None:
        if self._keys is not None and (key := choose(self._keys, kid, algorithm)):
            if self._now() - self._fetched_at > self._ttl and self._may_try():
                self._start()
            return key
        if self._running is not None or self._may_try():
            await asyncio.shield(self._start())
        if self._keys is None:
            raise LookupError("the keys could not be fetched")
        return choose(self._keys, kid, algorithm)

    async def close(self) -> None:
        """End a fetch that still runs."""
        await ended(self._running)

    def _may_try(self) -> bool:
        return self._tried_at is None or self._now() - self._tried_at >= self._cooldown

    def _start(self) -> asyncio.Task[None]:
        if self._running is None:
            self._tried_at = self._now()
            self._running = asyncio.create_task(self._renew(), name="fetch signing keys")
        return self._running

    async def _renew(self) -> None:
        try:
            self._keys = read_keys(await self._fetch())
            self._fetched_at = self._now()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            # The old set goes on serving; the next look after the cooldown tries again.
            logger.warning("signing keys could not be fetched: %s", type(error).__name__)
        finally:
            self._running = None


def keys_of_url(url: str, **settings: Any) -> FetchedKeys:
    """A JWKS by URL; at most 1 MiB, within 5 seconds."""

    async def fetch() -> bytes:
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
            response.raise_for_status()
            return await response.content.read(1 << 20)

    return FetchedKeys(fetch, **settings)


def keys_of_file(path: Path, **settings: Any) -> FetchedKeys:
    """A JWKS from a file, read again when it is old or a key is unknown."""

    async def fetch() -> bytes:
        return await asyncio.to_thread(path.read_bytes)

    return FetchedKeys(fetch, **settings)


def read_keys(jwks: bytes) -> tuple[PublicKey, ...]:
    """The signing keys of a JWKS (RFC 7517); keys of other uses and kinds are passed over. ValueError if it is none."""
    document = orjson.loads(jwks)
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        raise ValueError("not a JSON Web Key Set")
    found: list[PublicKey] = []
    for item in document["keys"]:
        if not isinstance(item, dict) or item.get("use", "sig") != "sig" or item.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        try:
            found.extend(key for key in KeySet.import_key_set({"keys": [item]}) if isinstance(key, PublicKey))
        except (JoseError, ValueError, KeyError, TypeError):
            logger.warning("a key of a key set cannot be read and is passed over")
    return tuple(found)


def choose(keys: Sequence[PublicKey], kid: str | None, algorithm: str) -> PublicKey | None:
    """The key with this id that fits the algorithm; without an id the only one that fits."""
    fitting = [
        key for key in keys if isinstance(key, KIND_OF_ALGORITHM[algorithm]) and key.get("alg") in (None, algorithm)
    ]
    if kid is not None:
        return next((key for key in fitting if key.kid == kid), None)
    return fitting[0] if len(fitting) == 1 else None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a token says: somebody, and the program it was issued to, where it names one."""

    person: PersonId
    program: Program | None


class Authenticator:
    """Turns the Authorization header into a person, for every way into the system.

    `now` gives real time in seconds since 1970. A refusal is raised as RefusedRequest with a code `token-…`.
    """

    def __init__(self, issuers: Sequence[Issuer], now: Callable[[], float] = time.time) -> None:
        self._issuers = {issuer.url: issuer for issuer in issuers}
        if len(self._issuers) != len(issuers):
            raise ValueError("an issuer is given twice")
        self._now = now
        self._verified: OrderedDict[bytes, tuple[SignedIn, float]] = OrderedDict()

    async def signed_in(self, authorization: str | None) -> SignedIn:
        """Who asks, from the value of the header `Authorization: Bearer …`."""
        if not authorization:
            raise RefusedRequest(TOKEN_MISSING.of())
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise RefusedRequest(TOKEN_MISSING.of())
        if len(token) > TOKEN_LONGEST or not token.isascii():
            raise RefusedRequest(TOKEN_MALFORMED.of())
        # The hash, not the token, so that a dump of memory hands out no credentials.
        known = hashlib.sha256(token.encode()).digest()
        if (verified := self._verified.get(known)) and self._now() < verified[1]:
            self._verified.move_to_end(known)
            return verified[0]
        who, expires = await self._verify(token)
        self._verified[known] = (who, min(expires + LEEWAY_SECONDS, self._now() + _VERIFIED_SECONDS))
        self._verified.move_to_end(known)
        while len(self._verified) > _VERIFIED_KEPT:
            self._verified.popitem(last=False)
        return who

    async def _verify(self, token: str) -> tuple[SignedIn, float]:
        header, claims = _peek(token)
        issuer = self._issuers.get(claims["iss"]) if isinstance(claims.get("iss"), str) else None
        if issuer is None:
            raise _no(TOKEN_WRONG_ISSUER if "iss" in claims else TOKEN_CLAIMS_MISSING)
        algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "JWT")
        if not isinstance(algorithm, str) or algorithm not in issuer.algorithms:
            raise _no(TOKEN_WRONG_ALGORITHM)
        if not isinstance(kind, str) or kind.lower() not in ACCESS_TOKEN_TYPES:
            raise _no(TOKEN_WRONG_TYPE)
        if kid is not None and not isinstance(kid, str):
            raise _no(TOKEN_MALFORMED)
        try:
            key = await issuer.keys.find(kid, algorithm)
        except LookupError:
            raise _no(TOKEN_KEYS_UNAVAILABLE) from None
        if key is None:
            raise _no(TOKEN_UNKNOWN_KEY)
        try:
            with warnings.catch_warnings():
                # Whether EdDSA is still allowed by that name was settled above, for this issuer.
                warnings.simplefilter("ignore", SecurityWarning)
                signed = jws.deserialize_compact(token, key, algorithms=[algorithm])
        except (JoseError, ValueError):
            raise _no(TOKEN_BAD_SIGNATURE) from None
        # Only what was signed counts from here on.
        return await self._check(issuer, _object(signed.payload))

    async def _check(self, issuer: Issuer, claims: Mapping[str, Any]) -> tuple[SignedIn, float]:
        subject, audience, expires = claims.get("sub"), claims.get("aud"), _seconds(claims.get("exp"))
        if not isinstance(subject, str) or not subject or audience is None or expires is None:
            raise _no(TOKEN_CLAIMS_MISSING)
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != issuer.url:
            raise _no(TOKEN_WRONG_ISSUER)
        if issuer.audience not in audiences:
            raise _no(TOKEN_WRONG_AUDIENCE)
        now = self._now()
        if now >= expires + LEEWAY_SECONDS:
            raise _no(TOKEN_EXPIRED)
        for claim in ("nbf", "iat"):
            begins = _seconds(claims[claim]) if claim in claims else 0.0
            if begins is None or now < begins - LEEWAY_SECONDS:
                raise _no(TOKEN_NOT_YET_VALID)
        person = await issuer.identities.person_of(issuer.url, subject)
        return SignedIn(person, _program(issuer.url, subject, claims)), expires


def _program(issuer: str, subject: str, claims: Mapping[str, Any]) -> Program | None:
    """Whom a token was issued to: `client_id` (RFC 9068), or `azp`, as issuers that are older than it say."""
    client, scopes = claims.get("client_id", claims.get("azp")), claims.get("scope", "")
    if not isinstance(client, str) or not isinstance(scopes, str):
        return None
    return Program(issuer, client, subject, frozenset(scopes.split()))


def _seconds(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _no(refusal: Refusal) -> RefusedRequest:
    return RefusedRequest(refusal.of())


def _peek(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims as they claim to be, to find the issuer; nothing of it is believed."""
    parts = token.split(".")
    if len(parts) != 3:
        raise _no(TOKEN_MALFORMED)
    try:
        header, claims = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts[:2])
    except (binascii.Error, ValueError):
        raise _no(TOKEN_MALFORMED) from None
    return _object(header), _object(claims)


def _object(raw: bytes | None) -> Mapping[str, Any]:
    try:
        value = orjson.loads(raw or b"")
    except orjson.JSONDecodeError:
        raise _no(TOKEN_MALFORMED) from None
    if not isinstance(value, dict):
        raise _no(TOKEN_MALFORMED)
    return value
