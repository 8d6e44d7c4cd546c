"""Whatever comes in wrong is refused with the right problem, in both languages, and nothing is recorded."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from shared.refusals import KERNEL_REFUSALS
from shared.web.auth import Authenticator, FetchedKeys, Issuer
from shared.web.problem import MEDIA_TYPE
from tests.shared.web.conftest import Answer, Client, served
from tests.support.two_divisions import TwoDivisions
from zeren.office import SERVICES

SENTENCES = {r.code: r for r in (*KERNEL_REFUSALS, *(refusal for s in SERVICES for refusal in s.refusals))}


@dataclass
class Recorded:
    """How many events the ledger has more at the end of a test."""

    events: int = 0


@pytest.fixture(autouse=True)
async def recorded(changing_world: TwoDivisions) -> AsyncIterator[Recorded]:
    """Every test here ends with the logs where they were, but for those that say how many events they record."""
    before = await changing_world.heads()
    said = Recorded()
    yield said
    after = await changing_world.heads()
    assert after["ledger"] - before["ledger"] == said.events
    assert said.events or after == before


def refused(answer: Answer, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, in Chinese and in English."""
    assert (answer.status, answer.headers["content-type"]) == (status, MEDIA_TYPE), answer.body
    body: dict[str, Any] = answer.json
    assert (body["code"], body["status"], body["type"]) == (code, status, f"/problems/{code}")
    sentence = SENTENCES[code]
    assert body["zh"] == sentence.zh.format_map(body["values"] | {"limit_bytes": 1 << 20})
    assert body["en"] == sentence.en.format_map(body["values"] | {"limit_bytes": 1 << 20})
    language = answer.headers["content-language"]
    assert body["detail"] == body[language]
    return body


def draft(world: TwoDivisions, **changed: Any) -> dict[str, Any]:
    """The body of a plan's draft, which would be recorded as it stands."""
    unit = world.baishui.ids["county"]
    plan = {"code": "P-1", "unit": unit, "title": "专项方案", "from_year": 2026, "to_year": 2026}
    return {**plan, **changed}


async def post(world: TwoDivisions, path: str, body: Any = None, **sent: Any) -> Answer:
    """A coordinator of 白水县 sends it, under a fresh key unless one is given."""
    sent = {"person": world.baishui.people["coordinator"], "key": uuid4().hex, **sent}
    return await world.client.send("POST", f"/api/ledger/{path}", body, **sent)


# --- bodies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("body", [b'{"code": "P-1",', b"\xff\xfe", b"{]", b"code=P-1", b"[1, 2", b'{"title": "\xd8"}'])
async def test_malformed_json(changing_world: TwoDivisions, body: bytes, language: str) -> None:
    answer = await post(changing_world, "plans", data=body, accept_language=language)
    assert answer.headers["content-language"] == language
    refused(answer, 400, "body-malformed")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"from_year": "2026"}, "/from_year", "int-type"),
        ({"from_year": 2026.5}, "/from_year", "int-type"),
        ({"from_year": True}, "/from_year", "int-type"),
        ({"from_year": float("nan")}, "/from_year", "int-type"),
        ({"from_year": None}, "/from_year", "int-type"),
        ({"title": 7}, "/title", "string-type"),
        ({"title": ["专项方案"]}, "/title", "string-type"),
        ({"title": "长" * 20_001}, "/title", "string-too-long"),
        ({"unit": "../etc"}, "/unit", "string-pattern-mismatch"),
        ({"unit": {}}, "/unit", "string-type"),
        ({"secret": 1}, "/secret", "extra-forbidden"),
        ({"plan": "mine"}, "/plan", "extra-forbidden"),
        ({"title": "一\u0000二"}, "/title", "string-pattern-mismatch"),
        ({"code": "\u0000"}, "/code", "string-pattern-mismatch"),
        ({"basis": "\u001b[2J"}, "/basis", "string-pattern-mismatch"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_field_of_another_type_or_none_of_ours(
    changing_world: TwoDivisions, changed: dict[str, Any], pointer: str, code: str, language: str
) -> None:
    answer = await post(changing_world, "plans", draft(changing_world, **changed), accept_language=language)
    body = refused(answer, 400, "body-invalid")
    assert [(e["pointer"], e["code"].replace("int-from-float", "int-type")) for e in body["errors"]] == [
        (pointer, code)
    ]
    assert all(e["zh"] and e["en"] for e in body["errors"])


async def test_everything_that_is_wrong_is_told_at_once(changing_world: TwoDivisions) -> None:
    answer = await post(changing_world, "plans", {"code": 1, "from_year": "x", "more": True})
    body = refused(answer, 400, "body-invalid")
    pointers = {e["pointer"] for e in body["errors"]}
    assert pointers == {"/code", "/from_year", "/more", "/unit", "/title", "/to_year"}
    assert body["values"] == {"count": 6}


@pytest.mark.parametrize("body", [b"[]", b"1", b'"text"', b"null", b"true"])
async def test_json_that_is_no_object(changing_world: TwoDivisions, body: bytes) -> None:
    refused(await post(changing_world, "plans", data=body), 400, "body-invalid")


async def test_no_value_that_was_sent_is_repeated(changing_world: TwoDivisions) -> None:
    answer = await post(changing_world, "plans", draft(changing_world, code="身份证 530102", title=7, note="张三"))
    assert "530102" not in answer.body.decode()
    assert "张三" not in answer.body.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_body_of_more_than_a_mebibyte(changing_world: TwoDivisions, language: str) -> None:
    huge = json.dumps(draft(changing_world, title="长" * (1 << 19))).encode()
    assert len(huge) > 1 << 20
    refused(await post(changing_world, "plans", data=io.BytesIO(huge), accept_language=language), 413, "body-too-large")


async def test_a_body_whose_length_is_not_announced_and_never_ends(changing_world: TwoDivisions) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (1 << 16)

    refused(await post(changing_world, "plans", data=chunks()), 413, "body-too-large")


async def test_a_body_of_another_type(changing_world: TwoDivisions) -> None:
    answer = await post(changing_world, "plans", data=b"<plan/>", content_type="application/xml")
    refused(answer, 415, "body-not-json")


async def test_a_body_nested_very_deeply(changing_world: TwoDivisions) -> None:
    answer = await post(changing_world, "plans", data=b"[" * 100_000 + b"]" * 100_000)
    refused(answer, 400, "body-malformed")


# --- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("identity", ["%00", "a%00b", "%ff", "..", "%2e%2e%2f", "'; drop table log;--", "长" * 200])
async def test_an_identity_that_cannot_be_anybodys(changing_world: TwoDivisions, identity: str, method: str) -> None:
    path = f"tasks/{identity}" if method == "GET" else f"tasks/{identity}/cancel"
    body = {"reason": "无", "decision": "无"} if method == "POST" else None
    person = changing_world.baishui.people["coordinator"]
    answer = await changing_world.client.send(method, f"/api/ledger/{path}", body, person=person, key=uuid4().hex)
    assert answer.status in (400, 404), answer.body
    assert answer.headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    "query",
    [
        "limit=x",
        "limit=1&limit=2",
        "colour=red",
        "light=blue",
        "whole=maybe",
        "after=%00",
        "plan=a%00b",
        "after=bm90aGluZw",
        "limit=9223372036854775808",
        "unit=%ff",
    ],
)
async def test_a_query_parameter_that_is_wrong(changing_world: TwoDivisions, query: str) -> None:
    person = changing_world.baishui.people["coordinator"]
    answer = await changing_world.client.send("GET", f"/api/ledger/tasks?{query}", person=person)
    assert answer.status == 400, answer.body
    body = refused(answer, 400, answer.json["code"])
    assert body["code"] in ("body-invalid", "body-malformed")


@pytest.mark.parametrize(("method", "path"), [("PUT", "tasks"), ("DELETE", "tasks/1"), ("PATCH", "me"), ("POST", "me")])
async def test_another_method(changing_world: TwoDivisions, method: str, path: str) -> None:
    answer = await changing_world.client.send(method, f"/api/ledger/{path}")
    refused(answer, 405, "method-not-allowed")
    assert answer.headers["allow"]


async def test_an_address_that_nobody_serves(changing_world: TwoDivisions) -> None:
    for path in ("/api/ledger/secrets", "/api/complaints/tasks", "/admin"):
        refused(await changing_world.client.send("GET", path), 404, "not-found")


# --- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_command_without_its_key(changing_world: TwoDivisions, language: str) -> None:
    answer = await post(changing_world, "plans", draft(changing_world), key=None, accept_language=language)
    refused(answer, 400, "key-missing")


@pytest.mark.parametrize("key", ["two words", "钥匙".encode().decode("latin-1"), "k" * 201])
async def test_a_key_that_is_none(changing_world: TwoDivisions, key: str) -> None:
    refused(await post(changing_world, "plans", draft(changing_world), key=key), 400, "key-malformed")


@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [
        ('"999"', 412, "version-mismatch"),
        ('W/"2"', 412, "version-mismatch"),
        ("2", 400, "header-malformed"),
        ('"x"', 400, "header-malformed"),
    ],
)
async def test_a_version_that_is_not_the_one_read(
    changing_world: TwoDivisions, tag: str, status: int, code: str
) -> None:
    path = f"tasks/{changing_world.baishui.ids['task']}/cancel"
    body = {"reason": "机构调整", "decision": "县委会议纪要"}
    refused(await post(changing_world, path, body, if_match=tag), status, code)


@pytest.mark.parametrize(
    "position",
    [
        *("ledger", "ledger=-1", "ledger=1;assessment=2", "=1", "ledger=" + "9" * 16),
        *("ledger=1;feed=", "ledger=1;feed=-1", "ledger;feed=1"),
    ],
)
async def test_a_position_that_is_none(changing_world: TwoDivisions, position: str) -> None:
    person = changing_world.baishui.people["coordinator"]
    answer = await changing_world.client.send("GET", "/api/ledger/tasks", person=person, zeren_position=position)
    refused(answer, 400, "header-malformed")


async def test_a_position_that_the_log_has_not_reached(changing_world: TwoDivisions) -> None:
    person = changing_world.baishui.people["coordinator"]
    began = time.monotonic()
    answer = await changing_world.client.send(
        "GET", "/api/ledger/tasks", person=person, zeren_position="ledger=99999999"
    )
    refused(answer, 400, "position-ahead")
    assert time.monotonic() - began < 1.5, "there is nothing to wait for"


async def test_what_another_service_was_told_is_waited_for_within_a_bound(changing_world: TwoDivisions) -> None:
    person = changing_world.baishui.people["coordinator"]
    began = time.monotonic()
    answer = await changing_world.client.send(
        "GET", "/api/assessment/schemes", person=person, zeren_position="ledger=1;feed=99999999"
    )
    refused(answer, 503, "behind")
    assert 2 <= time.monotonic() - began < 10


async def test_of_a_log_that_a_service_does_not_receive_it_waits_for_nothing(changing_world: TwoDivisions) -> None:
    person = changing_world.baishui.people["coordinator"]
    began = time.monotonic()
    told = "ledger=1;feed=99999999, assessment=99999999;feed=99999999"
    answer = await changing_world.client.send("GET", "/api/ledger/me", person=person, zeren_position=told)
    assert answer.status == 200
    assert time.monotonic() - began < 1.5


# --- the same key ---------------------------------------------------------------------------------------------------


async def test_a_repeated_key_gives_the_same_answer_and_with_another_body_none(
    changing_world: TwoDivisions, recorded: Recorded
) -> None:
    recorded.events = 2
    key, body = uuid4().hex, draft(changing_world, code="P-2")
    first = await post(changing_world, "plans", body, key=key)
    assert first.status == 201
    again = await post(changing_world, "plans", body, key=key)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["zeren-position"] == first.headers["zeren-position"]
    for language in ("zh", "en"):
        other = await post(changing_world, "plans", body | {"title": "另一份"}, key=key, accept_language=language)
        refused(other, 422, "key-reused")


async def test_a_key_is_its_senders_own(changing_world: TwoDivisions, recorded: Recorded) -> None:
    recorded.events = 2
    key = uuid4().hex
    await post(changing_world, "plans", draft(changing_world, code="P-3"), key=key)
    other = changing_world.qingxi.people["coordinator"]
    body = draft(changing_world, code="P-3", unit=changing_world.qingxi.ids["county"])
    refused(await post(changing_world, "plans", body, key=key, person=other), 422, "plan-code-taken")


# --- other units' data ----------------------------------------------------------------------------------------------


async def test_what_belongs_to_another_county_is_not_found(changing_world: TwoDivisions) -> None:
    other = changing_world.qingxi.ids
    refused(await post(changing_world, "plans", draft(changing_world, unit=other["county"])), 404, "not-found")
    refused(await post(changing_world, f"plans/{other['plan']}/close", {"reason": "无"}), 404, "not-found")
    cancelled = {"reason": "无", "decision": "无"}
    refused(await post(changing_world, f"tasks/{other['task']}/cancel", cancelled), 404, "not-found")


async def test_what_one_does_not_know_is_answered_as_what_is_not_there(changing_world: TwoDivisions) -> None:
    cancelled = {"reason": "无", "decision": "无"}
    there = await post(changing_world, f"tasks/{changing_world.qingxi.ids['task']}/cancel", cancelled)
    nowhere = await post(changing_world, f"tasks/{uuid4()}/cancel", cancelled)
    assert (there.status, there.body) == (nowhere.status, nowhere.body)


# --- tokens ---------------------------------------------------------------------------------------------------------

CITY = "https://id.yunling.example"
COUNTY = "https://id.qingxi.example"


@dataclass
class Rotating:
    """The key set of an issuer, which publishes others from time to time."""

    keys: list[Any]
    now: float = 0.0

    async def fetch(self) -> bytes:
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()

    def cached(self) -> FetchedKeys:
        return FetchedKeys(self.fetch, cooldown_seconds=30, now=lambda: self.now)


@dataclass
class TwoIssuers:
    """The application as two issuers of the world outside are trusted by it; their subjects are mapped to people."""

    world: TwoDivisions
    client: Client
    city: Rotating
    county: Rotating
    sub: str = field(default="zhou.zheng")

    def token(self, key: Any, alg: str, **changed: Any) -> str:
        now = int(time.time())
        issuer = CITY if alg == "ES256" else COUNTY
        claims = {"iss": issuer, "aud": "zeren", "sub": self.sub, "iat": now - 60, "exp": now + 600, **changed}
        header = {"alg": alg, "kid": key.kid, "typ": "at+jwt"}
        return str(jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, key, algorithms=[alg]))

    async def me(self, token: str, **headers: Any) -> Answer:
        return await self.client.send("GET", "/api/ledger/me", token=token, **headers)

    async def refused(self, token: str, code: str) -> None:
        """On every way in, in both languages; and the command is not carried out."""
        for language in ("zh", "en"):
            answer = await self.me(token, accept_language=language)
            refused(answer, 401, code)
            assert answer.headers["www-authenticate"].startswith("Bearer")
        sent = await self.client.send("POST", "/api/ledger/plans", draft(self.world), token=token, key=uuid4().hex)
        refused(sent, 401, code)
        asked = await self.client.send("POST", "/api/assessment/graphql", {"query": "{ __typename }"}, token=token)
        refused(asked, 401, code)


@pytest.fixture(scope="module")
async def issuers(changing_world: TwoDivisions) -> AsyncIterator[TwoIssuers]:
    world = changing_world
    city = Rotating([ECKey.generate_key("P-256", {"kid": "city-1"})])
    county = Rotating([RSAKey.generate_key(2048, {"kid": "county-1"})])
    identities = world.office.identities
    auth = Authenticator(
        [
            Issuer(CITY, "zeren", ("ES256",), city.cached(), identities),
            Issuer(COUNTY, "zeren", ("RS256",), county.cached(), identities),
        ]
    )
    await identities.link(CITY, "zhou.zheng", world.baishui.people["coordinator"])
    await identities.link(COUNTY, "zhou.zheng", world.qingxi.people["coordinator"])
    async with _served(world, auth) as client:
        yield TwoIssuers(world, client, city, county)


@asynccontextmanager
async def _served(world: TwoDivisions, auth: Authenticator) -> AsyncIterator[Client]:
    async with served(world.application(auth=auth)) as base:
        yield replace(world.client, base=base)


async def test_the_same_subject_of_two_issuers_is_two_people(issuers: TwoIssuers) -> None:
    world = issuers.world
    city = await issuers.me(issuers.token(issuers.city.keys[0], "ES256"))
    county = await issuers.me(issuers.token(issuers.county.keys[0], "RS256"))
    assert city.json["person"] == world.baishui.people["coordinator"]
    assert county.json["person"] == world.qingxi.people["coordinator"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"exp": 1_767_585_600}, "token-expired"),
        ({"exp": None}, "token-claims-missing"),
        ({"aud": "another-system"}, "token-wrong-audience"),
        ({"aud": ["a", "b"]}, "token-wrong-audience"),
        ({"aud": None}, "token-claims-missing"),
        ({"iss": "https://id.elsewhere.example"}, "token-wrong-issuer"),
        ({"iss": COUNTY}, "token-wrong-algorithm"),
        ({"nbf": 4_102_444_800}, "token-not-yet-valid"),
        ({"sub": ""}, "token-claims-missing"),
    ],
    ids=lambda value: str(value),
)
async def test_a_token_that_is_not_for_here(issuers: TwoIssuers, changed: dict[str, Any], code: str) -> None:
    await issuers.refused(issuers.token(issuers.city.keys[0], "ES256", **changed), code)


async def test_a_token_that_nobody_signed(issuers: TwoIssuers) -> None:
    _, claims, _ = issuers.token(issuers.city.keys[0], "ES256").split(".")
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
    for signature in ("", "AAAA"):
        await issuers.refused(f"{header}.{claims}.{signature}", "token-wrong-algorithm")


async def test_a_token_of_a_public_key_used_as_a_secret(issuers: TwoIssuers) -> None:
    header, claims, signature = issuers.token(issuers.city.keys[0], "ES256").split(".")
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"at+jwt","kid":"city-1"}').decode().rstrip("=")
    await issuers.refused(f"{header}.{claims}.{signature}", "token-wrong-algorithm")


async def test_a_token_whose_claims_were_changed(issuers: TwoIssuers) -> None:
    header, _, signature = issuers.token(issuers.city.keys[0], "ES256").split(".")
    _, claims, _ = issuers.token(issuers.city.keys[0], "ES256", sub="somebody.else").split(".")
    await issuers.refused(f"{header}.{claims}.{signature}", "token-bad-signature")


async def test_a_key_of_one_issuer_signs_nothing_for_the_other(issuers: TwoIssuers) -> None:
    other = ECKey.generate_key("P-256", {"kid": "city-1"})
    await issuers.refused(issuers.token(other, "ES256"), "token-bad-signature")
    county = RSAKey.generate_key(2048, {"kid": "city-1"})
    await issuers.refused(issuers.token(county, "RS256"), "token-unknown-key")


@pytest.mark.parametrize("alg", ["ES256", "RS256"])
async def test_rotated_keys(issuers: TwoIssuers, alg: str) -> None:
    published = issuers.city if alg == "ES256" else issuers.county
    old = published.keys[0]
    new = ECKey.generate_key("P-256", {"kid": "next"}) if alg == "ES256" else RSAKey.generate_key(2048, {"kid": "next"})
    assert (await issuers.me(issuers.token(old, alg))).status == 200
    await issuers.refused(issuers.token(new, alg), "token-unknown-key")
    published.keys = [new]
    published.now += 31
    assert (await issuers.me(issuers.token(new, alg))).status == 200
    await issuers.refused(issuers.token(old, alg, sub="another"), "token-unknown-key")


@pytest.mark.parametrize("sent", ["Basic eHg6eQ==", "Bearer", "Bearer  ", "token abc"])
async def test_a_header_without_a_bearer_token(changing_world: TwoDivisions, sent: str) -> None:
    answer = await changing_world.client.send("GET", "/api/ledger/me", person=None, authorization=sent)
    refused(answer, 401, "token-missing")


@pytest.mark.parametrize("token", ["abc", "a.b", "a.b.c", "." * 5, "x" * 20_000, "e30.e30.e30"])
async def test_a_token_that_is_no_jwt(changing_world: TwoDivisions, token: str) -> None:
    answer = await changing_world.client.send("GET", "/api/ledger/me", token=token)
    assert answer.status in (401, 431), answer.body
    assert answer.status == 431 or answer.json["code"] in ("token-malformed", "token-claims-missing")
