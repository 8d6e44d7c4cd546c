"""What the unit tree says about two units: who is a section of whom, who lies lower, who stands beside."""

from __future__ import annotations

from typing import get_args

from shared.directory import Directory, Level, Unit
from shared.domain import UnitId

LAST_IN_ORDER = 9_999_999
"""The highest place in a list of units (机构序)."""

LEVELS: tuple[Level, ...] = get_args(Level)


def rank(level: Level) -> int:
    """0 for a province, rising downwards."""
    return LEVELS.index(level)


def is_section_of(taker: Unit, giver: Unit) -> bool:
    """内设机构: a section directly inside the giver."""
    return taker.kind == "section" and taker.parent == giver.id


def is_lower(taker: Unit, giver: Unit, directory: Directory) -> bool:
    """下级单位: below the giver in the tree and no section of anybody; or of a lower level within the same division.

    The second is 业务指导: a county's water bureau does not hang below the city's, but below the county, and yet is
    its lower unit: it has a lower level and lies below the unit that the giver itself hangs below.
    """
    if taker.kind == "section" or taker.id == giver.id:
        return False
    if directory.is_within(taker.id, giver.id):
        return True
    division = giver.parent
    return division is not None and rank(taker.level) > rank(giver.level) and directory.is_within(taker.id, division)


def is_beside(taker: Unit, giver: Unit, directory: Directory) -> bool:
    """Neither above nor below the other; a unit does not stand beside itself."""
    return not directory.is_within(taker.id, giver.id) and not directory.is_within(giver.id, taker.id)


def living(directory: Directory, unit: UnitId) -> Unit | None:
    """The unit, unless it is unknown or dissolved."""
    known = directory.units.get(unit)
    return known if known is not None and known.valid_to is None else None
