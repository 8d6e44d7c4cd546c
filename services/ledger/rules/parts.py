"""The parts of a split task, as far as they decide whether the whole may end."""

from __future__ import annotations

from collections.abc import Iterable

from services.ledger.refusals import PARTS_UNFINISHED, TASK_ENDED
from services.ledger.rules.task_open import ENDED_ZH
from services.ledger.state import ClaimedTask, DividedTask, EndedTask, SuspendedTask, Task
from shared.domain import Refused


def part_streams(task: Task | None) -> list[str]:
    """The streams of a split task's parts."""
    match task:
        case DividedTask():
            return [f"task/{part.task}" for part in task.parts]
        case ClaimedTask() | SuspendedTask():
            return part_streams(task.before)
        case _:
            return []


def unfinished(parts: Iterable[Task | None]) -> Refused | None:
    """The whole cannot end before its parts: a refusal that names those that are open."""
    left = [part.says.number for part in parts if part is not None and not isinstance(part, EndedTask)]
    return PARTS_UNFINISHED.of(count=len(left), numbers="、".join(left)) if left else None


def ended(task: EndedTask) -> Refused:
    return TASK_ENDED.of(how=task.how, how_zh=ENDED_ZH[task.how])
