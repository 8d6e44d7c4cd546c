"""A standing authorisation ends."""

from __future__ import annotations

from services.notifications import events as e
from services.notifications.events import AuthorisationId
from services.notifications.rules.revoke_authorisation import RevokeAuthorisation
from tests.notifications.letters import CITY, ISSUER, MARCH_2, PAPER, YUNLING, letters

REVOKE = RevokeAuthorisation(CITY, "urging-letter")


def test_it_ends() -> None:
    given = e.AuthorisationGiven(CITY, "urging-letter", AuthorisationId("授权一"), MARCH_2, None, PAPER, ISSUER)
    letters.given(*YUNLING, given).when(REVOKE, by=ISSUER).then(e.AuthorisationRevoked(CITY, "urging-letter", ISSUER))


def test_only_one_that_there_is_and_once() -> None:
    given = e.AuthorisationGiven(CITY, "urging-letter", AuthorisationId("授权一"), MARCH_2, None, PAPER, ISSUER)
    revoked = e.AuthorisationRevoked(CITY, "urging-letter", ISSUER)
    letters.given(*YUNLING, given, revoked).when(REVOKE, by=ISSUER).then_refused("authorisation-none")
    letters.given(*YUNLING).when(REVOKE, by=ISSUER).then_refused("authorisation-none")
