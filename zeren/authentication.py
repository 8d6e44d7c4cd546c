"""Whose tokens this installation believes: the issuers of its settings, and in development its own."""

from __future__ import annotations

from pathlib import Path

from shared.web.auth import Authenticator, FetchedKeys, Identities, Issuer, keys_of_file, keys_of_url
from zeren.issuer import DevelopmentIssuer
from zeren.settings import Settings


def authenticator(settings: Settings, identities: Identities) -> Authenticator:
    """The issuers of ZEREN_ISSUERS, whose subjects are mapped to pseudonyms; and outside production the own one."""
    issuers = [
        Issuer(given.issuer, given.audience, given.algorithms, _keys(given.jwks), identities)
        for given in settings.issuers
    ]
    if settings.env != "production":
        issuers.append(DevelopmentIssuer(settings).trusted())
    return Authenticator(issuers)


def _keys(jwks: str) -> FetchedKeys:
    return keys_of_url(jwks) if jwks.startswith(("https://", "http://")) else keys_of_file(Path(jwks))
