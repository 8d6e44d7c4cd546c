"""What other services may ask the complaints service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.ports import Port

Stage = Literal[
    "registered",
    "forwarded",
    "sent-up",
    "accepted",
    "not-accepted",
    "answered",
    "under-review",
    "reviewed",
    "under-final-review",
    "closed",
]
"""已登记、已转送、已报上级、已受理、不予受理、已答复、复查中、已复查、复核中、已办结."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reporter is told: the text as it was written to them, and the day."""

    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a complaint has come, as its receipt shows it.

    `stage_on` is the day on which it came there, `due` the last day for the next step, None where no clock runs.
    """

    stage: Stage
    stage_on: date
    answers: tuple[Answer, ...]
    due: date | None


PROGRESS = Port("complaints/progress", Progress, may=("intake",), unseen=True)
"""By complaint: for whoever holds its receipt. Dates only, and what was written to them; no names. Not kept."""
