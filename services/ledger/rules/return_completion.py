"""A claimed task does not meet its standard and goes on (退回)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import CompletionReturned, TaskId
from services.ledger.refusals import REASON_MISSING
from services.ledger.rules.accept_completion import claimed_or_refused
from services.ledger.rules.texts import is_blank
from services.ledger.state import Task
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText, Refused


@dataclass(frozen=True, slots=True)
class ReturnCompletion:
    """`reason` is about the work: what of the standard is not met."""

    task: TaskId
    reason: PublicText


def decide(command: ReturnCompletion, task: Task, actor: Actor, directory: Directory) -> Decision:
    """As for acceptance: somebody else decides, and here always with a reason."""
    claimed = claimed_or_refused(task, actor, directory)
    if isinstance(claimed, Refused):
        return claimed
    if is_blank(command.reason):
        return REASON_MISSING.of()
    return [CompletionReturned(command.task, claimed.unit, claimed.says.plan, command.reason, actor)]
