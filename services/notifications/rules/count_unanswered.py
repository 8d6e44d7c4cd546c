"""The time for an answer has passed. The system alone records it, by a deadline."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import NoticeId, NoticeUnanswered
from services.notifications.refusals import NOT_UNANSWERED
from services.notifications.state import Issued, Notice
from shared.calendar import WorkCalendar
from shared.domain import Decision, Moment


@dataclass(frozen=True, slots=True)
class CountUnanswered:
    """Once for each time that an answer was due."""

    notice: NoticeId


def decide(command: CountUnanswered, notice: Notice, calendar: WorkCalendar, moment: Moment) -> Decision:
    """The same number of working days again: until then the answer may come late."""
    if not isinstance(notice, Issued) or notice.reply_due is None or notice.answered or notice.settled:
        return NOT_UNANSWERED.of()
    if moment.today <= notice.reply_due:
        return NOT_UNANSWERED.of()
    again = calendar.add_working_days(moment.today, notice.reply_working_days or 1).date
    return [
        NoticeUnanswered(
            notice.notice,
            notice.issuing_unit,
            notice.unit,
            notice.person,
            notice.instrument,
            notice.title,
            notice.unanswered + 1,
            notice.reply_due,
            again,
        )
    ]
