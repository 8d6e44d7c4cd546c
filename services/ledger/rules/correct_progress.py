"""A progress report was wrong and is put right (更正进度), in the open."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.ledger.events import ProgressCorrected, TaskId
from services.ledger.refusals import NOTHING_CHANGED, REASON_MISSING, REPORT_UNKNOWN
from services.ledger.rules.report_progress import percent_refused
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import Task
from shared.domain import Actor, Decision, PublicText, Refused


@dataclass(frozen=True, slots=True)
class CorrectProgress:
    """`report` is the number of the report that was wrong, counted from 1."""

    task: TaskId
    report: int
    percent: Decimal
    done: PublicText
    reason: PublicText


def decide(command: CorrectProgress, task: Task, actor: Actor) -> Decision:
    """A correction is never silent: it has a reason, and the report that was wrong stays on record."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    reports = open_task.course.reports
    if not 1 <= command.report <= len(reports):
        return REPORT_UNKNOWN.of(report=command.report, count=len(reports))
    if refused := percent_refused(command.percent) or text_missing(command.done, "done", "完成情况"):
        return refused
    if is_blank(command.reason):
        return REASON_MISSING.of()
    wrong = reports[command.report - 1]
    if (command.percent, command.done) == (wrong.percent, wrong.done):
        return NOTHING_CHANGED.of()
    return [
        ProgressCorrected(
            command.task,
            open_task.unit,
            open_task.says.plan,
            command.report,
            command.percent,
            command.done,
            command.reason,
            actor,
        )
    ]
