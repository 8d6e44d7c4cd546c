"""The key of a petition's, clue's, case's or decision's texts is destroyed: nobody can ever read them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from services.complaints.refusals import MATTER_UNKNOWN, TEXTS_ERASED
from services.complaints.rules.duties import text_missing
from services.complaints.state import Erasure
from shared.domain import Decision, PersonalText
from shared.facts import PersonalDataErased


@dataclass(frozen=True, slots=True)
class EraseTexts:
    """删除涉密文字。Destroy the key of a matter's texts; it cannot be undone, and what was decided stays."""

    matter_kind: Literal["petition", "clue", "case", "decision"]
    matter: str
    reason: PersonalText


def decide(command: EraseTexts, erased: Erasure | None, matters: tuple[Any | None, ...]) -> Decision:
    """By the privacy officer, always with a reason. Source: 个人信息保护法第四十七条."""
    if None in matters:
        return MATTER_UNKNOWN.of()
    if refused := text_missing(command.reason, "reason", "删除的理由"):
        return refused
    if erased is not None:
        return TEXTS_ERASED.of()
    return [PersonalDataErased(f"stream/{command.matter_kind}/{command.matter}", command.reason)]
