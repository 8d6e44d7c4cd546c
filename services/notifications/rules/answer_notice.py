"""The addressee answers a letter."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import NoticeAnswered, NoticeId
from services.notifications.refusals import ANSWERED_ALREADY, NO_ANSWER_EXPECTED
from services.notifications.rules.addressee import is_addressed
from services.notifications.rules.texts import text_missing
from services.notifications.state import Issued, Notice
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText
from shared.refusals import NOT_FOUND


@dataclass(frozen=True, slots=True)
class AnswerNotice:
    """答复。Answer a letter; late is better than never."""

    notice: NoticeId
    answer: PersonalText


def decide(command: AnswerNotice, notice: Notice, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(notice, Issued) or not is_addressed(actor, notice, directory, moment):
        return NOT_FOUND.of()
    if notice.reply_due is None:
        return NO_ANSWER_EXPECTED.of()
    if notice.answered:
        return ANSWERED_ALREADY.of()
    if refused := text_missing(command.answer, "answer", "答复内容"):
        return refused
    return [NoticeAnswered(notice.notice, notice.unit, command.answer, moment.today, actor)]
