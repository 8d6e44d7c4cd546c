"""A task need not be done any more (取消)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import TaskCancelled, TaskId
from services.ledger.refusals import REASON_MISSING
from services.ledger.rules.parts import ended, unfinished
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import EndedTask, Task
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class CancelTask:
    """`decision` as in `SuspendTask`."""

    task: TaskId
    reason: PublicText
    decision: PublicText


def decide(command: CancelTask, task: Task, parts: tuple[Task | None, ...], moment: Moment, actor: Actor) -> Decision:
    """With reason and decision, and not over the heads of those who still work on its parts."""
    if isinstance(task, EndedTask):
        return ended(task)
    if is_blank(command.reason):
        return REASON_MISSING.of()
    if refused := text_missing(command.decision, "decision", "决定依据") or unfinished(parts):
        return refused
    return [
        TaskCancelled(command.task, task.unit, task.says.plan, moment.today, command.reason, command.decision, actor)
    ]
