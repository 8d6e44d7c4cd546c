"""The issuer records what came of a letter."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import NoticeId, NoticeSettled
from services.notifications.refusals import NOT_ISSUED, SETTLED_ALREADY
from services.notifications.rules.texts import text_missing
from services.notifications.state import Issued, Notice
from shared.domain import Actor, Decision, PublicText


@dataclass(frozen=True, slots=True)
class SettleNotice:
    """登记办理结果。Record what came of an issued letter."""

    notice: NoticeId
    outcome: PublicText


def decide(command: SettleNotice, notice: Notice, actor: Actor) -> Decision:
    if not isinstance(notice, Issued):
        return NOT_ISSUED.of()
    if notice.settled:
        return SETTLED_ALREADY.of()
    if refused := text_missing(command.outcome, "outcome", "办理结果"):
        return refused
    return [NoticeSettled(notice.notice, notice.unit, command.outcome, actor)]
