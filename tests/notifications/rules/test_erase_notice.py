"""What a letter says is erased for good, with a reason."""

from __future__ import annotations

from dataclasses import replace

from services.notifications.rules.erase_notice import EraseNotice
from shared.domain import PersonalText
from shared.facts import PersonalDataErased
from tests.notifications.letters import LEFT, NOTICE, PRIVACY, YUNLING, letters

ERASE = EraseNotice(NOTICE, PersonalText("依法删除"))
ERASED = PersonalDataErased(f"stream/notice/{NOTICE}", PersonalText("依法删除"))


def test_the_key_of_a_letter_is_destroyed() -> None:
    letters.given(*LEFT).when(ERASE, by=PRIVACY).then(ERASED)


def test_once_with_a_reason_and_only_of_what_there_is() -> None:
    letters.given(*LEFT, ERASED).when(ERASE, by=PRIVACY).then_refused("notice-erased")
    letters.given(*LEFT).when(replace(ERASE, reason=PersonalText("")), by=PRIVACY).then_refused(
        "text-missing", field="reason"
    )
    letters.given(*YUNLING).when(ERASE, by=PRIVACY).then_refused("not-found")
