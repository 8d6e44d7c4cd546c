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


def test_once_and_whom_it_does_not_concern_is_not_told_that_there_is_one() -> None:
    letters.given(*LEFT).when(SignForNotice(NOTICE), by=SECTION_HEAD).then_refused("not-found")
    letters.given(*LEFT, SIGNED_FOR).when(SignForNotice(NOTICE), by=HEAD).then_refused("notice-signed-for")


def test_a_letter_to_a_person_is_theirs_alone() -> None:
    to_he = (*YUNLING, CODED, DRAFTED, released(ISSUER), replace(ISSUED, person=HE))
    letters.given(*to_he).when(SignForNotice(NOTICE), by=HEAD).then_refused("not-found")
    letters.given(*to_he).when(SignForNotice(NOTICE), by=SECTION_HEAD).then_types(e.NoticeSignedFor)


def test_a_draft_is_nobodys_yet() -> None:
    letters.given(*YUNLING, DRAFTED).when(SignForNotice(NOTICE), by=HEAD).then_refused("not-found")
