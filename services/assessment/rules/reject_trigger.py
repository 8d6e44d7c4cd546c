"""The committee finds that a reported veto trigger is not established."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import TriggerId, TriggerRejected
from services.assessment.refusals import TRIGGER_DECIDED
from services.assessment.rules.duties import by_reporter, recused
from services.assessment.rules.texts import text_missing
from services.assessment.state import Decided, Reported
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText


@dataclass(frozen=True, slots=True)
class RejectTrigger:
    """不予认定否决情形。Find that a reported trigger is not established.

    `reason` is about the matter and names nobody.
    """

    trigger: TriggerId
    reason: PublicText


def decide(command: RejectTrigger, trigger: Reported | Decided, actor: Actor, directory: Directory) -> Decision:
    if isinstance(trigger, Decided):
        return TRIGGER_DECIDED.of()
    if refused := by_reporter(actor, trigger) or recused(actor, trigger.unit, directory):
        return refused
    if refused := text_missing(command.reason, "reason", "不予认定的理由"):
        return refused
    return [TriggerRejected(trigger.trigger, trigger.scheme, trigger.unit, command.reason, actor)]
