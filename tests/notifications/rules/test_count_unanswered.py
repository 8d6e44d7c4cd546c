"""A missing answer is counted, and has as much time again."""

from __future__ import annotations

from datetime import date

from services.notifications import events as e
from services.notifications.rules.count_unanswered import CountUnanswered
from shared.domain import moment
from tests.notifications.letters import ANSWERED, CITY, LEFT, NOTICE, SYSTEM, TITLE, WATER, letters


def test_the_first_time() -> None:
    letters.given(*LEFT).when(CountUnanswered(NOTICE), by=SYSTEM).then(
        e.NoticeUnanswered(NOTICE, CITY, WATER, None, "urging-letter", TITLE, 1, date(2026, 3, 9), date(2026, 3, 23))
    )


def test_not_while_there_is_time_nor_once_it_is_answered() -> None:
    letters.given(*LEFT).when(CountUnanswered(NOTICE), by=SYSTEM, at=moment(2026, 3, 9)).then_refused(
        "notice-not-unanswered"
    )
    letters.given(*LEFT, ANSWERED).when(CountUnanswered(NOTICE), by=SYSTEM).then_refused("notice-not-unanswered")
