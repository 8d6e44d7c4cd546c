"""The issuer records what came of it."""

from __future__ import annotations

from services.notifications import events as e
from services.notifications.rules.settle_notice import SettleNotice
from shared.domain import PublicText
from tests.notifications.letters import DRAFTED, ISSUER, LEFT, NOTICE, WATER, YUNLING, letters

SETTLE = SettleNotice(NOTICE, PublicText("任务已办结"))
SETTLED = e.NoticeSettled(NOTICE, WATER, PublicText("任务已办结"), ISSUER)


def test_the_outcome_is_recorded() -> None:
    letters.given(*LEFT).when(SETTLE, by=ISSUER).then(SETTLED)


def test_once_and_only_of_what_left() -> None:
    letters.given(*LEFT, SETTLED).when(SETTLE, by=ISSUER).then_refused("notice-settled")
    letters.given(*YUNLING, DRAFTED).when(SETTLE, by=ISSUER).then_refused("notice-not-issued")
