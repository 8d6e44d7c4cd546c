"""A policy drafts a letter; whether it may leave is a matter of signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.notifications import events as e
from services.notifications.events import AuthorisationId
from services.notifications.rules.draft_notice import DraftNotice
from shared.domain import moment
from tests.notifications.letters import (
    CITY,
    DRAFTED,
    ISSUER,
    JIANG,
    NOTICE,
    PAPER,
    SYSTEM,
    TITLE,
    TODAY,
    VALUES,
    WATER,
    YUNLING,
    letters,
    released,
)

DRAFT = DraftNotice(
    NOTICE, "overdue-urges", "urging-letter", CITY, WATER, None, JIANG, "task/清淤", "事实一", TITLE, VALUES, 5
)
GIVEN = e.AuthorisationGiven(CITY, "urging-letter", AuthorisationId("授权一"), date(2026, 3, 31), PAPER, ISSUER)


def test_without_an_authorisation_it_waits_for_signature() -> None:
    letters.given(*YUNLING).when(DRAFT, by=SYSTEM).then(replace(DRAFTED, drafted_on=TODAY))


def test_on_a_standing_authorisation_it_is_released_at_once_and_names_it() -> None:
    letters.given(*YUNLING, GIVEN).when(DRAFT, by=SYSTEM).then(
        replace(DRAFTED, drafted_on=TODAY), released(None, "授权一")
    )


def test_one_that_has_ended_or_was_revoked_releases_nothing() -> None:
    revoked = e.AuthorisationRevoked(CITY, "urging-letter", ISSUER)
    letters.given(*YUNLING, GIVEN).when(DRAFT, by=SYSTEM, at=moment(2026, 4, 1)).then_types(e.NoticeDrafted)
    letters.given(*YUNLING, GIVEN, revoked).when(DRAFT, by=SYSTEM).then_types(e.NoticeDrafted)


def test_a_reminder_needs_nobody() -> None:
    reminder = replace(DRAFT, instrument="reminder")
    letters.given(*YUNLING).when(reminder, by=SYSTEM).then_types(e.NoticeDrafted, e.NoticeReleased)


def test_one_cause_gives_one_letter() -> None:
    letters.given(*YUNLING, DRAFTED).when(DRAFT, by=SYSTEM).then()
