"""Which tokens are believed: each test differs from the good token in one thing."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.domain import PersonId
from shared.refusals import RefusedRequest
from shared.web.asgi import Address
from shared.web.auth import (
    Authenticator,
    FetchedKeys,
    FixedKeys,
    Issuer,
    SubjectsArePersons,
    keys_of_file,
    keys_of_url,
)
from tests.shared.web.conftest import Client, served
from tests.shared.web.small import CLERK
from zeren import home as homes
from zeren.issuer import DevelopmentIssuer, NotInProduction
from zeren.settings import Settings

NOON = 1_767_585_600.0  # 2026-01-05T04:00:00Z
CITY = "https://id.yunling.example"
COUNTY = "https://id.qingxi.example"

CITY_KEY = ECKey.generate_key("P-256", {"kid": "city-1"})
COUNTY_KEY = RSAKey.generate_key(2048, {"kid": "county-1"})
COUNTY_NEXT = RSAKey.generate_key(2048, {"kid": "county-2"})
ED_KEY = OKPKey.generate_key("Ed25519", {"kid": "ed-1"})


def claims(**changed: Any) -> dict[str, Any]:
    whole = {"iss": CITY, "aud": "zeren", "sub": "p-1", "iat": NOON - 60, "exp": NOON + 600, **changed}
    return {name: value for name, value in whole.items() if value is not None}


def token(key: Any = CITY_KEY, alg: str = "ES256", header: dict[str, Any] | None = None, **changed: Any) -> str:
    return jwt.encode(
        {"alg": alg, "kid": key.kid, "typ": "at+jwt", **(header or {})}, claims(**changed), key, algorithms=[alg]
    )


@dataclass
class Published:
    """A key set that its issuer publishes, changes, or cannot serve; counts how often it is fetched."""

    keys: list[Any] = field(default_factory=lambda: [COUNTY_KEY])
    fetched: int = 0
    down: bool = False
    now: float = 0.0

    async def fetch(self) -> bytes:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.down:
            raise aiohttp.ClientError
        return json.dumps({"keys": [key.as_dict(private=False) for key in self.keys]}).encode()

    def cached(self) -> FetchedKeys:
        return FetchedKeys(self.fetch, ttl_seconds=300, cooldown_seconds=30, now=lambda: self.now)


def authenticator(published: Published | None = None, now: float = NOON) -> Authenticator:
    persons = SubjectsArePersons()
    keys = (published or Published()).cached()
    return Authenticator(
        [
            Issuer(CITY, "zeren", ("ES256", "EdDSA"), FixedKeys([CITY_KEY, ED_KEY]), persons),
            Issuer(COUNTY, "zeren", ("RS256", "PS256"), keys, persons),
        ],
        now=lambda: now,
    )


async def refusal(token: str | None, auth: Authenticator | None = None) -> str:
    with pytest.raises(RefusedRequest) as refused:
        await (auth or authenticator()).signed_in(f"Bearer {token}" if token is not None else None)
    return refused.value.refused.code


async def test_a_good_token_names_the_person() -> None:
    assert (await authenticator().signed_in(f"Bearer {token()}")).person == "p-1"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # of the library that signs here
async def test_every_allowed_algorithm_is_believed() -> None:
    assert (await authenticator().signed_in(f"Bearer {token(ED_KEY, 'EdDSA')}")).person == "p-1"
    for alg in ("RS256", "PS256"):
        assert (await authenticator().signed_in(f"Bearer {token(COUNTY_KEY, alg, iss=COUNTY)}")).person == "p-1"


async def test_an_audience_may_be_one_of_several() -> None:
    assert (await authenticator().signed_in(f"Bearer {token(aud=['portal', 'zeren'])}")).person == "p-1"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"exp": NOON - 31}, "token-expired"),
        ({"exp": None}, "token-claims-missing"),
        ({"exp": "never"}, "token-claims-missing"),
        ({"sub": None}, "token-claims-missing"),
        ({"sub": ""}, "token-claims-missing"),
        ({"iss": None}, "token-claims-missing"),
        ({"aud": None}, "token-claims-missing"),
        ({"aud": "portal"}, "token-wrong-audience"),
        ({"iss": "https://id.evil.example"}, "token-wrong-issuer"),
        ({"nbf": NOON + 31}, "token-not-yet-valid"),
        ({"nbf": "later"}, "token-not-yet-valid"),
    ],
)
async def test_a_token_with_another_claim_is_refused(changed: dict[str, Any], code: str) -> None:
    assert await refusal(token(**changed)) == code


async def test_no_token_and_what_is_no_token_are_refused() -> None:
    assert await refusal(None) == "token-missing"
    assert await refusal("") == "token-missing"
    for text in ("x", "a.b.c", "e30.e30", "e30.W10.x", "张三", "x" * 20_000):
        assert await refusal(text) == "token-malformed"


async def test_algorithm_none_is_refused_signed_or_not() -> None:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    for alg in ("none", "None", "NONE", None, 5):
        header = {"alg": alg, "typ": "at+jwt", "kid": "city-1"}
        assert await refusal(f"{part(header)}.{part(claims())}.") == "token-wrong-algorithm"
        assert await refusal(f"{part(header)}.{part(claims())}.AAAA") == "token-wrong-algorithm"


async def test_a_shared_secret_made_of_the_public_key_is_refused() -> None:
    secret = OctKey.import_key(json.dumps(CITY_KEY.as_dict(private=False)).encode(), {"kid": "city-1"})
    assert await refusal(token(secret, "HS256")) == "token-wrong-algorithm"


async def test_an_algorithm_of_another_issuer_is_refused() -> None:
    assert await refusal(token(COUNTY_KEY, "RS256")) == "token-wrong-algorithm"


async def test_a_token_that_is_no_access_token_is_refused() -> None:
    assert await refusal(token(header={"typ": "id+jwt"})) == "token-wrong-type"


async def test_a_key_of_one_issuer_does_not_sign_for_another() -> None:
    other = ECKey.generate_key("P-256", {"kid": "city-1"})
    assert await refusal(token(other)) == "token-bad-signature"
    stranger = ECKey.generate_key("P-256", {"kid": "nobody"})
    assert await refusal(token(stranger)) == "token-unknown-key"


async def test_a_changed_payload_is_refused() -> None:
    head, _, signature = token().split(".")
    _, payload, _ = token(sub="p-2").split(".")
    assert await refusal(f"{head}.{payload}.{signature}") == "token-bad-signature"


async def test_a_verified_token_ends_with_its_time_although_it_was_verified() -> None:
    clock = [NOON]
    issuer = Issuer(CITY, "zeren", ("ES256",), FixedKeys([CITY_KEY]), SubjectsArePersons())
    auth = Authenticator([issuer], now=lambda: clock[0])
    good = token(exp=NOON + 60)
    assert (await auth.signed_in(f"Bearer {good}")).person == "p-1"
    clock[0] = NOON + 91
    assert await refusal(good, auth) == "token-expired"


# --- keys that rotate --------------------------------------------------------------------------------------------


async def test_a_rotated_key_is_fetched_once_when_it_is_first_met() -> None:
    published = Published()
    auth = authenticator(published)
    await auth.signed_in(f"Bearer {token(COUNTY_KEY, 'RS256', iss=COUNTY)}")
    published.keys = [COUNTY_KEY, COUNTY_NEXT]
    published.now = 60
    rotated = [token(COUNTY_NEXT, "RS256", iss=COUNTY, sub=f"p-{n}") for n in range(5)]
    together = await asyncio.gather(*(auth.signed_in(f"Bearer {one}") for one in rotated))
    assert [who.person for who in together] == [f"p-{n}" for n in range(5)]
    assert published.fetched == 2


async def test_unknown_keys_do_not_make_us_hammer_the_issuer() -> None:
    published = Published()
    auth = authenticator(published)
    for n in range(5):
        stranger = RSAKey.generate_key(2048, {"kid": f"unknown-{n}"})
        assert await refusal(token(stranger, "RS256", iss=COUNTY), auth) == "token-unknown-key"
    assert published.fetched == 1


async def test_an_issuer_that_is_down_leaves_its_known_keys_standing() -> None:
    published = Published()
    auth = authenticator(published)
    await auth.signed_in(f"Bearer {token(COUNTY_KEY, 'RS256', iss=COUNTY)}")
    published.down, published.now = True, 1000
    assert (await auth.signed_in(f"Bearer {token(COUNTY_KEY, 'RS256', iss=COUNTY, sub='p-2')}")).person == "p-2"


async def test_keys_that_could_never_be_fetched_are_our_problem_not_the_callers() -> None:
    published = Published(down=True)
    assert await refusal(token(COUNTY_KEY, "RS256", iss=COUNTY), authenticator(published)) == "token-keys-unavailable"


async def test_keys_come_by_url_and_from_a_file(tmp_path: Path) -> None:
    document = {"keys": [COUNTY_KEY.as_dict(private=False), {"kty": "oct", "k": "AAAA"}, {"kty": "EC"}]}

    async def answer(request: Request) -> Response:
        return JSONResponse(document)

    async with served(Address("/jwks", answer)) as base:
        found = await keys_of_url(f"{base}/jwks").find("county-1", "RS256")
        assert found is not None
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(document))
    assert await keys_of_file(path).find("county-1", "PS256") is not None
    assert await keys_of_file(path).find("county-1", "ES256") is None
    with pytest.raises(LookupError):
        await keys_of_file(tmp_path / "missing.json").find("county-1", "RS256")


# --- over HTTP, and the development issuer -----------------------------------------------------------------------


async def test_a_refused_token_is_401_with_a_challenge(client: Client) -> None:
    none = await client.send("GET", "/tasks/T1", person=None)
    bad = await client.send("GET", "/tasks/T1", token="a.b.c")
    assert (none.status, none.json["code"], none.headers["WWW-Authenticate"]) == (
        401,
        "token-missing",
        'Bearer realm="zeren"',
    )
    assert (bad.status, bad.headers["WWW-Authenticate"]) == (401, 'Bearer realm="zeren", error="invalid_token"')


async def test_the_development_issuer_signs_for_a_person_and_keeps_its_key(tmp_path: Path) -> None:
    first = DevelopmentIssuer(Settings(home=tmp_path))
    again = DevelopmentIssuer(Settings(home=tmp_path))
    assert (await Authenticator([again.trusted()]).signed_in(f"Bearer {first.mint(CLERK)}")).person == CLERK
    assert homes.secret_path(tmp_path, "dev-issuer.json").stat().st_mode & 0o777 == 0o600
    assert "d" not in first.jwks()["keys"][0]  # type: ignore[index]


async def test_an_expired_token_of_the_development_issuer_is_refused(issuer: DevelopmentIssuer) -> None:
    auth = Authenticator([issuer.trusted()])
    assert await refusal(issuer.mint(PersonId("p-1"), ttl_seconds=-60), auth) == "token-expired"


def test_the_development_issuer_does_not_run_in_production(tmp_path: Path) -> None:
    with pytest.raises(NotInProduction):
        DevelopmentIssuer(Settings(home=tmp_path, env="production"))
