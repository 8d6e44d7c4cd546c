"""What the rules ask of texts that people write."""

from __future__ import annotations

from services.assessment.refusals import TEXT_MISSING
from shared.domain import Refused


def text_missing(text: str, field: str, field_zh: str) -> Refused | None:
    """A refusal that names the field when nothing is written in it."""
    return None if text.strip() else TEXT_MISSING.of(field=field, field_zh=field_zh)
