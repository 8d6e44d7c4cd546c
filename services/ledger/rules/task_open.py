"""Which tasks can still be changed, and how the others say no."""

from __future__ import annotations

from services.ledger.refusals import TASK_CLAIMED, TASK_ENDED, TASK_SUSPENDED
from services.ledger.state import ClaimedTask, DividedTask, EndedTask, RunningTask, SuspendedTask, Task
from shared.domain import Refused

ENDED_ZH = {"accepted": "办结", "cancelled": "取消"}


def task_open(task: Task) -> RunningTask | DividedTask | Refused:
    """The task, when it is being worked on; a refusal when it is claimed, suspended or ended."""
    match task:
        case RunningTask() | DividedTask():
            return task
        case ClaimedTask():
            return TASK_CLAIMED.of()
        case SuspendedTask():
            return TASK_SUSPENDED.of()
        case EndedTask():
            return TASK_ENDED.of(how=task.how, how_zh=ENDED_ZH[task.how])
