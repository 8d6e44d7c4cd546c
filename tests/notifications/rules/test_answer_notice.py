"""The addressee answers."""

from __future__ import annotations

from dataclasses import replace

from services.notifications import events as e
from services.notifications.rules.answer_notice import AnswerNotice
from shared.domain import PersonalText
from tests.notifications.letters import (
    ANSWERED,
    CODED,
    DRAFTED,
    HEAD,
    ISSUED,
    ISSUER,
    LEFT,
    NOTICE,
    TODAY,
    WATER,
    YUNLING,
    letters,
    released,
)

ANSWER = AnswerNotice(NOTICE, PersonalText("已办理"))


def test_the_answer_is_sealed() -> None:
    letters.given(*LEFT).when(ANSWER, by=HEAD).then(
        e.NoticeAnswered(NOTICE, WATER, PersonalText("已办理"), TODAY, HEAD)
    )


def test_once() -> None:
    letters.given(*LEFT, ANSWERED).when(ANSWER, by=HEAD).then_refused("notice-answered")


def test_only_where_one_is_expected() -> None:
    plain = (*YUNLING, CODED, DRAFTED, released(ISSUER), replace(ISSUED, reply_due=None))
    letters.given(*plain).when(ANSWER, by=HEAD).then_refused("notice-no-answer-expected")
