"""A task is divided into parts (任务分解), in one of three directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ledger.events import Direction, Part, TaskId, TaskIssued, TaskNumberTaken, TaskSplit
from services.ledger.refusals import (
    DUE_BEFORE_ISSUE,
    LEAD_ONLY_IN_LATERAL,
    PART_GIVEN_TWICE,
    PART_NOT_A_SECTION,
    PART_NOT_CO_OPERATING,
    PART_NOT_LOWER,
    PART_OUTLASTS_TASK,
    SPLIT_CYCLE,
    SPLIT_NEEDS_ONE_LEAD,
    SPLIT_NEEDS_TWO_PARTS,
    TASK_ALREADY_SPLIT,
    TASK_NUMBER_TAKEN,
    WEIGHTS_NOT_100,
)
from services.ledger.rules.essentials import Essentials, all_essentials, leader_of, unit_refused, weight_refused
from services.ledger.rules.identities import Ids
from services.ledger.rules.powers import name_of, out_of_reach
from services.ledger.rules.task_open import task_open
from services.ledger.rules.texts import number_invalid, text_missing
from services.ledger.rules.unit_tree import is_beside, is_lower, is_section_of
from services.ledger.state import DividedTask, RunningTask, Taken, Task, TaskText
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId, PostId, PublicText, Refused, UnitId
from shared.weights import HUNDRED, weights_total


@dataclass(frozen=True, slots=True)
class GivenPart:
    """One part as it is proposed: a full task with its own four essentials, and its weight in per cent.

    `lead` marks what goes to the lead unit (牵头) of a lateral split; the others assist (协办). Without a `number` it
    gets the whole's with a running number behind it: 3 → 3-1, 3-2.
    """

    title: PublicText
    weight: Decimal
    leader: PostId | None = None
    unit: UnitId | None = None
    requirement: PublicText | None = None
    standard: PublicText | None = None
    due: date | None = None
    lead: bool = False
    number: str | None = None


@dataclass(frozen=True, slots=True)
class SplitTask:
    task: TaskId
    direction: Direction
    parts: tuple[GivenPart, ...]


def part_numbers(command: SplitTask, whole: Task | None) -> tuple[str, ...]:
    """The number of each part, in order."""
    stem = whole.says.number if whole is not None else ""
    return tuple(part.number or f"{stem}-{at}" for at, part in enumerate(command.parts, start=1))


def decide(
    command: SplitTask,
    task: Task,
    numbers: tuple[Taken | None, ...],
    actor: Actor,
    directory: Directory,
    moment: Moment,
    ids: Ids,
) -> Decision:
    """内分 within one unit, 外分 to co-operating units, 下分 to lower units."""
    open_task = task_open(task)
    match open_task:
        case Refused():
            return open_task
        case DividedTask():
            return TASK_ALREADY_SPLIT.of()
        case RunningTask():
            whole = open_task.says

    if len(command.parts) < 2:
        return SPLIT_NEEDS_TWO_PARTS.of()
    given: list[tuple[GivenPart, Essentials, PersonId]] = []
    for part in command.parts:
        complete = _complete(part, whole, command.direction, actor, directory, moment)
        if isinstance(complete, Refused):
            return complete
        given.append((part, *complete))

    if refused := _leads_refused(command) or _given_twice(command.parts, directory):
        return refused
    if (total := weights_total(part.weight for part in command.parts)) != HUNDRED:
        return WEIGHTS_NOT_100.of(total=total)
    part_number = part_numbers(command, task)
    for at, number in enumerate(part_number):
        if refused := number_invalid(number):
            return refused
        if numbers[at] is not None or number in part_number[:at]:
            return TASK_NUMBER_TAKEN.of(number=number)

    parts = tuple(
        Part(
            task=TaskId(ids(f"part-{number}")),
            number=number,
            title=part.title,
            unit=full.unit,
            lead=part.lead,
            weight=part.weight,
            due=full.due,
        )
        for number, (part, full, _) in zip(part_number, given, strict=True)
    )
    split = TaskSplit(
        task=whole.task,
        unit=whole.unit,
        plan=whole.plan,
        revision=whole.revision + 1,
        direction=command.direction,
        parts=parts,
    )
    issued = [
        TaskIssued(
            task=part.task,
            plan=whole.plan,
            project=whole.project,
            number=part.number,
            title=part.title,
            unit=part.unit,
            co_units=(),
            leader_post=full.leader,
            leader_person=leader,
            requirement=full.requirement,
            standard=full.standard,
            due=part.due,
            issued_on=moment.today,
            weight=part.weight,
            parent=whole.task,
            direction=command.direction,
            lineage=(*whole.lineage, whole.unit),
        )
        for part, (_, full, leader) in zip(parts, given, strict=True)
    ]
    taken = [TaskNumberTaken(whole.plan, part.number, part.task) for part in parts]
    return [split, *issued, *taken]


def _complete(
    part: GivenPart, whole: TaskText, direction: Direction, actor: Actor, directory: Directory, moment: Moment
) -> tuple[Essentials, PersonId] | Refused:
    """The part's essentials and who answers for it, or the first thing wrong with the part itself."""
    if refused := text_missing(part.title, "title", "分解项"):
        return refused
    full = all_essentials(part.title, part.leader, part.unit, part.requirement, part.standard, part.due)
    if isinstance(full, Refused):
        return full
    if refused := unit_refused(directory, full.unit) or weight_refused(part.weight):
        return refused
    if full.due > whole.due:
        return PART_OUTLASTS_TASK.of(part=part.title, due=full.due, limit=whole.due)
    if full.due < moment.today:
        return DUE_BEFORE_ISSUE.of(due=full.due, issued=moment.today)
    if full.unit != whole.unit and full.unit in whole.lineage:
        return SPLIT_CYCLE.of(part=part.title, unit=name_of(directory, full.unit))
    if refused := direction_refused(part.title, full.unit, whole, direction, directory):
        return refused
    if refused := out_of_reach(actor, directory, full.unit):
        return refused
    leader = leader_of(directory, full.leader, full.unit, moment.today, part.title)
    return leader if isinstance(leader, Refused) else (full, leader)


def direction_refused(
    title: str, taker: UnitId, whole: TaskText, direction: Direction, directory: Directory
) -> Refused | None:
    """The direction agrees with the unit tree. Where a task names its co-operating units, a lateral split stays with them."""
    unit, giver = directory.units[taker], directory.units[whole.unit]
    match direction:
        case "internal":
            fits, refusal = is_section_of(unit, giver), PART_NOT_A_SECTION
        case "lateral":
            beside = taker in whole.co_units if whole.co_units else is_beside(unit, giver, directory)
            fits, refusal = taker == whole.unit or beside, PART_NOT_CO_OPERATING
        case "downward":
            fits, refusal = is_lower(unit, giver, directory), PART_NOT_LOWER
    return None if fits else refusal.of(part=title, unit=unit.name)


def _leads_refused(command: SplitTask) -> Refused | None:
    """外分: exactly one unit leads; 内分 and 下分 have no lead."""
    leads = {part.unit for part in command.parts if part.lead}
    if command.direction == "lateral":
        return SPLIT_NEEDS_ONE_LEAD.of(count=len(leads)) if len(leads) != 1 else None
    return LEAD_ONLY_IN_LATERAL.of() if leads else None


def _given_twice(parts: Sequence[GivenPart], directory: Directory) -> Refused | None:
    """The same part goes to a unit once; two different parts may."""
    seen: set[tuple[UnitId | None, str]] = set()
    for part in parts:
        if (part.unit, part.title) in seen and part.unit is not None:
            return PART_GIVEN_TWICE.of(part=part.title, unit=name_of(directory, part.unit))
        seen.add((part.unit, part.title))
    return None
