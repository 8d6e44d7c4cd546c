"""A unit gets a task (下达任务), with all four essentials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ledger.events import PlanId, ProjectId, TaskId, TaskIssued, TaskNumberTaken
from services.ledger.refusals import (
    DATE_IN_FUTURE,
    DUE_BEFORE_ISSUE,
    PROJECT_OF_OTHER_PLAN,
    PROJECT_UNKNOWN,
    TASK_NUMBER_TAKEN,
    TASK_OUTLASTS_PLAN,
)
from services.ledger.rules.dates import occurring
from services.ledger.rules.essentials import all_essentials, co_units_refused, leader_of, unit_refused, weight_refused
from services.ledger.rules.plan_in_force import plan_in_force
from services.ledger.rules.powers import out_of_reach
from services.ledger.rules.texts import number_invalid, text_missing
from services.ledger.state import Plan, Project, Taken
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PostId, PublicText, Refused, UnitId


@dataclass(frozen=True, slots=True)
class IssueTask:
    """`task` is allotted; `number` is unique in the plan.

    The four essentials may be left out here, so that the refusal can name each one that is missing. `leader` is the
    post of the accountable leader. `issued_on` is today if not given; an earlier date records what was issued on paper.
    """

    task: TaskId
    plan: PlanId
    number: str
    title: PublicText
    leader: PostId | None = None
    unit: UnitId | None = None
    requirement: PublicText | None = None
    standard: PublicText | None = None
    due: date | None = None
    project: ProjectId | None = None
    co_units: tuple[UnitId, ...] = ()
    weight: Decimal | None = None
    issued_on: date | None = None


def decide(
    command: IssueTask,
    state: None,
    plans: tuple[Plan | None, ...],
    projects: tuple[Project | None, ...],
    numbers: tuple[Taken | None, ...],
    actor: Actor,
    directory: Directory,
    moment: Moment,
) -> Decision:
    """四到位: leader, unit, requirement with standard and time limit are all there, and all real."""
    (named,) = plans
    plan = plan_in_force(named, command.plan)
    if isinstance(plan, Refused):
        return plan
    if refused := number_invalid(command.number) or text_missing(command.title, "title", "任务"):
        return refused
    task = all_essentials(
        command.title, command.leader, command.unit, command.requirement, command.standard, command.due
    )
    if isinstance(task, Refused):
        return task
    if refused := (
        unit_refused(directory, task.unit)
        or co_units_refused(directory, task.unit, command.co_units)
        or out_of_reach(actor, directory, plan.unit)
        or weight_refused(command.weight)
    ):
        return refused

    issued_on = command.issued_on or moment.today
    if issued_on > moment.today:
        return DATE_IN_FUTURE.of(day=issued_on, today=moment.today)
    if task.due < issued_on:
        return DUE_BEFORE_ISSUE.of(due=task.due, issued=issued_on)
    if task.due.year > plan.says.to_year:
        return TASK_OUTLASTS_PLAN.of(due=task.due, to_year=plan.says.to_year)
    for project in projects:
        if project is None:
            return PROJECT_UNKNOWN.of(project=command.project)
        if project.plan != command.plan:
            return PROJECT_OF_OTHER_PLAN.of(project=command.project)
    if any(numbers):
        return TASK_NUMBER_TAKEN.of(number=command.number)
    leader = leader_of(directory, task.leader, task.unit, issued_on, command.title)
    if isinstance(leader, Refused):
        return leader

    issued = TaskIssued(
        task=command.task,
        plan=command.plan,
        project=command.project,
        number=command.number,
        title=command.title,
        unit=task.unit,
        co_units=command.co_units,
        leader_post=task.leader,
        leader_person=leader,
        requirement=task.requirement,
        standard=task.standard,
        due=task.due,
        issued_on=issued_on,
        weight=command.weight,
        parent=None,
        direction=None,
        lineage=(),
    )
    return occurring(issued_on, moment, issued, TaskNumberTaken(command.plan, command.number, command.task))
