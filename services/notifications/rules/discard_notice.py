"""A drafted letter does not leave."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import NoticeDiscarded, NoticeId
from services.notifications.refusals import NOT_A_DRAFT, RELEASED_ALREADY
from services.notifications.rules.texts import text_missing
from services.notifications.state import Draft, Notice
from shared.domain import Actor, Decision, PublicText


@dataclass(frozen=True, slots=True)
class DiscardNotice:
    """不予签发。Let a drafted letter not leave, with a reason about the matter."""

    notice: NoticeId
    reason: PublicText


def decide(command: DiscardNotice, notice: Notice, actor: Actor) -> Decision:
    if not isinstance(notice, Draft):
        return NOT_A_DRAFT.of()
    if notice.released is not None:
        return RELEASED_ALREADY.of()
    if refused := text_missing(command.reason, "reason", "不予签发的理由"):
        return refused
    return [NoticeDiscarded(notice.notice, notice.unit, command.reason, actor)]
