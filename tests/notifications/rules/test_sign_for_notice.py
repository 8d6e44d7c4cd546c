"""The addressee signs for a letter."""

from __future__ import annotations

from dataclasses import replace

from services.notifications import events as e
from services.notifications.rules.sign_for_notice import SignForNotice
from tests.notifications.letters import (
    CODED,
    DRAFTED,
    HE,
    HEAD,
    ISSUED,
    ISSUER,
    LEFT,
    NOTICE,
    SECTION_HEAD,
    SIGNED_FOR,
    TODAY,
    WATER,
    YUNLING,
    letters,
    released,
)


def test_somebody_of_the_unit_signs() -> None:
    letters.given(*LEFT).when(SignForNotice(NOTICE), by=HEAD).then(e.NoticeSignedFor(NOTICE, WATER, TODAY, HEAD))


def test_nobody_else_and_once() -> None:
    letters.given(*LEFT).when(SignForNotice(NOTICE), by=SECTION_HEAD).then_refused("notice-not-the-addressee")
    letters.given(*LEFT, SIGNED_FOR).when(SignForNotice(NOTICE), by=HEAD).then_refused("notice-signed-for")


def test_a_letter_to_a_person_is_theirs_alone() -> None:
    to_he = (*YUNLING, CODED, DRAFTED, released(ISSUER), replace(ISSUED, person=HE))
    letters.given(*to_he).when(SignForNotice(NOTICE), by=HEAD).then_refused("notice-not-the-addressee")
    letters.given(*to_he).when(SignForNotice(NOTICE), by=SECTION_HEAD).then_types(e.NoticeSignedFor)


def test_a_draft_is_nobodys_yet() -> None:
    letters.given(*YUNLING, DRAFTED).when(SignForNotice(NOTICE), by=HEAD).then_refused("notice-not-issued")
