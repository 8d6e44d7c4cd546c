"""A released letter, now written, gets its number and leaves. The system alone does this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.notifications.events import (
    NoticeId,
    NoticeIssued,
    NoticeWritten,
    NumberAllotted,
    PersonalNoticeWritten,
)
from services.notifications.refusals import NOT_RELEASED, ORGAN_WITHOUT_CODE
from services.notifications.rules.draft_notice import NEEDS_NOBODY
from services.notifications.state import Draft, Notice, Organ, Series
from shared.calendar import WorkCalendar
from shared.domain import Decision, PersonalText, UnitId


@dataclass(frozen=True, slots=True)
class IssueNotice:
    """`text` is the letter as it was rendered, `hash` its keyed hash; `code` is the organ's word and `written_on` the day
    that the letter bears (成文日期): its number is of that year's series, and the time for an answer runs from it."""

    notice: NoticeId
    unit: UnitId
    code: str
    written_on: date
    text: PersonalText
    hash: str

    @property
    def year(self) -> int:
        """Of the series."""
        return self.written_on.year


def decide(
    command: IssueNotice,
    notice: Notice,
    others: tuple[Organ | Series | None, ...],
    calendar: WorkCalendar,
) -> Decision:
    """The number is the next of its organ and year: two letters at once cannot get the same, nor leave one out."""
    if not isinstance(notice, Draft) or notice.released is None:
        return NOT_RELEASED.of()
    says = notice.says
    organ, series = others
    numbered = says.instrument not in NEEDS_NOBODY
    if numbered and not isinstance(organ, Organ):
        return ORGAN_WITHOUT_CODE.of()
    number = (series.last if isinstance(series, Series) else 0) + 1
    due = says.reply_working_days and calendar.add_working_days(command.written_on, says.reply_working_days).date
    issued = NoticeIssued(
        notice.notice,
        says.instrument,
        says.issuing_unit,
        command.code if numbered else None,
        command.year if numbered else None,
        number if numbered else None,
        says.unit,
        says.person,
        says.about,
        says.cause,
        says.title,
        command.hash,
        command.written_on,
        due or None,
        notice.released.authorisation,
    )
    written = (
        PersonalNoticeWritten(notice.notice, says.person, command.text)
        if says.person is not None
        else NoticeWritten(notice.notice, command.text)
    )
    if not numbered:
        return [issued, written]
    return [NumberAllotted(command.unit, command.code, command.year, number, notice.notice), issued, written]
