"""It is settled whether the addressee of a notice was told by e-mail. The system alone records it."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import MailFailed, MailSent, NoticeId
from services.notifications.state import EndedMail
from shared.domain import Decision


@dataclass(frozen=True, slots=True)
class RecordMail:
    """`why` is the last answer of the server, or what was in the way."""

    notice: NoticeId
    taken: bool
    attempts: int
    why: str


def decide(command: RecordMail, ended: EndedMail | None) -> Decision:
    """Once for each notice."""
    if ended is not None:
        return []
    if command.taken:
        return [MailSent(command.notice, command.attempts)]
    return [MailFailed(command.notice, command.attempts, command.why)]
