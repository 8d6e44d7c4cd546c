"""Somebody writes a letter by hand; it waits for signature as any other."""

from __future__ import annotations

from dataclasses import dataclass

from services.notifications.events import Instrument, NoticeBodyWritten, NoticeDrafted, NoticeId
from services.notifications.refusals import UNIT_UNKNOWN
from services.notifications.rules.texts import text_missing
from services.notifications.state import Notice
from shared.directory import Directory
from shared.domain import Decision, Moment, PersonalText, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class WriteNotice:
    """拟写文书。Draft a letter of `unit` to the unit `to`; `body` is its text without heading and signature."""

    notice: NoticeId
    unit: UnitId
    to: UnitId
    instrument: Instrument
    title: PublicText
    body: PersonalText
    reply_working_days: int | None = None


def decide(command: WriteNotice, notice: Notice | None, directory: Directory, moment: Moment) -> Decision:
    if command.to not in directory.units:
        return UNIT_UNKNOWN.of(unit=command.to)
    if refused := text_missing(command.title, "title", "标题") or text_missing(command.body, "body", "正文"):
        return refused
    return [
        NoticeDrafted(
            command.notice,
            "by-hand",
            command.instrument,
            command.unit,
            command.to,
            None,
            None,
            None,
            f"notice/{command.notice}",
            command.notice,
            command.title,
            (),
            command.reply_working_days if command.reply_working_days else None,
            moment.today,
        ),
        NoticeBodyWritten(command.notice, command.body),
    ]
