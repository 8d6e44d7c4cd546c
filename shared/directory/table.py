"""The directory as tables that queries join: units with their place in the tree, and who held which post when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.directory import (
    Level,
    PostFilled,
    PostVacated,
    UnitDissolved,
    UnitKind,
    UnitMoved,
    UnitRecoded,
    UnitRegistered,
    UnitRenamed,
)
from shared.domain import PersonId, PostId, PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it stands. `path` is `/root/…/unit/`; `valid_to` and `successor` are set once it is dissolved."""

    unit: UnitId
    code: str
    name: PublicText
    short_name: PublicText | None
    kind: UnitKind
    level: Level
    parent: UnitId | None
    path: str
    order: int
    division_code: str | None
    credit_code: str | None
    valid_from: date
    valid_to: date | None
    successor: UnitId | None


def _route_unit(fact: Fact, refs: References) -> Iterable[Key]:
    match fact.event:
        case UnitRegistered(unit=unit) | UnitMoved(unit=unit):
            # Everything below stands at a new path; a parent may be registered after its children.
            return [(below,) for below in refs.directory.below(unit)]
        case event:
            return [(event.unit,)]


def _evolve_unit(row: UnitRow | None, fact: Fact, refs: References) -> UnitRow | None:
    unit = refs.directory.units[row.unit if row else fact.event.unit]
    return UnitRow(
        unit=unit.id,
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        kind=unit.kind,
        level=unit.level,
        parent=unit.parent,
        path=refs.directory.path(unit.id),
        order=unit.order,
        division_code=unit.division_code,
        credit_code=unit.credit_code,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        successor=unit.successor,
    )


UNITS: View[UnitRow] = View(
    name="units",
    version=1,
    row=UnitRow,
    key=("unit",),
    events=(UnitRegistered, UnitRenamed, UnitRecoded, UnitMoved, UnitDissolved),
    route=_route_unit,
    evolve=_evolve_unit,
    indexes=(("path",), ("code",)),
)


@dataclass(frozen=True, slots=True)
class TenureRow:
    """Somebody's time in a post, both dates included. `leads` marks the unit's chief post: who led it, and when."""

    post: PostId
    person: PersonId
    valid_from: date
    valid_to: date | None
    unit: UnitId
    title: PublicText
    leads: bool


def _route_tenure(fact: Fact, refs: References) -> Iterable[Key]:
    match fact.event:
        case PostFilled() as filled:
            return [(filled.post, filled.person, filled.valid_from)]
        case PostVacated() as vacated:
            tenures = refs.directory.posts[vacated.post].tenures
            return [
                (vacated.post, t.person, t.valid_from)
                for t in tenures
                if t.person == vacated.person and t.valid_to == vacated.valid_to
            ]
        case other:
            raise TypeError(type(other).__name__)


def _evolve_tenure(row: TenureRow | None, fact: Fact, refs: References) -> TenureRow | None:
    event: Any = fact.event
    if isinstance(event, PostVacated):
        return replace(row, valid_to=event.valid_to) if row else None
    post = refs.directory.posts[event.post]
    return TenureRow(event.post, event.person, event.valid_from, None, post.unit, post.title, post.leads)


TENURES: View[TenureRow] = View(
    name="tenures",
    version=1,
    row=TenureRow,
    key=("post", "person", "valid_from"),
    events=(PostFilled, PostVacated),
    route=_route_tenure,
    evolve=_evolve_tenure,
    indexes=(("unit", "valid_from"), ("person",)),
)

DIRECTORY_VIEWS: tuple[View[Any], ...] = (UNITS, TENURES)
"""Part of every service."""
