"""The addressee has the letter."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import NoticeId, NoticeSignedFor
from services.notifications.refusals import SIGNED_FOR_ALREADY
from services.notifications.rules.addressee import is_addressed
from services.notifications.state import Issued, Notice
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment
from shared.refusals import NOT_FOUND


@dataclass(frozen=True, slots=True)
class SignForNotice:
    """签收。Sign for a letter that is addressed to you or your unit."""

    notice: NoticeId


def decide(command: SignForNotice, notice: Notice, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(notice, Issued) or not is_addressed(actor, notice, directory, moment):
        return NOT_FOUND.of()
    if notice.signed_for:
        return SIGNED_FOR_ALREADY.of()
    return [NoticeSignedFor(notice.notice, notice.unit, moment.today, actor)]
