"""Somebody signs for all letters of a kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.notifications import events as e
from services.notifications.events import AuthorisationId
from services.notifications.rules.give_authorisation import GiveAuthorisation
from shared.domain import PublicText
from tests.notifications.letters import CITY, ISSUER, PAPER, TODAY, YUNLING, letters

GIVE = GiveAuthorisation(AuthorisationId("授权一"), CITY, "urging-letter", PAPER, until=date(2026, 12, 31))
GIVEN = e.AuthorisationGiven(CITY, "urging-letter", AuthorisationId("授权一"), TODAY, date(2026, 12, 31), PAPER, ISSUER)


def test_who_gave_it_is_named_and_it_holds_from_today() -> None:
    letters.given(*YUNLING).when(GIVE, by=ISSUER).then(GIVEN)


def test_it_may_hold_from_a_later_day() -> None:
    april = date(2026, 4, 1)
    letters.given(*YUNLING).when(replace(GIVE, valid_from=april), by=ISSUER).then(replace(GIVEN, valid_from=april))


def test_it_begins_no_earlier_than_today_does_not_end_before_it_begins_and_stands_on_a_paper() -> None:
    letters.given(*YUNLING).when(replace(GIVE, valid_from=date(2026, 3, 15)), by=ISSUER).then_refused(
        "authorisation-backdated", valid_from=date(2026, 3, 15), today=TODAY
    )
    letters.given(*YUNLING).when(replace(GIVE, until=date(2026, 3, 1)), by=ISSUER).then_refused("authorisation-ended")
    letters.given(*YUNLING).when(replace(GIVE, valid_from=date(2027, 1, 1)), by=ISSUER).then_refused(
        "authorisation-ended", until=date(2026, 12, 31), valid_from=date(2027, 1, 1)
    )
    letters.given(*YUNLING).when(replace(GIVE, document=PublicText(" ")), by=ISSUER).then_refused(
        "text-missing", field="document"
    )
