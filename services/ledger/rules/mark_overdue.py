"""The last day of a task has passed without a claim of completion (逾期)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.ledger.events import TaskFellOverdue, TaskId
from services.ledger.refusals import NOT_OVERDUE, OVERDUE_RECORDED
from services.ledger.rules.task_open import task_open
from services.ledger.state import Task
from shared.domain import Decision, Moment, On, Refused


@dataclass(frozen=True, slots=True)
class MarkOverdue:
    """Issued by the deadline; by a coordinator only for what the deadline left undone, such as loaded history."""

    task: TaskId


def decide(command: MarkOverdue, task: Task, moment: Moment) -> Decision:
    """Once for each time limit. The fact is of the day after it, whenever it is recorded."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    says = open_task.says
    if moment.today <= says.due:
        return NOT_OVERDUE.of(due=says.due, today=moment.today)
    if open_task.course.fell_overdue == says.due:
        return OVERDUE_RECORDED.of(due=says.due)
    fell = TaskFellOverdue(command.task, says.unit, says.plan, says.due, says.leader_post, says.leader_person)
    return [On(says.due + timedelta(days=1), fell)]
