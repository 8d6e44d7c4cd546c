"""Services ask each other in one process and over HTTP alike; over HTTP, only services are answered."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import msgspec
import pytest
from joserfc.jwk import OKPKey
from starlette.applications import Starlette

from shared.ports import InProcess, Neighbours
from shared.refusals import RefusedRequest
from shared.web.ports import OverHttp, port_routes
from shared.web.service_tokens import ServiceTokens
from tests.contracts.port_contract import NAMES, Neighbouring, PortContract, Register
from tests.shared.web.conftest import served
from zeren.office import SERVICES

TOKENS = ServiceTokens(OKPKey.generate_key("Ed25519"))
TOO_MANY = msgspec.json.encode({"keys": ["p"] * 201}).decode()
FOREIGN = ServiceTokens(OKPKey.generate_key("Ed25519"))


@pytest.fixture
def register() -> Register:
    return Register()


class TestInProcess(PortContract):
    @pytest.fixture
    def neighbours(self, register: Register) -> Neighbouring:
        return lambda asker: InProcess(asker, {"register": register})


@pytest.fixture
async def base(register: Register) -> AsyncIterator[str]:
    app = Starlette()
    app.mount("/api/register", Starlette(routes=port_routes(register, register.offers(), TOKENS)))
    async with served(app) as base:
        yield base


class TestOverHttp(PortContract):
    @pytest.fixture
    async def neighbours(self, base: str) -> AsyncIterator[Neighbouring]:
        bases = {"register": base, "treasury": "http://127.0.0.1:1"}
        async with aiohttp.ClientSession() as session:

            def of(asker: str) -> Neighbours:
                return OverHttp(bases.__getitem__, lambda: TOKENS.mint(asker), session)

            yield of


async def test_only_services_of_the_installation_are_answered(register: Register, base: str) -> None:
    async with aiohttp.ClientSession() as session:
        for token in (FOREIGN.mint("complaints"), "", "not-a-token"):
            asking = OverHttp(lambda owner: base, lambda token=token: token, session)  # type: ignore[misc]
            with pytest.raises(RefusedRequest) as refused:
                await asking.ask(NAMES, ["p-1"])
            assert refused.value.refused.code == "port-unavailable"
        async with session.post(f"{base}/api/register/ports/names", json={"keys": ["p-1"]}) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (401, "token-missing")
    assert register.questions == []


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"keys": [1]}', '{"keys": ["p-1"], "for": "p-2"}', TOO_MANY],
)
async def test_what_is_no_question_is_refused(register: Register, base: str, body: str) -> None:
    headers = {"Authorization": f"Bearer {TOKENS.mint('complaints')}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{base}/api/register/ports/names", data=body, headers=headers) as answer,
    ):
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (400, "body-malformed")
    assert register.questions == []


async def test_an_answer_that_is_none_is_not_taken_for_one(register: Register, base: str) -> None:
    register.names = {"p-1": 7}  # type: ignore[dict-item]  # such as an owner of another version might say
    async with aiohttp.ClientSession() as session:
        asking = OverHttp(lambda owner: base, lambda: TOKENS.mint("complaints"), session)
        with pytest.raises(RefusedRequest) as refused:
            await asking.ask(NAMES, ["p-1"])
    assert refused.value.refused.code == "port-unavailable"


def test_every_service_asks_at_ports_that_are_offered_to_it() -> None:
    offered = {offer.port.name: offer.port for service in SERVICES for offer in service.ports}
    for service in SERVICES:
        assert all(offer.port.owner == service.name for offer in service.ports)
        for port in service.asks:
            assert offered[port.name] is port
            assert service.name in port.may
