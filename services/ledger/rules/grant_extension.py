"""A task gets a later time limit (批准延期)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import ExtensionGranted, TaskId
from services.ledger.refusals import (
    EXTENSION_BEYOND_ASKED,
    EXTENSION_NOT_ASKED,
    EXTENSION_NOT_LATER,
    OWN_EXTENSION,
    PART_OUTLASTS_TASK,
    REASON_MISSING,
    TASK_OUTLASTS_PLAN,
)
from services.ledger.rules.duties import own_unit_refused, same_hand
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank
from services.ledger.state import DividedTask, EndedTask, Plan, RunningTask, Task
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText, Refused


@dataclass(frozen=True, slots=True)
class GrantExtension:
    """`due` is the time limit asked for unless an earlier one is granted."""

    task: TaskId
    reason: PublicText
    due: date | None = None


def plan_and_whole(command: object, task: Task | None) -> list[str]:
    """What bounds the time limit: the plan, and for a part its whole."""
    if task is None:
        return []
    return [f"plan/{task.says.plan}", *([f"task/{task.says.parent}"] if task.says.parent else [])]


def decide(
    command: GrantExtension,
    task: Task,
    bounds: tuple[Plan | Task | None, ...],
    actor: Actor,
    directory: Directory,
) -> Decision:
    """Granted by somebody else than asked, with a reason, within the whole and the plan; the request may have expired since."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    says, asked = open_task.says, open_task.course.asked
    if asked is None:
        return EXTENSION_NOT_ASKED.of()
    if refused := decider_refused(open_task, actor, directory):
        return refused
    if is_blank(command.reason):
        return REASON_MISSING.of()
    due = command.due or asked.until
    if due > asked.until:
        return EXTENSION_BEYOND_ASKED.of(due=due, until=asked.until)
    if due <= says.due:
        return EXTENSION_NOT_LATER.of(until=due, due=says.due)
    if refused := out_of_bounds(says.title, due, bounds):
        return refused
    return [
        ExtensionGranted(
            command.task,
            says.unit,
            says.plan,
            says.revision + 1,
            asked.extension,
            says.due,
            due,
            command.reason,
            actor,
        )
    ]


def decider_refused(task: RunningTask | DividedTask, actor: Actor, directory: Directory) -> Refused | None:
    """Whoever asked, or belongs to the unit, does not decide on the request."""
    if task.course.asked is not None and same_hand(actor, task.course.asked.by):
        return OWN_EXTENSION.of()
    return own_unit_refused(actor, directory, task.unit)


def out_of_bounds(title: str, due: date, bounds: tuple[Plan | Task | None, ...]) -> Refused | None:
    """A part does not outlast its whole, nor a task its plan."""
    for bound in bounds:
        if bound is None:
            continue
        if isinstance(bound, Task) and not isinstance(bound, EndedTask):
            if due > bound.says.due:
                return PART_OUTLASTS_TASK.of(part=title, due=due, limit=bound.says.due)
        elif isinstance(bound, Plan) and due.year > bound.says.to_year:
            return TASK_OUTLASTS_PLAN.of(due=due, to_year=bound.says.to_year)
    return None
