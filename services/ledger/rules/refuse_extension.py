"""A task keeps its time limit (不同意延期)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import ExtensionRefused, TaskId
from services.ledger.refusals import EXTENSION_NOT_ASKED, REASON_MISSING
from services.ledger.rules.grant_extension import decider_refused
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank
from services.ledger.state import Task
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText, Refused


@dataclass(frozen=True, slots=True)
class RefuseExtension:
    task: TaskId
    reason: PublicText


def decide(command: RefuseExtension, task: Task, actor: Actor, directory: Directory) -> Decision:
    """Refused by somebody else than asked, with a reason."""
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
    return [ExtensionRefused(command.task, says.unit, says.plan, asked.extension, command.reason, actor)]
