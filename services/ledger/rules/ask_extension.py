"""The unit asks for a later time limit (申请延期)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import ExtensionAsked, TaskId
from services.ledger.refusals import EXTENSION_AFTER_EXPIRY, EXTENSION_NOT_LATER, EXTENSION_PENDING, REASON_MISSING
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank
from services.ledger.state import Task
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class AskExtension:
    task: TaskId
    until: date
    reason: PublicText


def decide(command: AskExtension, task: Task, moment: Moment, actor: Actor) -> Decision:
    """Asked while the time limit runs, its last day included, one request at a time; each one counts."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    says, course = open_task.says, open_task.course
    if course.asked is not None:
        return EXTENSION_PENDING.of()
    if moment.today > says.due:
        return EXTENSION_AFTER_EXPIRY.of(due=says.due)
    if command.until <= says.due:
        return EXTENSION_NOT_LATER.of(until=command.until, due=says.due)
    if is_blank(command.reason):
        return REASON_MISSING.of()
    number = course.extensions_asked + 1
    return [ExtensionAsked(command.task, says.unit, says.plan, number, command.until, command.reason, actor)]
