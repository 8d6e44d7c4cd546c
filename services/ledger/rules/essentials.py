"""The four essentials (四到位) of a task or part: accountable leader, responsible unit, requirement with standard, time limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ledger.refusals import (
    CO_UNIT_IS_LEAD,
    CO_UNIT_TWICE,
    ESSENTIALS_MISSING,
    LEADER_ELSEWHERE,
    LEADER_POST_VACANT,
    POST_UNKNOWN,
    UNIT_DISSOLVED,
    UNIT_UNKNOWN,
    WEIGHT_INVALID,
)
from services.ledger.rules.texts import is_blank
from shared.directory import Directory
from shared.domain import PersonId, PostId, PublicText, Refused, UnitId

WEIGHT_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Essentials:
    """All four, once none of them is missing."""

    leader: PostId
    unit: UnitId
    requirement: PublicText
    standard: PublicText
    due: date


def all_essentials(
    title: str,
    leader: PostId | None,
    unit: UnitId | None,
    requirement: PublicText | None,
    standard: PublicText | None,
    due: date | None,
) -> Essentials | Refused:
    """The four essentials, or a refusal that names each one that is missing."""
    missing = [
        names
        for names, absent in (
            (("accountable leader", "分管领导"), is_blank(leader)),
            (("responsible unit", "责任部门"), is_blank(unit)),
            (("requirement", "任务要求"), is_blank(requirement)),
            (("standard of completion", "落实标准"), is_blank(standard)),
            (("time limit", "工作时限"), due is None),
        )
        if absent
    ]
    if missing or not (leader and unit and requirement and standard and due):
        return ESSENTIALS_MISSING.of(
            title=title, missing=", ".join(en for en, _ in missing), missing_zh="、".join(zh for _, zh in missing)
        )
    return Essentials(leader, unit, requirement, standard, due)


def leader_of(directory: Directory, post: PostId, unit: UnitId, on: date, title: str) -> PersonId | Refused:
    """Who held the post of the accountable leader (分管领导) on a date; the post is of the unit or of one above it."""
    known = directory.posts.get(post)
    if known is None:
        return POST_UNKNOWN.of(post=post)
    if not directory.is_within(unit, known.unit):
        return LEADER_ELSEWHERE.of(title=title)
    return known.holder(on) or LEADER_POST_VACANT.of(title=title, day=on)


def unit_refused(directory: Directory, unit: UnitId) -> Refused | None:
    """A refusal for a unit that is not known or no longer exists."""
    known = directory.units.get(unit)
    if known is None:
        return UNIT_UNKNOWN.of(unit=unit)
    return UNIT_DISSOLVED.of(name=known.name) if known.valid_to is not None else None


def co_units_refused(directory: Directory, lead: UnitId, co_units: Sequence[UnitId]) -> Refused | None:
    """A refusal for co-operating units (协办单位) that are unknown, named twice, or the responsible unit itself."""
    if lead in co_units:
        return CO_UNIT_IS_LEAD.of()
    if len(set(co_units)) < len(co_units):
        return CO_UNIT_TWICE.of()
    return next((refused for unit in co_units if (refused := unit_refused(directory, unit))), None)


def weight_refused(weight: Decimal | None) -> Refused | None:
    """A weight is above 0 and up to 100 per cent, with no more decimals than offices write."""
    if weight is None or (weight.is_finite() and 0 < weight <= 100 and round(weight, WEIGHT_DECIMALS) == weight):
        return None
    return WEIGHT_INVALID.of(weight=str(weight)[:40])
