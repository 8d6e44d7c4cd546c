"""What the rules ask of texts that people write."""

from __future__ import annotations

from services.notifications.refusals import TEXT_MISSING
from shared.domain import PersonalText, PublicText, Refused


def text_missing(text: PublicText | PersonalText, field: str, field_zh: str) -> Refused | None:
    """A refusal that names the field when nothing is written in it."""
    written = bool(text) if isinstance(text, PersonalText) else bool(text.strip())
    return None if written else TEXT_MISSING.of(field=field, field_zh=field_zh)
