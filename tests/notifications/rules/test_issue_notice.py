"""A released letter gets the next number of its organ and year, and leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.notifications import events as e
from services.notifications.events import NoticeId
from services.notifications.rules.issue_notice import IssueNotice
from tests.notifications.letters import (
    CITY,
    CODED,
    DRAFTED,
    HE,
    ISSUED,
    ISSUER,
    NOTICE,
    SYSTEM,
    TEXT,
    TODAY,
    YUNLING,
    letters,
    released,
)

ISSUE = IssueNotice(NOTICE, CITY, "云督", TODAY, TEXT, "ab" * 32)
READY = (*YUNLING, CODED, DRAFTED, released(ISSUER))
LEAVES = replace(ISSUED, issued_on=TODAY, reply_due=date(2026, 3, 23))


def test_the_first_number_of_the_year_is_1() -> None:
    letters.given(*READY).when(ISSUE, by=SYSTEM).then(
        e.NumberAllotted(CITY, "云督", 2026, 1, NOTICE), LEAVES, e.NoticeWritten(NOTICE, TEXT)
    )


def test_the_next_follows_the_last() -> None:
    five = tuple(e.NumberAllotted(CITY, "云督", 2026, n, NoticeId(f"文书{n}")) for n in range(1, 6))
    letters.given(*READY, *five).when(ISSUE, by=SYSTEM).then(
        e.NumberAllotted(CITY, "云督", 2026, 6, NOTICE), replace(LEAVES, number=6), e.NoticeWritten(NOTICE, TEXT)
    )


def test_what_is_written_on_the_last_day_of_a_year_is_dated_and_numbered_in_it_though_the_year_ends_meanwhile() -> None:
    command = replace(ISSUE, written_on=date(2025, 12, 31))
    outcome = letters.given(*READY).when(command, by=SYSTEM)
    assert outcome.event(e.NumberAllotted).year == 2025
    issued = outcome.event(e.NoticeIssued)
    assert (issued.year, issued.issued_on) == (2025, date(2025, 12, 31))


def test_nothing_leaves_unsigned_or_without_the_word_of_its_organ() -> None:
    letters.given(*YUNLING, CODED, DRAFTED).when(ISSUE, by=SYSTEM).then_refused("notice-not-released")
    letters.given(*YUNLING, DRAFTED, released(ISSUER)).when(ISSUE, by=SYSTEM).then_refused("organ-without-code")


def test_a_reminder_has_no_number() -> None:
    reminder = replace(DRAFTED, instrument="reminder", reply_working_days=None)
    letters.given(*YUNLING, reminder, released(None)).when(ISSUE, by=SYSTEM).then_types(e.NoticeIssued, e.NoticeWritten)


def test_a_letter_to_a_person_is_sealed_with_that_persons_key() -> None:
    to_he = (*YUNLING, CODED, replace(DRAFTED, person=HE), released(ISSUER))
    outcome = letters.given(*to_he).when(ISSUE, by=SYSTEM)
    assert outcome.event(e.PersonalNoticeWritten) == e.PersonalNoticeWritten(NOTICE, HE, TEXT)
