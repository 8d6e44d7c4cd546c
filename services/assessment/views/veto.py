"""Which units are at risk or vetoed, on what grounds, and how did it come to that?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import sqlalchemy as sa

from services.assessment.events import (
    Grounds,
    LiftingCause,
    SchemeId,
    VetoGroundsAdded,
    VetoGroundsWithdrawn,
    VetoLifted,
    VetoStatus,
    VetoStatusChanged,
)
from services.assessment.schemes import Schemes
from services.assessment.views.paging import page_size
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class VetoStep:
    """One step of a unit's veto status. `by` is a pseudonym, or the system; `event` the fact at `position`.

    `was` and `status` are equal where only grounds were added or lifted. `lifted` and what follows are of a lifting.
    """

    kind: Literal["changed", "grounds-added", "lifted", "withdrawn"]
    was: VetoStatus
    status: VetoStatus
    occurred: date
    grounds: Grounds | None
    lifted: tuple[str, ...]
    cause: LiftingCause | None
    reason: PublicText | None
    document: PublicText | None
    by: str
    event: str
    position: int


@dataclass(frozen=True, slots=True)
class VetoRow:
    """A unit's veto status under a scheme; there is none for a unit that was always clear.

    `standing` are the grounds of the veto as it stands, `history` all steps, oldest first.
    """

    scheme: SchemeId
    unit: UnitId
    status: VetoStatus
    since: date
    standing: tuple[Grounds, ...]
    history: tuple[VetoStep, ...]


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.scheme, fact.event.unit)]


def _evolve(row: VetoRow | None, fact: Fact, refs: References) -> VetoRow | None:
    schemes: Schemes = refs.own
    day = schemes.day(fact)
    by, event_id = fact.actor.subject, str(fact.event_id)
    before = row or VetoRow(fact.event.scheme, fact.event.unit, "clear", day, (), ())
    match fact.event:
        case VetoStatusChanged(was=was, status=status, grounds=grounds):
            step = VetoStep("changed", was, status, day, grounds, (), None, None, None, by, event_id, fact.position)
            standing = (grounds,) if status == "vetoed" else ()
            return replace(before, status=status, since=day, standing=standing, history=(*before.history, step))
        case VetoGroundsAdded(grounds=grounds):
            now = before.status
            step = VetoStep("grounds-added", now, now, day, grounds, (), None, None, None, by, event_id, fact.position)
            return replace(before, standing=(*before.standing, grounds), history=(*before.history, step))
        case VetoLifted() as event:
            now = before.status
            step = VetoStep(
                "lifted",
                now,
                now,
                day,
                None,
                event.grounds,
                event.cause,
                event.reason,
                event.document,
                by,
                event_id,
                fact.position,
            )
            left = tuple(grounds for grounds in before.standing if grounds.id not in event.grounds)
            return replace(before, standing=left, history=(*before.history, step))
        case VetoGroundsWithdrawn() as event:
            now = before.status
            step = VetoStep(
                "withdrawn", now, now, day, None, event.grounds, None, None, None, by, event_id, fact.position
            )
            left = tuple(grounds for grounds in before.standing if grounds.id not in event.grounds)
            return replace(before, standing=left, history=(*before.history, step))
    raise TypeError(fact.type)


VETO: View[VetoRow] = View(
    name="vetoes",
    version=1,
    row=VetoRow,
    key=("scheme", "unit"),
    events=(VetoStatusChanged, VetoGroundsAdded, VetoLifted, VetoGroundsWithdrawn),
    route=_route,
    evolve=_evolve,
    indexes=(("status",), ("unit",)),
)


@dataclass(frozen=True, slots=True)
class VetoesOf:
    """一票否决状态。Units that are or were anything but clear. `status` limits the list to one status, `scheme` to one scheme, `unit` to one unit."""

    scheme: SchemeId | None = None
    status: VetoStatus | None = None
    unit: UnitId | None = None
    limit: int = 50
    after: str | None = None


async def list_vetoes(reading: Reading, params: VetoesOf) -> Page[VetoRow]:
    """Units that are or were anything but clear, as far as the asker sees them."""
    table = table_of(VETO)
    where = [reading.visible(table.c.unit)]
    if params.scheme is not None:
        where.append(table.c.scheme == params.scheme)
    if params.status is not None:
        where.append(table.c.status == params.status)
    if params.unit is not None:
        where.append(table.c.unit == params.unit)
    order = Order((table.c.scheme, table.c.unit))
    return await reading.page(
        VETO, *where, order=order, limit=page_size(params.limit), cursor=params.after, item=lambda row: row
    )


@dataclass(frozen=True, slots=True)
class OneVeto:
    """一个单位的一票否决状态及其依据。A unit's veto status, its grounds and history."""

    scheme: SchemeId
    unit: UnitId


async def one_veto(reading: Reading, params: OneVeto) -> VetoRow | None:
    """A unit's veto status with its whole history; None when it was always clear or may not be seen."""
    key = (params.scheme, params.unit)
    return (await vetoes_by_key(reading, [key])).get(key)


async def vetoes_by_key(reading: Reading, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], VetoRow]:
    """The veto statuses of units under schemes, those that the asker may see."""
    table = table_of(VETO)
    wanted = sa.tuple_(table.c.scheme, table.c.unit).in_(list(keys))
    return {(row.scheme, row.unit): row for row in await reading.rows(VETO, wanted, reading.visible(table.c.unit))}


async def vetoes_of_units(reading: Reading, units: Sequence[str]) -> dict[str, list[VetoRow]]:
    """The veto statuses of each unit that the asker may see, by scheme."""
    table = table_of(VETO)
    found: dict[str, list[VetoRow]] = {unit: [] for unit in units}
    for row in await reading.rows(VETO, table.c.unit.in_(list(units)), reading.visible(table.c.unit)):
        found[row.unit].append(row)
    return found
