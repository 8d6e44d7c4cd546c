"""A draft does not leave."""

from __future__ import annotations

from services.notifications import events as e
from services.notifications.rules.discard_notice import DiscardNotice
from shared.domain import PublicText
from tests.notifications.letters import CITY, DRAFTED, ISSUER, LEFT, NOTICE, YUNLING, letters, released

DISCARD = DiscardNotice(NOTICE, PublicText("已当面办结"))


def test_with_a_reason() -> None:
    letters.given(*YUNLING, DRAFTED).when(DISCARD, by=ISSUER).then(
        e.NoticeDiscarded(NOTICE, CITY, PublicText("已当面办结"), ISSUER)
    )
    letters.given(*YUNLING, DRAFTED).when(DiscardNotice(NOTICE, PublicText("")), by=ISSUER).then_refused("text-missing")


def test_what_is_signed_leaves() -> None:
    letters.given(*YUNLING, DRAFTED, released(ISSUER)).when(DISCARD, by=ISSUER).then_refused("notice-released")
    letters.given(*LEFT).when(DISCARD, by=ISSUER).then_refused("notice-not-a-draft")
