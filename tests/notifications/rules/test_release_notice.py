"""An issuer signs."""

from __future__ import annotations

from services.notifications.rules.release_notice import ReleaseNotice
from tests.notifications.letters import DRAFTED, ISSUER, LEFT, NOTICE, YUNLING, letters, released


def test_a_draft_is_signed_as_it_stands() -> None:
    letters.given(*YUNLING, DRAFTED).when(ReleaseNotice(NOTICE), by=ISSUER).then(released(ISSUER))


def test_once_and_only_a_draft() -> None:
    letters.given(*YUNLING, DRAFTED, released(ISSUER)).when(ReleaseNotice(NOTICE), by=ISSUER).then_refused(
        "notice-released"
    )
    letters.given(*LEFT).when(ReleaseNotice(NOTICE), by=ISSUER).then_refused("notice-not-a-draft")
