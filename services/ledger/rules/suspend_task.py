"""A task rests (中止)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import TaskId, TaskSuspended
from services.ledger.refusals import REASON_MISSING
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import Task
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class SuspendTask:
    """`decision` is who decided it and where it is written, such as 市委常委会会议纪要〔2026〕3号."""

    task: TaskId
    reason: PublicText
    decision: PublicText


def decide(command: SuspendTask, task: Task, moment: Moment, actor: Actor) -> Decision:
    """Only with a reason, and with the decision of those who may decide it."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    if is_blank(command.reason):
        return REASON_MISSING.of()
    if refused := text_missing(command.decision, "decision", "决定依据"):
        return refused
    says = open_task.says
    return [TaskSuspended(command.task, says.unit, says.plan, moment.today, command.reason, command.decision, actor)]
