"""What the rules ask of texts and numbers that people write."""

from __future__ import annotations

from services.ledger.refusals import NUMBER_INVALID, TEXT_MISSING
from shared.domain import Refused

LONGEST_NUMBER = 40


def is_blank(text: str | None) -> bool:
    return text is None or not text.strip()


def text_missing(text: str | None, field: str, field_zh: str) -> Refused | None:
    """A refusal that names the field when nothing is written in it."""
    return TEXT_MISSING.of(field=field, field_zh=field_zh) if is_blank(text) else None


def number_invalid(number: str) -> Refused | None:
    """Numbers and codes stand in the names of streams: no blanks, no slashes, and not without end."""
    fine = 0 < len(number) <= LONGEST_NUMBER and "/" not in number and number.isprintable()
    return None if fine and not any(sign.isspace() for sign in number) else NUMBER_INVALID.of(number=number[:60])
