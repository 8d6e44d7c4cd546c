"""Who reported is erased: the reporter's key is destroyed, and with it what they could be found by."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake.events import ComplaintId
from services.intake.refusals import ANONYMOUS, IDENTITY_ERASED, TEXT_MISSING
from services.intake.state import Erased, Lodged
from shared.domain import Decision, PersonalText
from shared.facts import PersonalDataErased


@dataclass(frozen=True, slots=True)
class EraseReporter:
    """删除举报人身份信息。Destroy the key of who reported; what the report says stays. It cannot be undone.

    `reason` may name people and is sealed.
    """

    complaint: ComplaintId
    reason: PersonalText


def decide(command: EraseReporter, lodged: Lodged, erased: tuple[Erased | None, ...]) -> Decision:
    """By the privacy officer, always with a reason. Source: 个人信息保护法第四十七条."""
    if lodged.reporter is None:
        return ANONYMOUS.of()
    if any(erased):
        return IDENTITY_ERASED.of()
    if not command.reason:
        return TEXT_MISSING.of(field="reason", field_zh="删除的理由")
    return [PersonalDataErased(f"person/{lodged.reporter}", command.reason)]
