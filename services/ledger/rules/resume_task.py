"""A suspended task goes on (恢复)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import TaskId, TaskResumed
from services.ledger.refusals import REASON_MISSING, RESUME_DUE_EARLIER, RESUME_DUE_PASSED, TASK_NOT_SUSPENDED
from services.ledger.rules.grant_extension import out_of_bounds
from services.ledger.rules.parts import ended
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import EndedTask, Plan, SuspendedTask, Task
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class ResumeTask:
    """`due` is the time limit from now on, as before when it is not given. `decision` as in `SuspendTask`."""

    task: TaskId
    reason: PublicText
    decision: PublicText
    due: date | None = None


def decide(
    command: ResumeTask, task: Task, bounds: tuple[Plan | Task | None, ...], moment: Moment, actor: Actor
) -> Decision:
    """With a time limit that lies ahead: the former one, or a later one within the whole and the plan."""
    match task:
        case EndedTask():
            return ended(task)
        case SuspendedTask():
            pass
        case _:
            return TASK_NOT_SUSPENDED.of()
    if is_blank(command.reason):
        return REASON_MISSING.of()
    if refused := text_missing(command.decision, "decision", "决定依据"):
        return refused
    says = task.says
    due = command.due or says.due
    if due < says.due:
        return RESUME_DUE_EARLIER.of(due=due, was_due=says.due)
    if due < moment.today:
        return RESUME_DUE_PASSED.of(due=due)
    if due != says.due and (refused := out_of_bounds(says.title, due, bounds)):
        return refused
    revision = says.revision if due == says.due else says.revision + 1
    return [
        TaskResumed(
            command.task,
            says.unit,
            says.plan,
            revision,
            moment.today,
            due,
            command.reason,
            command.decision,
            actor,
        )
    ]
