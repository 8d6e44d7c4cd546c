"""The key of a trigger's narrative is destroyed: nobody can ever read it again."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import TriggerId
from services.assessment.refusals import NARRATIVE_ERASED, TEXT_MISSING, TRIGGER_UNKNOWN
from services.assessment.state import Erased, Trigger
from shared.domain import Decision, PersonalText
from shared.facts import PersonalDataErased


@dataclass(frozen=True, slots=True)
class EraseNarrative:
    """删除否决情形的情况说明。Destroy the key of a trigger's narrative; it cannot be undone.

    The report itself and what was decided on it stay. `reason` may name people and is sealed.
    """

    trigger: TriggerId
    reason: PersonalText


def decide(command: EraseNarrative, erased: Erased | None, triggers: tuple[Trigger | None, ...]) -> Decision:
    """By the privacy officer, always with a reason. Source: 个人信息保护法第四十七条."""
    if None in triggers:
        return TRIGGER_UNKNOWN.of()
    if not command.reason:
        return TEXT_MISSING.of(field="reason", field_zh="删除的理由")
    if erased:
        return NARRATIVE_ERASED.of()
    return [PersonalDataErased(f"stream/trigger/{command.trigger}", command.reason)]
