"""What became of a task of an old plan, as the plan's sheet says (办结情况)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.ledger.events import CompletionAccepted, CompletionClaimed, TaskCancelled, TaskFellOverdue, TaskId
from services.ledger.refusals import CLAIM_BEFORE_ISSUE, CLAIM_BEFORE_OVERDUE, DATE_IN_FUTURE
from services.ledger.rules.parts import unfinished
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import text_missing
from services.ledger.state import Task, whole_days_after
from shared.domain import Actor, Decision, Moment, On, PublicText, Refused


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """`ended` is the day on which the task was finished or cancelled; `source` names the sheet that says so."""

    task: TaskId
    outcome: Literal["accepted", "cancelled"]
    ended: date
    source: PublicText


def decide(
    command: RecordOutcome, task: Task, parts: tuple[Task | None, ...], moment: Moment, actor: Actor
) -> Decision:
    """Who claimed and who accepted then is not known any more, so that nobody is named: it stands on the sheet's word.

    Therefore it is the operator's who loads the sheet on the machine itself, and nobody else's. Each fact is of the
    day on which it happened: an outcome after the time limit has its day overdue too.
    """
    running = task_open(task)
    if isinstance(running, Refused):
        return running
    if refused := unfinished(parts) or text_missing(command.source, "source", "来源"):
        return refused
    says, fell_overdue = running.says, running.course.fell_overdue
    if command.ended > moment.today:
        return DATE_IN_FUTURE.of(day=command.ended, today=moment.today)
    if command.ended < says.issued_on:
        return CLAIM_BEFORE_ISSUE.of(day=command.ended, issued=says.issued_on)
    if fell_overdue is not None and command.ended <= fell_overdue:
        return CLAIM_BEFORE_OVERDUE.of(due=fell_overdue)

    facts: list[On] = []
    if command.ended > says.due and fell_overdue != says.due:
        fell = TaskFellOverdue(command.task, says.unit, says.plan, says.due, says.leader_post, says.leader_person)
        facts.append(On(says.due + timedelta(days=1), fell))
    if command.outcome == "cancelled":
        cancelled = TaskCancelled(
            command.task, says.unit, says.plan, command.ended, command.source, command.source, actor
        )
        return [*facts, On(command.ended, cancelled)]
    claimed = CompletionClaimed(command.task, says.unit, says.plan, command.source, (), command.ended, actor)
    accepted = CompletionAccepted(
        command.task,
        says.unit,
        says.plan,
        says.due,
        command.ended,
        command.ended,
        whole_days_after(command.ended, says.due),
        command.source,
        actor,
    )
    return [*facts, On(command.ended, claimed), On(command.ended, accepted)]
