"""The ports of a service over HTTP, for the other services of the installation and for nobody else.

`POST /api/<owner>/ports/<what>` with a service's token takes keys and gives what the owner tells of them. The keys stand in
the body, because they may name somebody; a front does not pass the address on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

import aiohttp
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.ports import KEY_LONGEST, MOST_KEYS, Answering, Offer, Port
from shared.refusals import BODY_MALFORMED, NOT_ALLOWED, PORT_UNAVAILABLE, RefusedRequest
from shared.web.asgi import Address, read_body
from shared.web.service_tokens import ServiceTokens

T = TypeVar("T")

PATH = "ports"
"""Behind the address of every service; not passed on by a front."""

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_TIMEOUT = aiohttp.ClientTimeout(total=5)


class _Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: Annotated[list[Annotated[str, msgspec.Meta(max_length=KEY_LONGEST)]], msgspec.Meta(max_length=MOST_KEYS)]


def port_routes(owner: Answering, offers: Sequence[Offer[Any]], tokens: ServiceTokens) -> list[Route]:
    """The addresses at which the other services ask."""
    return [_route(owner, offer.port, tokens) for offer in offers]


def _route(owner: Answering, port: Port[Any], tokens: ServiceTokens) -> Route:
    service, _, what = port.name.partition("/")

    async def answer(request: Request) -> Response:
        asker = tokens.verify(request.headers.get("authorization"))
        try:
            asked = msgspec.json.decode(await read_body(request), type=_Asked)
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise RefusedRequest(BODY_MALFORMED.of()) from None
        told = await owner.answer_port(port.name, asker, asked.keys)
        return Response(
            _ENCODER.encode({"told": told}), headers={"cache-control": "no-store"}, media_type="application/json"
        )

    return Route(f"/{PATH}/{what}", Address(f"/api/{service}/{PATH}/{what}", answer), methods=["POST"])


class OverHttp:
    """The services that are served at `base_of(service)`, asked by one of them.

    `token` mints what it signs in with. Nothing is kept of an answer.
    """

    def __init__(self, base_of: Callable[[str], str], token: Callable[[], str], session: aiohttp.ClientSession) -> None:
        self._base_of = base_of
        self._token = token
        self._session = session

    async def ask(self, port: Port[T], keys: Sequence[str]) -> Mapping[str, T]:
        owner, _, what = port.name.partition("/")
        url = f"{self._base_of(owner).rstrip('/')}/api/{owner}/{PATH}/{what}"
        body = msgspec.json.encode(_Asked(list(keys)))
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        try:
            asking = self._session.post(url, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
            async with asking as response:
                if response.status == 403:
                    raise RefusedRequest(NOT_ALLOWED.of())
                response.raise_for_status()
                # By the declaration, so that nothing is taken for an answer that is none.
                form: Any = dict[Literal["told"], dict[str, port.told]]  # type: ignore[name-defined]
                told: dict[str, T] = msgspec.json.decode(await response.read(), type=form)["told"]
                return told
        except (aiohttp.ClientError, TimeoutError, OSError, msgspec.DecodeError, KeyError) as error:
            raise RefusedRequest(PORT_UNAVAILABLE.of(port=port.name)) from error
