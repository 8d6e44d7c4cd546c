"""What a report says is erased: its key is destroyed, and nobody can ever read it again."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake.events import ComplaintId
from services.intake.refusals import CONTENT_ERASED, TEXT_MISSING
from services.intake.state import Erased, Lodged
from shared.domain import Decision, PersonalText
from shared.facts import PersonalDataErased


@dataclass(frozen=True, slots=True)
class EraseComplaint:
    """删除信访件内容。Destroy the key of what a report and its messages say; it cannot be undone.

    That it was lodged, and what became of it, stays. `reason` may name people and is sealed.
    """

    complaint: ComplaintId
    reason: PersonalText


def decide(command: EraseComplaint, lodged: Lodged, erased: tuple[Erased | None]) -> Decision:
    """By the privacy officer, always with a reason. Source: 个人信息保护法第四十七条."""
    if any(erased):
        return CONTENT_ERASED.of()
    if not command.reason:
        return TEXT_MISSING.of(field="reason", field_zh="删除的理由")
    return [PersonalDataErased(f"stream/complaint/{command.complaint}", command.reason)]
