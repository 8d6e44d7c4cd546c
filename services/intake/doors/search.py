"""Repeat reports are found without opening anybody's identity: by keyed hashes of what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.intake.doors.lodge import keys_of
from services.intake.doors.receipt import desk_of
from services.intake.views.reports import ReportAnswer, visible_reports
from shared.domain import PersonalText
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class SearchReports:
    """查找重复信访。Reports by this reporter's name, phone or identity number, or naming this accused.

    Equal texts are found, however they were typed; not similar ones. What is looked for stands in no address and no log.
    """

    by: Literal["name", "phone", "identity-number", "accused"]
    text: PersonalText


@dataclass(frozen=True, slots=True)
class Found:
    """Those of them that the asker may see."""

    items: tuple[ReportAnswer, ...]


async def search_reports(reading: Reading, asked: SearchReports) -> Found:
    value = keys_of(reading).blind(asked.by, asked.text.clear())
    if value is None:
        return Found(())
    entries = await desk_of(reading).table.marked(asked.by, value)
    return Found(tuple(await visible_reports(reading, [str(entry) for entry in entries])))
