"""A task reads otherwise from now on (调整任务)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ledger.events import TaskAmended, TaskId
from services.ledger.refusals import (
    DUE_BEFORE_ISSUE,
    NOTHING_CHANGED,
    PART_OUTLASTS_TASK,
    PART_WEIGHT_FIXED,
    REASON_MISSING,
    TASK_ENDS_BEFORE_PART,
    TASK_OUTLASTS_PLAN,
)
from services.ledger.rules.essentials import all_essentials, co_units_refused, leader_of, weight_refused
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import EndedTask, Plan, Task, TaskText
from shared.directory import Directory
from shared.domain import Decision, Moment, PostId, PublicText, Refused, UnitId


@dataclass(frozen=True, slots=True)
class AmendTask:
    """What is not given stays as it is. For another responsible unit there is `HandOverTask`."""

    task: TaskId
    reason: PublicText
    title: PublicText | None = None
    leader: PostId | None = None
    requirement: PublicText | None = None
    standard: PublicText | None = None
    due: date | None = None
    co_units: tuple[UnitId, ...] | None = None
    weight: Decimal | None = None


def decide(
    command: AmendTask,
    task: Task,
    plans: tuple[Plan | None, ...],
    wholes: tuple[Task | None, ...],
    parts: tuple[Task | None, ...],
    directory: Directory,
    moment: Moment,
) -> Decision:
    """The four essentials stay complete, a part stays inside its whole, and a whole around its parts."""
    open_task = task_open(task)
    if isinstance(open_task, Refused):
        return open_task
    says = open_task.says
    if is_blank(command.reason):
        return REASON_MISSING.of()
    if command.weight is not None and says.parent is not None:
        return PART_WEIGHT_FIXED.of()

    title = says.title if command.title is None else command.title
    co_units = says.co_units if command.co_units is None else command.co_units
    weight = says.weight if command.weight is None else command.weight
    amended = all_essentials(
        title,
        says.leader_post if command.leader is None else command.leader,
        says.unit,
        says.requirement if command.requirement is None else command.requirement,
        says.standard if command.standard is None else command.standard,
        says.due if command.due is None else command.due,
    )
    if isinstance(amended, Refused):
        return amended
    if refused := (
        text_missing(title, "title", "任务")
        or co_units_refused(directory, says.unit, co_units)
        or weight_refused(weight)
        or _due_refused(says, amended.due, plans, wholes, parts)
    ):
        return refused
    # Naming the leader anew, even from the same post, makes whoever holds it today accountable.
    leader = (
        says.leader_person
        if command.leader is None
        else leader_of(directory, amended.leader, says.unit, moment.today, title)
    )
    if isinstance(leader, Refused):
        return leader

    event = TaskAmended(
        task=command.task,
        unit=says.unit,
        plan=says.plan,
        revision=says.revision + 1,
        title=title,
        co_units=co_units,
        leader_post=amended.leader,
        leader_person=leader,
        requirement=amended.requirement,
        standard=amended.standard,
        due=amended.due,
        weight=weight,
        reason=command.reason,
    )
    before = (says.title, says.co_units, says.leader_post, says.leader_person, says.requirement, says.standard)
    after = (event.title, event.co_units, event.leader_post, event.leader_person, event.requirement, event.standard)
    if (before, says.due, says.weight) == (after, event.due, event.weight):
        return NOTHING_CHANGED.of()
    return [event]


def _due_refused(
    says: TaskText,
    due: date,
    plans: tuple[Plan | None, ...],
    wholes: tuple[Task | None, ...],
    parts: tuple[Task | None, ...],
) -> Refused | None:
    if due < says.issued_on:
        return DUE_BEFORE_ISSUE.of(due=due, issued=says.issued_on)
    for plan in plans:
        if plan is not None and due != says.due and due.year > plan.says.to_year:
            return TASK_OUTLASTS_PLAN.of(due=due, to_year=plan.says.to_year)
    for whole in wholes:
        if whole is not None and due > whole.says.due:
            return PART_OUTLASTS_TASK.of(part=says.title, due=due, limit=whole.says.due)
    for part in parts:
        if part is not None and not isinstance(part, EndedTask) and part.says.due > due:
            return TASK_ENDS_BEFORE_PART.of(due=due, part=part.says.title, part_due=part.says.due)
    return None
