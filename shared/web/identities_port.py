"""The port at which a service asks the ledger whose pseudonym a subject of an identity provider is.

The ledger alone allots persons and keeps the two together; the others ask it, as services, and remember the answer.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

import aiohttp
import msgspec
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.domain import PersonId
from shared.refusals import BODY_MALFORMED, IDENTITIES_UNAVAILABLE, RefusedRequest
from shared.web.asgi import Address, read_body
from shared.web.auth import Identities
from shared.web.service_tokens import ServiceTokens

PATH = "identities"
"""Behind the address of the service that owns the directory; not passed on by a front."""

_KEPT = 10_000
_TIMEOUT = aiohttp.ClientTimeout(total=5)


class _Asked(msgspec.Struct, frozen=True):
    issuer: str
    subject: str


class _Answered(msgspec.Struct, frozen=True):
    person: str


def identity_routes(service: str, identities: Identities, tokens: ServiceTokens) -> list[Route]:
    """The address at which the other services ask."""

    async def person_of(request: Request) -> Response:
        tokens.verify(request.headers.get("authorization"))
        try:
            asked = msgspec.json.decode(await read_body(request), type=_Asked)
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise RefusedRequest(BODY_MALFORMED.of()) from None
        person = await identities.person_of(asked.issuer, asked.subject)
        return Response(orjson.dumps({"person": person}), headers={"cache-control": "no-store"})

    return [Route(f"/{PATH}", Address(f"/api/{service}/{PATH}", person_of), methods=["POST"])]


class AskedIdentities:
    """Persons by issuer and subject, asked of the service at `base`, with a bounded cache.

    `token` mints what we sign in with. RefusedRequest IDENTITIES_UNAVAILABLE while nobody answers.
    """

    def __init__(self, base: str, service: str, token: Callable[[], str], session: aiohttp.ClientSession) -> None:
        self._url = f"{base.rstrip('/')}/api/{service}/{PATH}"
        self._token = token
        self._session = session
        self._known: OrderedDict[bytes, PersonId] = OrderedDict()

    async def person_of(self, issuer: str, subject: str) -> PersonId:
        # The hash, not the subject, so that a dump of memory names nobody.
        hashed = hashlib.sha256(f"{len(issuer)}\n{issuer}\n{subject}".encode()).digest()
        if person := self._known.get(hashed):
            self._known.move_to_end(hashed)
            return person
        self._known[hashed] = person = await self._ask(issuer, subject)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return person

    async def _ask(self, issuer: str, subject: str) -> PersonId:
        body = orjson.dumps({"issuer": issuer, "subject": subject})
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        try:
            asking = self._session.post(self._url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
            async with asking as response:
                response.raise_for_status()
                return PersonId(msgspec.json.decode(await response.read(), type=_Answered).person)
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.DecodeError) as error:
            raise RefusedRequest(IDENTITIES_UNAVAILABLE.of()) from error
