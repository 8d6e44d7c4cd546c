"""An issuer signs a drafted letter: it may leave."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import NoticeId
from services.notifications.refusals import NOT_A_DRAFT, RELEASED_ALREADY
from services.notifications.rules.draft_notice import released
from services.notifications.state import Draft, Notice
from shared.domain import Actor, Decision


@dataclass(frozen=True, slots=True)
class ReleaseNotice:
    """签发。Sign a drafted letter: it gets its number and leaves."""

    notice: NoticeId


def decide(command: ReleaseNotice, notice: Notice, actor: Actor) -> Decision:
    if not isinstance(notice, Draft):
        return NOT_A_DRAFT.of()
    if notice.released is not None:
        return RELEASED_ALREADY.of()
    return [released(notice.says, None, actor)]
