"""How far a unit is with a task (填报进度), once for each period (一月一通报)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ledger.events import Evidence, ProgressReported, TaskId
from services.ledger.refusals import (
    DATE_IN_FUTURE,
    PERCENT_FELL,
    PERCENT_INVALID,
    PERIOD_REVERSED,
    WHOLE_REPORTS_BY_PARTS,
)
from services.ledger.rules.proof import evidence_refused
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import text_missing
from services.ledger.state import DividedTask, Task
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """`percent` from 0 to 100 with at most two decimals; `done` says what was done against the standard."""

    task: TaskId
    percent: Decimal
    done: PublicText
    period_from: date
    period_to: date
    evidence: tuple[Evidence, ...] = ()


def decide(command: ReportProgress, task: Task, moment: Moment, actor: Actor) -> Decision:
    """Progress goes up; where a report was wrong it is corrected with a reason, not overwritten by the next one."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    if isinstance(open_task, DividedTask):
        return WHOLE_REPORTS_BY_PARTS.of()
    if refused := percent_refused(command.percent):
        return refused
    if command.percent < open_task.course.percent:
        return PERCENT_FELL.of(percent=command.percent, last=open_task.course.percent)
    if refused := text_missing(command.done, "done", "完成情况"):
        return refused
    if command.period_to < command.period_from:
        return PERIOD_REVERSED.of()
    if command.period_to > moment.today:
        return DATE_IN_FUTURE.of(day=command.period_to, today=moment.today)
    if refused := evidence_refused(command.evidence):
        return refused
    return [
        ProgressReported(
            command.task,
            open_task.unit,
            open_task.says.plan,
            len(open_task.course.reports) + 1,
            command.percent,
            command.done,
            command.evidence,
            command.period_from,
            command.period_to,
            actor,
        )
    ]


def percent_refused(percent: Decimal) -> Refused | None:
    if 0 <= percent <= 100 and percent == percent.quantize(Decimal("0.01")):
        return None
    return PERCENT_INVALID.of(percent=percent)
