"""Which facts count for a unit, how do they spread over the year and by kind, and which came too late for a round?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.assessment.events import EvidenceKind, RoundKind, SchemeId, Severity
from services.assessment.evidence import EVIDENCE_EVENTS, evidence_unit, item_of
from services.assessment.schemes import Schemes
from services.assessment.views.paging import joined_page
from services.assessment.views.round import ROUNDS
from services.assessment.views.standing import STANDING
from shared.domain import UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One fact that counts for a unit, at its position in the log of the assessment."""

    position: int
    year: int
    month: int
    unit: UnitId
    kind: EvidenceKind
    subject: str
    occurred: date
    severity: Severity | None
    event: str
    recorded_by: str


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [] if evidence_unit(fact, refs.directory) is None else [(fact.position,)]


def _evolve(row: EvidenceRow | None, fact: Fact, refs: References) -> EvidenceRow | None:
    schemes: Schemes = refs.own
    unit = evidence_unit(fact, refs.directory)
    if unit is None:
        return None
    item = item_of(fact, schemes)
    day = item.occurred
    return EvidenceRow(
        fact.position,
        day.year,
        day.month,
        unit,
        item.kind,
        item.subject,
        day,
        item.severity,
        item.event,
        item.recorded_by,
    )


EVIDENCE: View[EvidenceRow] = View(
    name="evidence",
    version=2,
    row=EvidenceRow,
    key=("position",),
    events=EVIDENCE_EVENTS,
    route=_route,
    evolve=_evolve,
    indexes=(("unit", "year"), ("year", "occurred")),
)


@dataclass(frozen=True, slots=True)
class SpreadOf:
    """依据分布。How a unit's evidence spreads over the year and by kind."""

    year: int
    unit: UnitId


@dataclass(frozen=True, slots=True)
class Spread:
    """How many facts of one kind occurred in one month (1 to 12)."""

    month: int
    kind: EvidenceKind
    count: int


@dataclass(frozen=True, slots=True)
class EvidenceSpread:
    """How a unit's evidence spreads over the year and by kind; months and kinds without any are left out."""

    year: int
    unit: UnitId
    total: int
    cells: tuple[Spread, ...]


async def evidence_spread(reading: Reading, params: SpreadOf) -> EvidenceSpread | None:
    """None for a unit that has no standing in the year, or that the asker does not see."""
    key = (params.year, params.unit)
    return (await spreads_by_key(reading, [key])).get(key)


async def spreads_by_key(reading: Reading, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], EvidenceSpread]:
    """The spread of each unit's evidence over a year, for units that have a standing then and that the asker sees."""
    table, standing = table_of(EVIDENCE), table_of(STANDING)
    wanted = sa.tuple_(standing.c.year, standing.c.unit).in_(list(keys))
    select = sa.select(standing.c.year, standing.c.unit).where(wanted, reading.visible(standing.c.unit))
    cells: dict[tuple[int, str], list[Spread]] = {(row.year, row.unit): [] for row in await reading.all(select)}
    of_seen = sa.tuple_(table.c.year, table.c.unit).in_(list(cells))
    rows = await reading.all(
        sa.select(table.c.year, table.c.unit, table.c.month, table.c.kind, sa.func.count().label("number"))
        .where(of_seen)
        .group_by(table.c.year, table.c.unit, table.c.month, table.c.kind)
        .order_by(table.c.month, table.c.kind)
    )
    for row in rows:
        cells[row.year, row.unit].append(Spread(row.month, row.kind, row.number))
    return {
        (year, unit): EvidenceSpread(year, UnitId(unit), sum(cell.count for cell in found), tuple(found))
        for (year, unit), found in cells.items()
    }


@dataclass(frozen=True, slots=True)
class LateEvidenceOf:
    """迟到的依据。What was learned too late for a closed round."""

    scheme: SchemeId
    kind: RoundKind
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True)
class LateEvidence:
    """A fact that occurred in a closed round's period and was learned after its closing position (迟到的依据).

    It changes nothing in the round; the committee may reopen it or carry the fact over.
    """

    position: int
    closed_at: int
    unit: UnitId
    kind: EvidenceKind
    subject: str
    occurred: date
    severity: Severity | None
    event: str
    recorded_by: str


async def late_evidence(reading: Reading, params: LateEvidenceOf) -> Page[LateEvidence]:
    """What was learned too late for a closed round, of the units that the asker sees; empty for an open one."""
    table, standing, rounds = table_of(EVIDENCE), table_of(STANDING), table_of(ROUNDS)
    select = (
        sa.select(
            table.c.position,
            rounds.c.position.label("closed_at"),
            table.c.unit,
            table.c.kind,
            table.c.subject,
            table.c.occurred,
            table.c.severity,
            table.c.event,
            table.c.recorded_by,
        )
        .join_from(table, standing, sa.and_(standing.c.year == table.c.year, standing.c.unit == table.c.unit))
        .join(rounds, rounds.c.scheme == standing.c.scheme)
        .where(
            rounds.c.scheme == params.scheme,
            rounds.c.kind == params.kind,
            table.c.occurred.between(rounds.c.period_from, rounds.c.period_to),
            table.c.position > rounds.c.position,
            reading.visible(table.c.unit),
        )
    )
    order = Order((table.c.position,))
    return await joined_page(reading, select, order, params.limit, params.after, lambda row: LateEvidence(*row))
