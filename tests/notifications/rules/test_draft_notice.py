"""A policy drafts a letter; whether it may leave is a matter of signature."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.assessment.events import RoundClosed, SchemeId
from services.ledger.events import PlanId, TaskAmended, TaskId, TaskIssued
from services.notifications import events as e
from services.notifications.events import AuthorisationId, Value
from services.notifications.rules.draft_notice import DraftNotice
from shared.domain import PostId, PublicText, moment
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
    NOTICE,
    "overdue-urges",
    "urging-letter",
    CITY,
    WATER,
    None,
    JIANG,
    "task/清淤",
    "事实一",
    TITLE,
    VALUES,
    5,
    PostId("水务局局长"),
)
GIVEN = e.AuthorisationGiven(
    CITY, "urging-letter", AuthorisationId("授权一"), date(2026, 3, 16), date(2026, 3, 31), PAPER, ISSUER
)


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


def test_what_is_drafted_before_it_begins_waits_for_signature_and_goes_on_waiting() -> None:
    letters.given(*YUNLING, GIVEN).when(DRAFT, by=SYSTEM, at=moment(2026, 3, 15)).then_types(e.NoticeDrafted)
    letters.given(*YUNLING, DRAFTED, GIVEN).when(DRAFT, by=SYSTEM).then()


def test_until_a_later_one_begins_the_present_one_holds() -> None:
    april = replace(GIVEN, authorisation=AuthorisationId("授权二"), valid_from=date(2026, 4, 1), until=None)
    for_good = replace(GIVEN, until=None)
    for day, on in ((moment(2026, 3, 31), "授权一"), (moment(2026, 4, 1), "授权二")):
        outcome = letters.given(*YUNLING, for_good, april).when(DRAFT, by=SYSTEM, at=day)
        assert outcome.event(e.NoticeReleased).authorisation == on


def test_a_reminder_needs_nobody() -> None:
    reminder = replace(DRAFT, instrument="reminder")
    letters.given(*YUNLING).when(reminder, by=SYSTEM).then_types(e.NoticeDrafted, e.NoticeReleased)


def test_a_letter_about_a_task_names_it_as_it_is_called_by_then() -> None:
    issued: Any = TaskIssued(
        TaskId("清淤"),
        PlanId("plan-2026"),
        None,
        "3-1",
        PublicText("清水河清淤"),
        WATER,
        (),
        PostId("水务局局长"),
        JIANG,
        PublicText("清淤12公里"),
        PublicText("通过验收"),
        date(2026, 2, 28),
        date(2026, 1, 12),
        None,
        None,
        None,
        (),
    )
    amended: Any = TaskAmended(
        TaskId("清淤"),
        WATER,
        PlanId("plan-2026"),
        2,
        PublicText("完成清水河河道清淤"),
        (),
        PostId("水务局局长"),
        JIANG,
        PublicText("清淤12公里"),
        PublicText("通过验收"),
        date(2026, 2, 28),
        None,
        PublicText("名称改定"),
    )
    named = (*VALUES, Value("number", "3-1"), Value("title", "完成清水河河道清淤"))
    letters.given(*YUNLING, issued, amended).when(DRAFT, by=SYSTEM).then(
        replace(DRAFTED, values=named, drafted_on=TODAY)
    )


def test_a_letter_about_a_round_says_which_it_was() -> None:
    closed = RoundClosed(
        SchemeId("办法"), "mid-year", CITY, 1, date(2026, 1, 1), date(2026, 6, 30), 9, date(2026, 6, 30), 5, ISSUER
    )
    report = replace(DRAFT, policy="round-reports", instrument="health-report", about="round/办法/mid-year")
    outcome = letters.given(*YUNLING, closed).when(report, by=SYSTEM)
    named = [(value.name, value.text) for value in outcome.event(e.NoticeDrafted).values]
    assert named[1:] == [("round", "年中考核"), ("period_from", "2026-01-01"), ("period_to", "2026-06-30")]


def test_one_cause_gives_one_letter() -> None:
    letters.given(*YUNLING, DRAFTED).when(DRAFT, by=SYSTEM).then()
