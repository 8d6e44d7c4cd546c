"""Who did what to this, when, on whose word, and what became different? Told from the log itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.ledger.events import FindingId, PlanId, TaskId
from services.ledger.state import (
    Course,
    EndedTask,
    StruckOffFinding,
    VerifiedRectification,
    evolve_finding,
    evolve_plan,
    evolve_task,
)
from services.ledger.views.findings import findings_by_id
from services.ledger.views.people import UNSEEN, names_of
from services.ledger.views.plans import plans_by_id
from services.ledger.views.tasks import tasks_by_id
from services.ledger.words import WORDS
from shared.audit import flat_fold
from shared.directory import Directory, Role
from shared.domain import UnitId
from shared.facts import Fact
from shared.views.reading import Reading
from shared.views.trails import Trail, trail_of

TRAIL_READERS: tuple[Role, ...] = ("auditor", "coordinator", "committee", "unit-head", "inspector")
"""Who reads a trail, where the role reaches the unit concerned."""


@dataclass(frozen=True, slots=True)
class GetTaskTrail:
    """任务的变更记录。Every change of a task, for those who answer for it or look after it."""

    task: TaskId


@dataclass(frozen=True, slots=True)
class GetPlanTrail:
    """规划的变更记录。Every change of a plan."""

    plan: PlanId


@dataclass(frozen=True, slots=True)
class GetFindingTrail:
    """问题的变更记录。Every change of a finding."""

    finding: FindingId


async def get_task_trail(reading: Reading, params: GetTaskTrail) -> Trail | None:
    found = (await tasks_by_id(reading, [params.task])).get(params.task)
    return await _trail(reading, f"task/{params.task}", found.unit, evolve_task) if found else None


async def get_plan_trail(reading: Reading, params: GetPlanTrail) -> Trail | None:
    found = (await plans_by_id(reading, [params.plan])).get(params.plan)
    return await _trail(reading, f"plan/{params.plan}", found.unit, evolve_plan) if found else None


async def get_finding_trail(reading: Reading, params: GetFindingTrail) -> Trail | None:
    found = (await findings_by_id(reading, [params.finding])).get(params.finding)
    return await _trail(reading, f"finding/{params.finding}", found.unit, evolve_finding) if found else None


async def _trail(reading: Reading, stream: str, unit: UnitId, evolve: Callable[[Any, Any], Any]) -> Trail:
    directory = reading.refs.directory

    async def names_in(facts: Sequence[Fact]) -> Mapping[str, str]:
        return await names_of(reading, _people_in(facts, directory))

    return await trail_of(
        reading,
        stream,
        unit,
        TRAIL_READERS,
        flat_fold(evolve, inside=_INSIDE, forgetful=_FORGETFUL, more=_of_course),
        WORDS,
        names_in=names_in,
        nameless=lambda person: UNSEEN,
        sealed=UNSEEN,
    )


def _people_in(facts: Iterable[Fact], directory: Directory) -> list[str]:
    """Whoever acted, and whoever a fact names as a person."""
    found: set[str] = set()
    for fact in facts:
        found.add(fact.actor.subject)
        if fact.actor.on_behalf:
            found.add(fact.actor.on_behalf)
        found.update(
            value
            for field in dataclasses.fields(fact.event)
            if field.name in ("leader_person", "person") and (value := getattr(fact.event, field.name))
        )
        by = getattr(fact.event, "by", None)
        if by is not None:
            found.add(by.subject)
            if by.on_behalf:
                found.add(by.on_behalf)
    return sorted(who for who in found if who not in directory.units and who not in directory.posts)


_FORGETFUL = (EndedTask, VerifiedRectification, StruckOffFinding)
_INSIDE = ("says", "course", "before", "matter")
"""Fields whose own fields are told instead of them."""


def _of_course(part: Any) -> Mapping[str, Any]:
    """What a running task's course says besides its fields."""
    if not isinstance(part, Course):
        return {}
    return {"percent": part.percent, "asked": part.asked.until if part.asked else None}
