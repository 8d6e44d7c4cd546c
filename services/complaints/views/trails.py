"""Who did what in this matter, when, on whose word, and what became different? Told from the log itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.complaints.events import CaseId, ClueId, DecisionId
from services.complaints.state import (
    ClosedCase,
    ClosedClue,
    ConcludedCase,
    EndedPetition,
    Over,
    evolve_case,
    evolve_clue,
    evolve_decision,
    evolve_petition,
)
from services.complaints.views.case import cases_by_id
from services.complaints.views.clue import clues_by_id
from services.complaints.views.decision import decisions_by_id
from services.complaints.views.petition import petitions_by_id
from services.complaints.words import WORDS
from services.ledger.ports import NAMES
from shared.audit import flat_fold
from shared.directory import Directory, Role
from shared.domain import PersonId, UnitId
from shared.facts import Fact
from shared.views.reading import Reading
from shared.views.trails import Trail, trail_of

TRAIL_READERS: tuple[Role, ...] = ("auditor", "case-supervisor", "committee")
"""Who reads a trail, where the role reaches the body that has the matter; of a decision, the unit that it is about."""

_FORGETFUL = (EndedPetition, ClosedClue, ConcludedCase, ClosedCase, Over)
_INSIDE = ("substance",)
_NAMELESS = "（姓名未登记或者已删除）"
_SYSTEM = "（系统）"
_SEALED = "（加密）"


@dataclass(frozen=True, slots=True)
class PetitionTrail:
    """信访件的办理轨迹。Every change of a registered report; never who reported."""

    complaint: str


@dataclass(frozen=True, slots=True)
class ClueTrail:
    """问题线索的办理轨迹。Every change of a clue."""

    clue: ClueId


@dataclass(frozen=True, slots=True)
class CaseTrail:
    """案件的办理轨迹。Every change of a case."""

    case: CaseId


@dataclass(frozen=True, slots=True)
class DecisionTrail:
    """责任追究的办理轨迹。Every change of a decision on accountability."""

    decision: DecisionId


async def petition_trail(reading: Reading, params: PetitionTrail) -> Trail | None:
    found = (await petitions_by_id(reading, [params.complaint])).get(params.complaint)
    return await _trail(reading, f"petition/{params.complaint}", found.unit, evolve_petition) if found else None


async def clue_trail(reading: Reading, params: ClueTrail) -> Trail | None:
    found = (await clues_by_id(reading, [params.clue])).get(params.clue)
    return await _trail(reading, f"clue/{params.clue}", found.unit, evolve_clue) if found else None


async def case_trail(reading: Reading, params: CaseTrail) -> Trail | None:
    found = (await cases_by_id(reading, [params.case])).get(params.case)
    return await _trail(reading, f"case/{params.case}", found.unit, evolve_case) if found else None


async def decision_trail(reading: Reading, params: DecisionTrail) -> Trail | None:
    """Whom a served decision concerns sees the decision, and not how it came about."""
    found = (await decisions_by_id(reading, [params.decision])).get(params.decision)
    if found is None or found.case is None:
        return None
    return await _trail(reading, f"decision/{params.decision}", found.unit, evolve_decision)


async def _trail(reading: Reading, stream: str, unit: UnitId, evolve: Callable[[Any, Any], Any]) -> Trail:
    """RefusedRequest also while nobody tells names."""

    async def names_in(facts: Sequence[Fact]) -> Mapping[str, str]:
        told = await reading.ask(NAMES, sorted(_people_in(facts, reading.refs.directory)))
        return {person: addressee.name or _NAMELESS for person, addressee in told.items()}

    return await trail_of(
        reading,
        stream,
        unit,
        TRAIL_READERS,
        flat_fold(evolve, inside=_INSIDE, forgetful=_FORGETFUL),
        WORDS,
        names_in=names_in,
        nameless=lambda person: _SYSTEM if "/" in person else _NAMELESS,
        sealed=_SEALED,
    )


def _people_in(facts: Sequence[Fact], directory: Directory) -> set[str]:
    """Whoever acted, and whoever a fact names: those of its words that are people who hold or held a post."""
    words = {word for fact in facts for word in (fact.actor.subject, fact.actor.on_behalf, *_words(fact.event))}
    return {word for word in words if word is not None and directory.units_of(PersonId(word))}


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _words(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _words(getattr(value, field.name))
