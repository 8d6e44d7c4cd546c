"""A running task goes to another responsible unit (移交)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import TaskHandedOver, TaskId
from services.ledger.refusals import HANDED_OVER_OVERDUE, HANDED_TO_ITSELF, REASON_MISSING, SPLIT_CYCLE, TASK_DIVIDED
from services.ledger.rules.duties import own_unit_refused
from services.ledger.rules.essentials import co_units_refused, leader_of, unit_refused
from services.ledger.rules.grant_extension import out_of_bounds
from services.ledger.rules.powers import name_of, out_of_reach
from services.ledger.rules.split_task import direction_refused
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import DividedTask, EndedTask, Plan, RunningTask, Task, TaskText
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PostId, PublicText, Refused, UnitId


@dataclass(frozen=True, slots=True)
class HandOverTask:
    """`to` is the unit that has the task from now on, `leader` the post there, or above it, that answers for it.

    `due` and `co_units` stay as they are when they are not given, except that `to` no longer co-operates with itself.
    `decision` as in `SuspendTask`.
    """

    task: TaskId
    to: UnitId
    leader: PostId
    reason: PublicText
    decision: PublicText
    due: date | None = None
    co_units: tuple[UnitId, ...] | None = None


def decide(
    command: HandOverTask,
    task: Task,
    bounds: tuple[Plan | Task | None, ...],
    actor: Actor,
    directory: Directory,
    moment: Moment,
) -> Decision:
    """With reason and decision, not by the unit that gets rid of it, and complete with its four essentials.

    A time limit that has passed stays with the unit that let it pass: the other one gets a new one.
    """
    match open_task := task_open(task):
        case Refused():
            return open_task
        case DividedTask():
            return TASK_DIVIDED.of()
        case RunningTask():
            says = open_task.says
    if is_blank(command.reason):
        return REASON_MISSING.of()
    if refused := text_missing(command.decision, "decision", "决定依据") or unit_refused(directory, command.to):
        return refused
    if command.to == says.unit:
        return HANDED_TO_ITSELF.of(unit=name_of(directory, command.to))
    kept = tuple(unit for unit in says.co_units if unit != command.to)
    co_units = kept if command.co_units is None else command.co_units
    due = command.due or says.due
    if refused := (
        out_of_reach(actor, directory, command.to)
        or own_unit_refused(actor, directory, says.unit)
        or co_units_refused(directory, command.to, co_units)
        or _misplaced(says, command.to, bounds, directory)
    ):
        return refused
    if due < moment.today:
        return HANDED_OVER_OVERDUE.of(due=due)
    if due != says.due and (refused := out_of_bounds(says.title, due, bounds)):
        return refused
    leader = leader_of(directory, command.leader, command.to, moment.today, says.title)
    if isinstance(leader, Refused):
        return leader
    return [
        TaskHandedOver(
            task=command.task,
            unit=says.unit,
            to=command.to,
            plan=says.plan,
            revision=says.revision + 1,
            co_units=co_units,
            leader_post=command.leader,
            leader_person=leader,
            due=due,
            handed_over_on=moment.today,
            reason=command.reason,
            decision=command.decision,
            by=actor,
        )
    ]


def _misplaced(
    says: TaskText, to: UnitId, bounds: tuple[Plan | Task | None, ...], directory: Directory
) -> Refused | None:
    """A part goes where the split of its whole could have given it."""
    for bound in bounds:
        if isinstance(bound, Task) and not isinstance(bound, EndedTask) and says.direction is not None:
            whole = bound.says
            if to != whole.unit and to in whole.lineage:
                return SPLIT_CYCLE.of(part=says.title, unit=name_of(directory, to))
            return direction_refused(says.title, to, whole, says.direction, directory)
    return None
