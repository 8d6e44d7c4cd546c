"""The responsible unit says that a task is not its to do (推辞)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import TaskDeclined, TaskId
from services.ledger.refusals import (
    DECLINED_BY_OTHERS,
    REASON_MISSING,
    TASK_DECLINED_ALREADY,
    TASK_DIVIDED,
    TASK_TAKEN_ON,
)
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank
from services.ledger.state import DividedTask, RunningTask, Task
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class DeclineTask:
    """`reason` says why it is not the unit's: whose it would be, or what is lacking."""

    task: TaskId
    reason: PublicText


def decide(command: DeclineTask, task: Task, actor: Actor, directory: Directory, moment: Moment) -> Decision:
    """By a head of the unit itself, once, and not after it signed for the task or divided it."""
    match open_task := task_open(task):
        case Refused():
            return open_task
        case DividedTask():
            return TASK_DIVIDED.of()
        case RunningTask():
            pass
    post = directory.posts.get(actor.post) if actor.post else None
    if post is None or post.unit != open_task.unit:
        return DECLINED_BY_OTHERS.of()
    if open_task.course.claim_signed is not None:
        return TASK_TAKEN_ON.of()
    if open_task.course.declined_on is not None:
        return TASK_DECLINED_ALREADY.of()
    if is_blank(command.reason):
        return REASON_MISSING.of()
    says = open_task.says
    return [TaskDeclined(command.task, says.unit, says.plan, says.revision, moment.today, command.reason, actor)]
