"""What exactly is signed here: which version, which text, with which hash? Folded from the log when asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.ledger.events import LetterId, PlanId, TaskId
from services.ledger.state import evolve_letter, evolve_plan, evolve_task, hash_of, signable_of
from services.ledger.views.letters import letters_by_id
from services.ledger.views.plans import plans_by_id
from services.ledger.views.tasks import tasks_by_id
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class Signable:
    """待签文本。The text that a signature is given under, as canonical JSON, and what the signer sends back: `version`.

    `hash` is the SHA-256 of the text's UTF-8 bytes in small hexadecimal digits; anybody can reckon it again.
    """

    subject: str
    version: int
    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class GetSignableTask:
    """任务的待签文本。What is signed of a task: for a claim (认领书) or an endorsement (背书)."""

    task: TaskId


@dataclass(frozen=True, slots=True)
class GetSignablePlan:
    """规划的待签文本。What is signed of a plan."""

    plan: PlanId


@dataclass(frozen=True, slots=True)
class GetSignableLetter:
    """责任书的待签文本。What is signed of a responsibility letter."""

    letter: LetterId


async def get_signable_task(reading: Reading, params: GetSignableTask) -> Signable | None:
    if not await tasks_by_id(reading, [params.task]):
        return None
    return await _signable(reading, f"task/{params.task}", evolve_task)


async def get_signable_plan(reading: Reading, params: GetSignablePlan) -> Signable | None:
    if not await plans_by_id(reading, [params.plan]):
        return None
    return await _signable(reading, f"plan/{params.plan}", evolve_plan)


async def get_signable_letter(reading: Reading, params: GetSignableLetter) -> Signable | None:
    if not await letters_by_id(reading, [params.letter]):
        return None
    return await _signable(reading, f"letter/{params.letter}", evolve_letter)


async def _signable(reading: Reading, stream: str, evolve: Callable[[Any, Any], Any]) -> Signable:
    state: Any = None
    for fact in await reading.log.stream(stream):
        state = evolve(state, fact.event)
    text = signable_of(state)
    return Signable(subject=stream, version=state.says.revision, text=text.decode(), hash=hash_of(text))
