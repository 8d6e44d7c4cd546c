"""Somebody signs for all letters of a kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.notifications import events as e
from services.notifications.events import AuthorisationId
from services.notifications.rules.give_authorisation import GiveAuthorisation
from shared.domain import PublicText
from tests.notifications.letters import CITY, ISSUER, PAPER, YUNLING, letters

GIVE = GiveAuthorisation(AuthorisationId("授权一"), CITY, "urging-letter", PAPER, date(2026, 12, 31))


def test_who_gave_it_is_named() -> None:
    letters.given(*YUNLING).when(GIVE, by=ISSUER).then(
        e.AuthorisationGiven(CITY, "urging-letter", AuthorisationId("授权一"), date(2026, 12, 31), PAPER, ISSUER)
    )


def test_it_does_not_end_before_it_begins_and_stands_on_a_paper() -> None:
    letters.given(*YUNLING).when(replace(GIVE, until=date(2026, 3, 1)), by=ISSUER).then_refused("authorisation-ended")
    letters.given(*YUNLING).when(replace(GIVE, document=PublicText(" ")), by=ISSUER).then_refused(
        "text-missing", field="document"
    )
