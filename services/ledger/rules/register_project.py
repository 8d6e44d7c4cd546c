"""A project (项目) of one of three kinds stands under a plan."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import get_args

from services.ledger.events import (
    Phase,
    PhaseName,
    PlanId,
    ProjectId,
    ProjectKind,
    ProjectLevel,
    ProjectNumberTaken,
    ProjectRegistered,
)
from services.ledger.refusals import PHASE_GOAL_MISSING, PHASES_INCOMPLETE, PHASES_REVERSED, PROJECT_NUMBER_TAKEN
from services.ledger.rules.essentials import unit_refused
from services.ledger.rules.plan_in_force import plan_in_force
from services.ledger.rules.powers import out_of_reach
from services.ledger.rules.texts import is_blank, number_invalid, text_missing
from services.ledger.state import Plan, Taken
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText, Refused, UnitId


@dataclass(frozen=True, slots=True)
class RegisterProject:
    """`project` is allotted; `number` is unique in the plan; `phases` is empty or names all three in their order."""

    project: ProjectId
    plan: PlanId
    number: str
    title: PublicText
    unit: UnitId
    kind: ProjectKind
    level: ProjectLevel
    phases: tuple[Phase, ...] = ()


def decide(
    command: RegisterProject,
    state: None,
    plans: tuple[Plan | None, ...],
    numbers: tuple[Taken | None, ...],
    actor: Actor,
    directory: Directory,
) -> Decision:
    (named,) = plans
    plan = plan_in_force(named, command.plan)
    if isinstance(plan, Refused):
        return plan
    if refused := (
        number_invalid(command.number)
        or text_missing(command.title, "title", "项目名称")
        or unit_refused(directory, command.unit)
        or out_of_reach(actor, directory, plan.unit)
        or phases_refused(command.phases)
    ):
        return refused
    if any(numbers):
        return PROJECT_NUMBER_TAKEN.of(number=command.number)
    return [
        ProjectRegistered(
            project=command.project,
            plan=command.plan,
            number=command.number,
            title=command.title,
            unit=command.unit,
            kind=command.kind,
            level=command.level,
            phases=command.phases,
        ),
        ProjectNumberTaken(command.plan, command.number, command.project),
    ]


def phases_refused(phases: tuple[Phase, ...]) -> Refused | None:
    """前期准备 → 总结完善 → 全面推广: each with goal and date, none left out, none before the one ahead of it."""
    if phases and tuple(phase.name for phase in phases) != get_args(PhaseName):
        return PHASES_INCOMPLETE.of()
    for number, phase in enumerate(phases, start=1):
        if is_blank(phase.goal):
            return PHASE_GOAL_MISSING.of(number=number)
    for number, (earlier, later) in enumerate(pairwise(phases), start=2):
        if later.due < earlier.due:
            return PHASES_REVERSED.of(number=number)
    return None
