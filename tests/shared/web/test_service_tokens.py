"""Tokens between services: each test differs from the good token in one thing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.refusals import RefusedRequest
from shared.web.auth import Authenticator, FixedKeys, Issuer, SubjectsArePersons
from shared.web.service_tokens import AUDIENCE, ISSUER, ServiceTokens

NOON = 1_767_585_600.0  # 2026-01-05T04:00:00Z
KEY = OKPKey.generate_key("Ed25519")
OTHER_KEY = OKPKey.generate_key("Ed25519")
SHORT_KEY = OctKey.generate_key(256)


def token(key: Any = KEY, alg: str = "Ed25519", typ: str | None = "service+jwt", **changed: Any) -> str:
    header = {"alg": alg, **({"typ": typ} if typ else {})}
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "service/assessment", "iat": int(NOON), "exp": int(NOON) + 60}
    claims = {name: value for name, value in (whole | changed).items() if value is not None}
    return jwt.encode(header, claims, key, algorithms=[alg])


def verify(authorization: str | None, now: float = NOON) -> str:
    try:
        return ServiceTokens(KEY, lambda: now).verify(authorization)
    except RefusedRequest as refused:
        return refused.refused.code


def test_what_one_process_minted_another_with_the_same_key_recognises() -> None:
    minted = ServiceTokens(KEY, lambda: NOON).mint("assessment")

    assert verify(f"Bearer {minted}") == "assessment"


def test_a_token_lives_a_minute_and_the_leeway_of_clocks() -> None:
    minted = ServiceTokens(KEY, lambda: NOON).mint("ledger")

    assert verify(f"Bearer {minted}", NOON + 89) == "ledger"
    assert verify(f"Bearer {minted}", NOON + 90) == "token-expired"
    assert verify(f"Bearer {minted}", NOON - 31) == "token-not-yet-valid"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "token-missing"),
        ("", "token-missing"),
        ("Basic bGVkZ2VyOng=", "token-missing"),
        ("Bearer ", "token-missing"),
        ("Bearer a.b", "token-malformed"),
        ("Bearer a.b.c", "token-malformed"),
        ("Bearer 台账", "token-malformed"),
        (f"Bearer {'a' * 16_385}", "token-malformed"),
        (f"Bearer {token(typ='at+jwt')}", "token-wrong-type"),
        (f"Bearer {token(typ=None)}", "token-wrong-type"),
        (f"Bearer {token(SHORT_KEY, 'HS256')}", "token-wrong-algorithm"),
        (f"Bearer {token(OTHER_KEY)}", "token-bad-signature"),
        (f"Bearer {token()[:-8]}AAAAAAAA", "token-bad-signature"),
        (f"Bearer {token(iss='urn:zeren:development')}", "token-wrong-issuer"),
        (f"Bearer {token(aud='zeren')}", "token-wrong-audience"),
        (f"Bearer {token(sub='p-1')}", "token-claims-missing"),
        (f"Bearer {token(sub='service/Ledger; drop')}", "token-claims-missing"),
        (f"Bearer {token(sub=None)}", "token-claims-missing"),
        (f"Bearer {token(exp=None)}", "token-claims-missing"),
        (f"Bearer {token(exp='never')}", "token-claims-missing"),
    ],
)
def test_everything_else_is_refused_by_name(authorization: str | None, code: str) -> None:
    assert verify(authorization) == code


def test_a_service_is_nobody_where_people_are_asked_for() -> None:
    """Not even where somebody lists the services' own key as that of an issuer."""
    trusted = Issuer(ISSUER, AUDIENCE, ("Ed25519",), FixedKeys([KEY]), SubjectsArePersons())
    careless, usual = Authenticator([trusted], lambda: NOON), Authenticator([], lambda: NOON)
    minted = ServiceTokens(KEY, lambda: NOON).mint("ledger")

    for authenticator, code in ((careless, "token-wrong-type"), (usual, "token-wrong-issuer")):
        with pytest.raises(RefusedRequest) as refused:
            asyncio.run(authenticator.signed_in(f"Bearer {minted}"))
        assert refused.value.refused.code == code
