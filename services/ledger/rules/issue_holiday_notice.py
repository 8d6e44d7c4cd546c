"""The notice of a year's days off (国务院办公厅关于部分节假日安排的通知) is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.refusals import (
    NOTHING_CHANGED,
    NOTICE_DAY_BOTH,
    NOTICE_EMPTY,
    NOTICE_NOT_WEEKEND,
    NOTICE_OTHER_YEAR,
)
from services.ledger.rules.texts import text_missing
from services.ledger.state import KnownNotice
from shared.calendar import SATURDAY
from shared.domain import Decision, PublicText
from shared.references import HolidayNoticeIssued


@dataclass(frozen=True, slots=True)
class IssueHolidayNotice:
    """`off_days` are all days off, weekend days among them; `working_weekends` the weekend days on which offices work."""

    year: int
    off_days: tuple[date, ...]
    working_weekends: tuple[date, ...]
    citation: PublicText


def decide(command: IssueHolidayNotice, known: KnownNotice | None) -> Decision:
    """It replaces an earlier notice of the year; deadlines that were provisional are reckoned again."""
    off_days, working = tuple(sorted(set(command.off_days))), tuple(sorted(set(command.working_weekends)))
    if refused := text_missing(command.citation, "citation", "文号"):
        return refused
    if not off_days:
        return NOTICE_EMPTY.of()
    if both := set(off_days) & set(working):
        return NOTICE_DAY_BOTH.of(day=min(both))
    for day in working:
        if day.weekday() < SATURDAY:
            return NOTICE_NOT_WEEKEND.of(day=day)
    for day in (*off_days, *working):
        if day.year != command.year and (day.year, day.month) != (command.year - 1, 12):
            return NOTICE_OTHER_YEAR.of(day=day, year=command.year)
    if known == KnownNotice(command.year, off_days, working, command.citation):
        return NOTHING_CHANGED.of()
    return [HolidayNoticeIssued(command.year, off_days, working, command.citation)]
