"""The unit says that a task meets its standard (申请办结)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import CompletionClaimed, Evidence, TaskId
from services.ledger.refusals import CLAIM_BEFORE_ISSUE, CLAIM_BEFORE_OVERDUE, DATE_IN_FUTURE
from services.ledger.rules.dates import occurring
from services.ledger.rules.parts import unfinished
from services.ledger.rules.proof import evidence_refused
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import text_missing
from services.ledger.state import Task
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class ClaimCompletion:
    """`claimed_on` is today unless the claim was made on paper before; an earlier date is on record as such."""

    task: TaskId
    statement: PublicText
    evidence: tuple[Evidence, ...] = ()
    claimed_on: date | None = None


def decide(
    command: ClaimCompletion, task: Task, parts: tuple[Task | None, ...], moment: Moment, actor: Actor
) -> Decision:
    """A split task cannot finish before its parts, and what is on record as overdue was not claimed in time."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    if refused := unfinished(parts):
        return refused
    if refused := text_missing(command.statement, "statement", "办结说明") or evidence_refused(command.evidence):
        return refused
    says, fell_overdue = open_task.says, open_task.course.fell_overdue
    claimed_on = command.claimed_on or moment.today
    if claimed_on > moment.today:
        return DATE_IN_FUTURE.of(day=claimed_on, today=moment.today)
    if claimed_on < says.issued_on:
        return CLAIM_BEFORE_ISSUE.of(day=claimed_on, issued=says.issued_on)
    if fell_overdue is not None and claimed_on <= fell_overdue:
        return CLAIM_BEFORE_OVERDUE.of(due=fell_overdue)
    claimed = CompletionClaimed(
        command.task, says.unit, says.plan, command.statement, command.evidence, claimed_on, actor
    )
    return occurring(claimed_on, moment, claimed)
