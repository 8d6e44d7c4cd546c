"""Services ask the ledger who somebody is: as services, once, and never without an answer taken for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from joserfc.jwk import OKPKey
from starlette.applications import Starlette

from shared.domain import PersonId
from shared.refusals import RefusedRequest
from shared.web.identities_port import AskedIdentities, identity_routes
from shared.web.service_tokens import ServiceTokens
from tests.shared.web.conftest import served

CITY = "https://id.yunling.example"
TOKENS = ServiceTokens(OKPKey.generate_key("Ed25519"))
FOREIGN = ServiceTokens(OKPKey.generate_key("Ed25519"))


class Register:
    """Who is who, and how often somebody asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def person_of(self, issuer: str, subject: str) -> PersonId:
        self.asked.append((issuer, subject))
        return PersonId(f"p-{len(self.asked)}")


@asynccontextmanager
async def ledger(register: Register) -> AsyncIterator[tuple[str, aiohttp.ClientSession]]:
    app = Starlette()
    app.mount("/api/ledger", Starlette(routes=identity_routes("ledger", register, TOKENS)))
    async with served(app) as base, aiohttp.ClientSession() as session:
        yield base, session


async def test_a_subject_is_asked_for_once_and_is_the_person_that_the_ledger_says() -> None:
    register = Register()
    async with ledger(register) as (base, session):
        asked = AskedIdentities(base, "ledger", lambda: TOKENS.mint("assessment"), session)
        persons = [await asked.person_of(CITY, subject) for subject in ("chen", "li", "chen")]

    assert persons == ["p-1", "p-2", "p-1"]
    assert register.asked == [(CITY, "chen"), (CITY, "li")]


async def test_two_pairs_whose_texts_run_together_alike_are_two() -> None:
    register = Register()
    async with ledger(register) as (base, session):
        asked = AskedIdentities(base, "ledger", lambda: TOKENS.mint("assessment"), session)
        assert await asked.person_of("a", "b\nc") != await asked.person_of("a\nb", "c")


async def test_only_services_of_the_installation_are_answered() -> None:
    register = Register()
    async with ledger(register) as (base, session):
        for token in (FOREIGN.mint("assessment"), "", "not-a-token"):
            asked = AskedIdentities(base, "ledger", lambda token=token: token, session)  # type: ignore[misc]
            with pytest.raises(RefusedRequest) as refused:
                await asked.person_of(CITY, "chen")
            assert refused.value.refused.code == "identities-unavailable"
        async with session.post(f"{base}/api/ledger/identities", json={"issuer": CITY, "subject": "chen"}) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (401, "token-missing")
    assert register.asked == []


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"issuer": 1, "subject": "chen"}'])
async def test_what_is_no_question_is_refused(body: str) -> None:
    register = Register()
    async with ledger(register) as (base, session):
        headers = {"Authorization": f"Bearer {TOKENS.mint('assessment')}"}
        async with session.post(f"{base}/api/ledger/identities", data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (400, "body-malformed")
    assert register.asked == []


async def test_while_the_ledger_is_away_nobody_is_anybody_and_afterwards_they_are() -> None:
    register = Register()
    async with aiohttp.ClientSession() as session:
        away = AskedIdentities("http://127.0.0.1:1", "ledger", lambda: TOKENS.mint("assessment"), session)
        with pytest.raises(RefusedRequest) as refused:
            await away.person_of(CITY, "chen")
        assert refused.value.refused.code == "identities-unavailable"
    async with ledger(register) as (base, session):
        asked = AskedIdentities(base, "ledger", lambda: TOKENS.mint("assessment"), session)
        assert await asked.person_of(CITY, "chen") == "p-1"
