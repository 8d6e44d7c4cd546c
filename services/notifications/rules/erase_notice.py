"""The key of a letter is destroyed: nobody can ever read its text, its draft or its answer again."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import NoticeId
from services.notifications.refusals import NOTICE_ERASED
from services.notifications.rules.texts import text_missing
from services.notifications.state import Erased, Notice
from shared.domain import Decision, PersonalText
from shared.facts import PersonalDataErased
from shared.refusals import NOT_FOUND


@dataclass(frozen=True, slots=True)
class EraseNotice:
    """删除文书内容。Destroy the key of a letter to a unit and of what was answered; it cannot be undone.

    That it was issued, its number and its hash stay. A letter to a person goes with that person's key, which the ledger
    destroys. `reason` may name people and is sealed.
    """

    notice: NoticeId
    reason: PersonalText


def decide(command: EraseNotice, erased: Erased | None, notices: tuple[Notice | None, ...]) -> Decision:
    """By the privacy officer, always with a reason. Source: 个人信息保护法第四十七条."""
    if None in notices:
        return NOT_FOUND.of()
    if refused := text_missing(command.reason, "reason", "删除的理由"):
        return refused
    if erased is not None:
        return NOTICE_ERASED.of()
    return [PersonalDataErased(f"stream/notice/{command.notice}", command.reason)]
