"""Following: what a receipt shows. Days only, and never the words of the report: whoever finds a receipt reads none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.complaints.ports import PROGRESS, Answer, Progress, Stage
from services.intake.doors.receipt import desk_of, opened
from services.intake.events import Category, Satisfaction, Word
from shared.domain import PersonalText, PublicText, UnitId
from shared.holding import Held
from shared.refusals import RefusedRequest
from shared.views.reading import Reading

Shown = Stage | Literal["lodged", "handed-up"]
"""已收到、已上送, or how far the handling body is."""


@dataclass(frozen=True, slots=True)
class FollowComplaint:
    """凭回执码查询办理情况。What became of a report, by its receipt."""

    code: PersonalText


@dataclass(frozen=True, slots=True)
class SentOn:
    """What the reporter sent, without its words: 补充说明、证据、异议、复查或复核申请."""

    word: Word
    on: date


@dataclass(frozen=True, slots=True)
class Followed:
    """How far it is. `stage` begins with `lodged` (已收到), which is followed by `handed-up` (已上送) or by what the handling body
    does; `stage_on` is the day of that, `due` the last day for the next step.

    `answers` are the replies to the reporter. `is_complete` is false while the handling body cannot be asked.
    """

    lodged_on: date
    category: Category
    received_by_name: PublicText
    stage: Shown
    stage_on: date
    handed_up_to: PublicText | None
    due: date | None
    answers: tuple[Answer, ...]
    sent: tuple[SentOn, ...]
    ratings: tuple[Satisfaction, ...]
    is_complete: bool


async def follow(reading: Reading, asked: FollowComplaint) -> Followed:
    held = await opened(reading, asked.code)
    facts = held.facts
    later = await desk_of(reading).table.under(held.entry)
    progress, is_complete = await progress_of(reading, held)
    up = held.state in ("handing-up", "handed-up")
    stage: Shown = "lodged"
    on = held.day
    if up:
        stage, on = "handed-up", date.fromisoformat(facts["decided_on"])
    elif progress is not None:
        stage, on = progress.stage, progress.stage_on
    return Followed(
        held.day,
        facts["category"],
        reading.refs.directory.units[UnitId(facts["received_by"])].name,
        stage,
        on,
        PublicText(facts["to"]) if up else None,
        progress.due if progress else None,
        progress.answers if progress else (),
        tuple(SentOn(one.facts["word"], one.day) for one in later if one.kind == "message"),
        tuple(one.facts["satisfaction"] for one in later if one.kind == "rating"),
        is_complete,
    )


async def progress_of(reading: Reading, held: Held) -> tuple[Progress | None, bool]:
    """What the complaints service tells of it, None while it does not know it; and whether it could be asked."""
    if held.state != "admitted":
        return None, True
    try:
        return (await reading.ask(PROGRESS, [str(held.entry)])).get(str(held.entry)), True
    except RefusedRequest:
        return None, False
