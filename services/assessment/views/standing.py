"""How does every unit stand this year, and why? The live score, with a line for every point gained or lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from services.assessment.events import (
    Grounds,
    Line,
    SchemeAdopted,
    SchemeAmended,
    SchemeId,
    VetoStatus,
    VetoTiming,
)
from services.assessment.evidence import EVIDENCE_EVENTS, Item, evidence_day, evidence_unit, item_of
from services.assessment.rules.review_veto import ReviewVeto
from services.assessment.schemes import Schemes, covers
from services.assessment.scoring import printed, standing
from services.assessment.state import Known, KnownUnit, StandingNow
from services.assessment.views.paging import joined_page
from services.assessment.views.veto import VETO
from shared.directory import UnitMoved, UnitRegistered
from shared.directory.table import UNITS
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Issue, Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import INCOMPLETE_SINCE, table_of


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A unit's year. Where no scheme covers the unit there is evidence but no score.

    `items` is all evidence of the year so far, whatever the scheme. `position` is of the last fact folded here,
    `feed_seq` the number of the last one in the ledger's feed (0: none).
    """

    year: int
    unit: UnitId
    scheme: SchemeId | None
    scheme_version: int | None
    veto_timing: VetoTiming | None
    veto_basis: PublicText | None
    pass_line: Decimal | None
    score: Decimal | None
    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    position: int
    feed_seq: int


def _start(key: Key) -> StandingRow:
    year, unit = key
    return StandingRow(year, unit, None, None, None, None, None, None, (), (), 0, 0)


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    schemes: Schemes = refs.own
    match fact.event:
        case SchemeAdopted() | SchemeAmended():
            version = schemes.latest(fact.event.scheme)
            if version is None or version.scheme not in schemes.in_force.get(version.year, ()):
                return []
            below = sorted(refs.directory.below(version.units.root))
            return [(version.year, unit) for unit in below if covers(version.units, refs.directory, unit)]
        case UnitRegistered(unit=unit) | UnitMoved(unit=unit):
            # Everything below stands elsewhere too; who left a class is routed as well as who joined one.
            below = sorted(refs.directory.below(unit))
            return [(year, each) for year in sorted(schemes.years()) for each in below]
        case _:
            assessed = evidence_unit(fact, refs.directory)
            return [] if assessed is None else [(evidence_day(fact, schemes).year, assessed)]


def _evolve(row: StandingRow | None, fact: Fact, refs: References) -> StandingRow | None:
    if row is None:
        raise LookupError("a standing always starts with its key")
    schemes: Schemes = refs.own
    items = row.items
    if isinstance(fact.event, EVIDENCE_EVENTS):
        items = (*items, item_of(fact, schemes))
    version = schemes.of_unit(refs.directory, row.year, row.unit)
    from_ledger = isinstance(fact.event, EVIDENCE_EVENTS) and fact.source == "ledger"
    feed_seq = fact.source_seq if from_ledger and fact.source_seq else row.feed_seq
    if version is None:
        return replace(_start((row.year, row.unit)), items=items, position=fact.position, feed_seq=feed_seq)
    score = standing(version, items)
    return StandingRow(
        row.year,
        row.unit,
        version.scheme,
        version.version,
        version.provisions.veto_timing,
        version.provisions.veto_basis,
        version.provisions.pass_line,
        score.total,
        score.lines,
        items,
        fact.position,
        feed_seq,
    )


def is_below(row: StandingRow | None) -> bool:
    """Whether the exact score lies below the pass line: 79.995 does, though it prints as 80.00."""
    return row is not None and row.score is not None and row.pass_line is not None and row.score < row.pass_line


def _watch(before: StandingRow | None, after: StandingRow | None, fact: Fact) -> Iterable[Issue]:
    """When a standing crosses the pass line, or falls further below one that vetoes live, its veto is looked at."""
    if after is None or after.scheme is None or after.scheme_version is None:
        return []
    if after.score is None or after.pass_line is None or after.veto_timing is None or after.veto_basis is None:
        return []
    same_scheme = before is not None and before.scheme == after.scheme
    was_below = same_scheme and is_below(before)
    if not was_below and not is_below(after):
        return []
    same_version = before is not None and before.scheme_version == after.scheme_version
    same_score = before is not None and before.score == after.score
    if was_below and is_below(after) and same_version and (after.veto_timing == "at-close" or same_score):
        return []
    grounds = Grounds(
        id=f"standing/{fact.position}",
        kind="standing",
        scheme_version=after.scheme_version,
        score=after.score,
        pass_line=after.pass_line,
        position=fact.position,
        feed_seq=after.feed_seq,
        legal_basis=after.veto_basis,
    )
    return [Issue(ReviewVeto(after.scheme, after.unit, after.veto_timing, grounds))]


STANDING: View[StandingRow] = View(
    name="standing",
    version=3,
    row=StandingRow,
    key=("year", "unit"),
    events=(SchemeAdopted, SchemeAmended, UnitRegistered, UnitMoved, *EVIDENCE_EVENTS),
    route=_route,
    evolve=_evolve,
    indexes=(("scheme",), ("unit",)),
    watch=_watch,
    start=_start,
)


# --- what rules ask ---------------------------------------------------------------------------------------------

_MARKS = sa.MetaData()
_CHECKPOINTS = sa.Table("checkpoints", _MARKS, sa.Column("name", sa.Text), sa.Column("position", sa.BigInteger))
_PARKED = sa.Table("parked", _MARKS, sa.Column("view", sa.Text), sa.Column("key", sa.Text))


def _position() -> sa.ScalarSelect[int]:
    """How far the view has read the log, in the same statement and so at the same instant as its rows."""
    return sa.select(_CHECKPOINTS.c.position).where(_CHECKPOINTS.c.name == STANDING.table_name).scalar_subquery()


async def known_of_scheme(reading: Reading, scheme: SchemeId, year: int) -> Known:
    """All evidence of the units under a scheme that the asker sees, as of one position of the log.

    `incomplete` counts the rows of the year that wait to be repaired, whether or not they are of this scheme: a row
    that could not be folded does not say.
    """
    table = table_of(STANDING)
    parked = (
        sa.select(sa.func.count())
        .where(_PARKED.c.view == STANDING.table_name, sa.cast(sa.literal_column("key ->> 0"), sa.BigInteger) == year)
        .select_from(_PARKED)
        .scalar_subquery()
    )
    select = (
        sa.select(table.c.unit, table.c["items"], _position().label("position"), parked.label("parked"))
        .where(table.c.scheme == scheme, table.c.year == year, reading.visible(table.c.unit))
        .order_by(table.c.unit)
    )
    rows = await reading.all(select)
    return Known(
        rows[0].position if rows else 0,
        tuple(KnownUnit(row.unit, row.items) for row in rows),
        rows[0].parked if rows else 0,
    )


async def standing_now(reading: Reading, scheme: SchemeId, unit: UnitId) -> StandingNow | None:
    """A unit's standing under a scheme as of one position of the log; None when it has none or may not be seen.

    The service itself, which holds no post, sees every unit's.
    """
    table = table_of(STANDING)
    seen = sa.true() if reading.who.person == f"system/{reading.log.id}" else reading.visible(table.c.unit)
    select = sa.select(
        _position().label("position"),
        table.c.feed_seq,
        table.c.scheme_version,
        table.c.score,
        table.c.pass_line,
        table.c.veto_basis,
        table.c[INCOMPLETE_SINCE].is_not(None).label("incomplete"),
    ).where(table.c.scheme == scheme, table.c.unit == unit, seen)
    rows = await reading.all(select)
    return StandingNow(*rows[0]) if rows else None


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's standing. `score` is exact, `printed` with two decimals; `below` compares the exact one.

    `incomplete_since` is the position from which facts wait to be counted, None when all are.
    """

    year: int
    unit: UnitId
    unit_code: str
    unit_name: PublicText
    scheme: SchemeId
    scheme_version: int
    score: Decimal
    printed: str
    pass_line: Decimal
    below: bool
    veto: VetoStatus
    position: int
    incomplete_since: int | None


@dataclass(frozen=True, slots=True)
class ExplainedStanding:
    """A standing with its lines, which add up to the score exactly."""

    standing: Standing
    lines: tuple[Line, ...]


def _select(reading: Reading) -> tuple[sa.Select[Any], Order]:
    table, units, veto = table_of(STANDING), table_of(UNITS), table_of(VETO)
    select = (
        sa.select(
            units.c.order,
            units.c.code,
            units.c.name,
            table.c.year,
            table.c.unit,
            table.c.scheme,
            table.c.scheme_version,
            table.c.score,
            table.c.pass_line,
            sa.func.coalesce(veto.c.status, "clear").label("veto"),
            table.c.position,
            table.c[INCOMPLETE_SINCE].label("incomplete_since"),
        )
        .join_from(table, units, units.c.unit == table.c.unit)
        .outerjoin(veto, sa.and_(veto.c.scheme == table.c.scheme, veto.c.unit == table.c.unit))
        .where(table.c.scheme.is_not(None), reading.visible(table.c.unit))
    )
    return select, Order((units.c.order, units.c.code))


def _standing(row: Any) -> Standing:
    return Standing(
        row.year,
        row.unit,
        row.code,
        row.name,
        row.scheme,
        row.scheme_version,
        row.score,
        printed(row.score),
        row.pass_line,
        row.score < row.pass_line,
        row.veto,
        row.position,
        row.incomplete_since,
    )


@dataclass(frozen=True, slots=True)
class StandingsOf:
    """各单位考核得分。Live standings of a year.

    `scheme` limits the list to one class of comparable units, `below` to those below the pass line.
    """

    year: int
    scheme: SchemeId | None = None
    below: bool | None = None
    limit: int = 50
    after: str | None = None


async def list_standings(reading: Reading, params: StandingsOf) -> Page[Standing]:
    """The live standings of the units that the asker sees, in the order of the list of units (机构序)."""
    table = table_of(STANDING)
    select, order = _select(reading)
    select = select.where(table.c.year == params.year)
    if params.scheme is not None:
        select = select.where(table.c.scheme == params.scheme)
    if params.below is not None:
        is_below_line = table.c.score < table.c.pass_line
        select = select.where(is_below_line if params.below else sa.not_(is_below_line))
    return await joined_page(reading, select, order, params.limit, params.after, _standing)


@dataclass(frozen=True, slots=True)
class OneStanding:
    """一个单位的考核得分及明细。A unit's standing, with a line for every point."""

    year: int
    unit: UnitId


async def one_standing(reading: Reading, params: OneStanding) -> ExplainedStanding | None:
    """Why a unit's score is what it is; None when it has none or may not be seen."""
    key = (params.year, params.unit)
    return (await standings_by_key(reading, [key])).get(key)


async def standings_by_key(
    reading: Reading, keys: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], ExplainedStanding]:
    """The standings of units in years, those that the asker may see."""
    table = table_of(STANDING)
    select, _ = _select(reading)
    wanted = sa.tuple_(table.c.year, table.c.unit).in_(list(keys))
    rows = await reading.all(select.add_columns(table.c.lines).where(wanted))
    return {(row.year, row.unit): ExplainedStanding(_standing(row), row.lines) for row in rows}
