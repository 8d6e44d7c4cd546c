"""What other services may ask the intake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.intake.events import Word
from shared.ports import Port


@dataclass(frozen=True, slots=True)
class Message:
    """What a reporter sent after the report; `text` is None once its key is erased."""

    number: int
    word: Word
    text: str | None
    wrote_on: date


@dataclass(frozen=True, slots=True)
class Words:
    """What a reporter wrote, and whom they accuse; None where the key is erased. Never who they are."""

    text: str | None
    accused: str | None
    messages: tuple[Message, ...]


WORDS = Port("intake/words", Words, may=("complaints",))
"""By complaint: for those who handle it, while they read it. Not kept."""
