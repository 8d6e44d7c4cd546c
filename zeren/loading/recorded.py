"""What the ledger has recorded already, in the shape of the sheets, so that a file can be compared with it.

Read from the log and from the folded directory, never from views, so that it is true before any view runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.ledger.events import (
    CompletionAccepted,
    PersonNamed,
    PlanAdopted,
    PlanId,
    ProjectId,
    ProjectNumberTaken,
    ProjectRegistered,
    TaskCancelled,
    TaskId,
    TaskIssued,
    TaskNumberTaken,
)
from services.ledger.state import (
    EndedTask,
    Plan,
    Task,
    TaskText,
    evolve_plan,
    evolve_task,
)
from shared.directory import Directory, Post
from shared.domain import PersonId, UnitId
from shared.facts import Fact
from shared.keys import Place
from shared.running import Running
from zeren.loading.plan import TaskFields, UnitName
from zeren.loading.projects import Phase as PhaseOfSheet
from zeren.loading.projects import ProjectRow
from zeren.loading.units import UnitRow, person_key

_READS_AT_ONCE = 8


def unit_row(directory: Directory, unit: UnitId) -> UnitRow:
    """A unit as the row of a roster that says what the ledger says."""
    found = directory.units[unit]
    return UnitRow(
        row=0,
        order=found.order,
        code=found.code,
        name=found.name,
        short_name=found.short_name or "",
        level=found.level,
        kind=found.kind,
        parent_code=directory.units[found.parent].code if found.parent else None,
        division_code=found.division_code,
        credit_code=found.credit_code,
        founded=found.valid_from,
    )


def unit_names(directory: Directory) -> list[UnitName]:
    """The names of all units that still exist."""
    return [
        UnitName(
            unit.code,
            unit.name,
            unit.short_name or "",
            directory.units[unit.parent].code if unit.parent else None,
        )
        for unit in directory.units.values()
        if unit.valid_to is None
    ]


async def names(running: Running) -> dict[PersonId, str]:
    """What everybody is called now, without those whose name was erased. Personal: for matching only."""
    latest = {
        fact.event.person: (fact.event.name, Place(running.log.id, fact.stream, fact.event_id, "name"))
        for fact in await running.log.category("person", running.log.id, 0, await running.log.last_position())
        if isinstance(fact.event, PersonNamed)
    }
    opened = await running.keys.open_all(list(latest.values()))
    return {person: person_key(name) for person, name in zip(latest, opened, strict=True) if name is not None}


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody's time in a post, as a row of a roster would say it. The name is personal, empty once it was erased."""

    post: Post
    unit_code: str
    over_code: str
    person: PersonId
    name: str = field(repr=False)
    since: date
    until: date | None


def holdings(directory: Directory, called: Mapping[PersonId, str]) -> list[Holding]:
    return [
        Holding(
            post,
            directory.units[post.unit].code,
            directory.units[post.over].code,
            tenure.person,
            called.get(tenure.person, ""),
            tenure.valid_from,
            tenure.valid_to,
        )
        for post in directory.posts.values()
        for tenure in post.tenures
    ]


def leaders_on(directory: Directory, called: Mapping[PersonId, str], day: date) -> list[tuple[str, str, str, str]]:
    """(unit code, name, post title, post id) of every post held on a day, as `plan.leader_lookup` wants them."""
    return [
        (directory.units[post.unit].code, called[person], post.title, post.id)
        for post in directory.posts.values()
        if (person := post.holder(day)) is not None and person in called
    ]


@dataclass(frozen=True, slots=True)
class RecordedPlan:
    """A plan with the date on which it was adopted, None while it is a draft."""

    plan: PlanId
    state: Plan
    adopted_on: date | None


async def plan_coded(running: Running, code: str) -> RecordedPlan | None:
    """The plan that bears a code."""
    taken = await running.log.stream(f"plan-code/{code}")
    if not taken:
        return None
    plan: PlanId = taken[0].event.plan
    state: Plan | None = None
    adopted_on = None
    for fact in await running.log.stream(f"plan/{plan}"):
        state = evolve_plan(state, fact.event)
        if isinstance(fact.event, PlanAdopted):
            adopted_on = fact.event.adopted_on
    if state is None:
        raise RuntimeError("a plan has a code and no draft")
    return RecordedPlan(plan, state, adopted_on)


async def projects_of(running: Running, plan: PlanId) -> dict[str, tuple[ProjectId, ProjectRow]]:
    """The projects of a plan by their number."""
    numbers = await _numbers(running, f"project-number/{plan}")
    ids = [event.project for event in numbers if isinstance(event, ProjectNumberTaken)]
    found = {}
    for facts in await _streams(running, [f"project/{project}" for project in ids]):
        event = facts[0].event
        if isinstance(event, ProjectRegistered):
            found[event.number] = (event.project, _project_row(running.references.folds.directory, event))
    return found


def _project_row(directory: Directory, event: ProjectRegistered) -> ProjectRow:
    return ProjectRow(
        row=0,
        number=event.number,
        name=event.title,
        kind=event.kind,
        level=event.level,
        unit_code=directory.units[event.unit].code,
        phases=tuple(PhaseOfSheet(phase.goal, phase.due) for phase in event.phases),
    )


@dataclass(frozen=True, slots=True)
class RecordedTask:
    """A task as it was issued and as it stands. `ended` is the day on which it was finished or cancelled."""

    task: TaskId
    leader_person: PersonId
    issued: TaskFields
    now: TaskFields
    state: Task
    ended: date | None


async def tasks_of(running: Running, plan: PlanId, project_numbers: Mapping[ProjectId, str]) -> dict[str, RecordedTask]:
    """The tasks of a plan by their number, parts included."""
    numbers = await _numbers(running, f"task-number/{plan}")
    ids = [event.task for event in numbers if isinstance(event, TaskNumberTaken)]
    directory = running.references.folds.directory
    found = {}
    for facts in await _streams(running, [f"task/{task}" for task in ids]):
        issued = facts[0].event
        if not isinstance(issued, TaskIssued):
            raise RuntimeError("the stream of a task begins with something else")
        state: Task | None = None
        ended = None
        for fact in facts:
            state = evolve_task(state, fact.event)
            match fact.event:
                case CompletionAccepted() as accepted:
                    ended = accepted.claimed_on
                case TaskCancelled() as cancelled:
                    ended = cancelled.cancelled_on
                case _:
                    pass
        if state is None:
            raise RuntimeError("a task has a number and was not issued")
        project = project_numbers.get(issued.project, "") if issued.project else ""
        found[issued.number] = RecordedTask(
            issued.task,
            issued.leader_person,
            _fields(directory, project, issued),
            _fields(directory, project, state.says),
            state,
            ended,
        )
    return found


def outcome_of(task: RecordedTask) -> str | None:
    """accepted, cancelled or unfinished, as `plan.PlanRow.outcome` has it; None while nothing of it is recorded."""
    if isinstance(task.state, EndedTask):
        return task.state.how
    return "unfinished" if task.state.course.fell_overdue == task.state.says.due else None


def _fields(directory: Directory, project: str, says: TaskIssued | TaskText) -> TaskFields:
    return TaskFields(
        project=project,
        title=says.title,
        leader_post=says.leader_post,
        unit_code=directory.units[says.unit].code,
        co_units=tuple(directory.units[unit].code for unit in says.co_units),
        requirement=says.requirement,
        standard=says.standard,
        due=says.due,
        weight=says.weight,
    )


async def _numbers(running: Running, prefix: str) -> list[Any]:
    return [
        fact.event for fact in await running.log.category(prefix, running.log.id, 0, await running.log.last_position())
    ]


async def _streams(running: Running, streams: Sequence[str]) -> list[list[Fact]]:
    """The facts of each stream, a few reads at a time."""
    room = asyncio.Semaphore(_READS_AT_ONCE)

    async def read(stream: str) -> list[Fact]:
        async with room:
            return await running.log.stream(stream)

    return await asyncio.gather(*(read(stream) for stream in streams))
