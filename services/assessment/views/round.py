"""Which rounds of assessment were held, and what did every unit score, for good?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from services.assessment.events import (
    Line,
    RoundClosed,
    RoundKind,
    RoundOpened,
    SchemeId,
    UnitScored,
    UnitScoreExplained,
)
from services.assessment.schemes import Schemes
from services.assessment.scoring import printed
from services.assessment.views.paging import joined_page, page_size
from services.assessment.views.scheme import SCHEMES, concerns
from shared.directory.table import UNITS
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round; it is also the answer to who asks for it. What is None is known once it is closed.

    `position` is that of the log up to which facts count; `days_until` the day as of which days overdue are fixed.
    """

    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    period_from: date
    period_to: date
    opened_on: date
    closed_on: date | None
    scheme_version: int | None
    position: int | None
    days_until: date | None
    units: int | None


def _route_round(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.scheme, fact.event.kind)]


def _evolve_round(row: RoundRow | None, fact: Fact, refs: References) -> RoundRow | None:
    schemes: Schemes = refs.own
    day = schemes.day(fact)
    match fact.event:
        case RoundOpened() as event:
            return RoundRow(
                event.scheme,
                event.kind,
                event.unit,
                event.period_from,
                event.period_to,
                day,
                None,
                None,
                None,
                None,
                None,
            )
        case RoundClosed() as event if row is not None:
            return replace(
                row,
                closed_on=day,
                scheme_version=event.scheme_version,
                position=event.position,
                days_until=event.days_until,
                units=event.units,
            )
    raise TypeError(fact.type)


ROUNDS: View[RoundRow] = View(
    name="rounds",
    version=1,
    row=RoundRow,
    key=("scheme", "kind"),
    events=(RoundOpened, RoundClosed),
    route=_route_round,
    evolve=_evolve_round,
)


@dataclass(frozen=True, slots=True)
class RoundScoreRow:
    """A unit's score in a closed round, with the lines behind it."""

    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    scheme_version: int
    score: Decimal
    pass_line: Decimal
    position: int
    feed_seq: int
    lines: tuple[Line, ...]


def _route_score(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.scheme, fact.event.kind, fact.event.unit)]


def _evolve_score(row: RoundScoreRow | None, fact: Fact, refs: References) -> RoundScoreRow | None:
    match fact.event:
        case UnitScored() as event:
            return RoundScoreRow(
                event.scheme,
                event.kind,
                event.unit,
                event.scheme_version,
                event.score,
                event.pass_line,
                event.position,
                event.feed_seq,
                (),
            )
        case UnitScoreExplained(lines=lines) if row is not None:
            return replace(row, lines=lines)
    raise TypeError(fact.type)


ROUND_SCORES: View[RoundScoreRow] = View(
    name="round-scores",
    version=1,
    row=RoundScoreRow,
    key=("scheme", "kind", "unit"),
    events=(UnitScored, UnitScoreExplained),
    route=_route_score,
    evolve=_evolve_score,
    indexes=(("unit",),),
)


# --- questions --------------------------------------------------------------------------------------------------


def _seen(reading: Reading) -> sa.ColumnElement[bool]:
    """A round may be known by whoever may know its scheme."""
    schemes = table_of(SCHEMES)
    return table_of(ROUNDS).c.scheme.in_(sa.select(schemes.c.scheme).where(concerns(reading, schemes.c.root)))


@dataclass(frozen=True, slots=True)
class RoundsOf:
    """考核轮次。Rounds of assessment. `scheme` limits the list to one scheme."""

    scheme: SchemeId | None = None
    limit: int = 50
    after: str | None = None


async def list_rounds(reading: Reading, params: RoundsOf) -> Page[RoundRow]:
    table = table_of(ROUNDS)
    where = [_seen(reading)]
    if params.scheme is not None:
        where.append(table.c.scheme == params.scheme)
    order = Order((table.c.period_to, table.c.scheme, table.c.kind), (True, False, False))
    return await reading.page(
        ROUNDS, *where, order=order, limit=page_size(params.limit), cursor=params.after, item=lambda row: row
    )


@dataclass(frozen=True, slots=True)
class OneRound:
    """一轮考核。One round."""

    scheme: SchemeId
    kind: RoundKind


async def one_round(reading: Reading, params: OneRound) -> RoundRow | None:
    key = (params.scheme, params.kind)
    return (await rounds_by_key(reading, [key])).get(key)


async def rounds_by_key(reading: Reading, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], RoundRow]:
    """The rounds of schemes, those that the asker may know."""
    table = table_of(ROUNDS)
    wanted = sa.tuple_(table.c.scheme, table.c.kind).in_(list(keys))
    return {(row.scheme, row.kind): row for row in await reading.rows(ROUNDS, wanted, _seen(reading))}


@dataclass(frozen=True, slots=True)
class RoundScore:
    """A unit's score in a closed round. `rank` is 1, 2, 2, 4 among all units of the round; None unless ranks are shown."""

    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    unit_code: str
    unit_name: PublicText
    scheme_version: int
    score: Decimal
    printed: str
    pass_line: Decimal
    below: bool
    rank: int | None
    position: int


@dataclass(frozen=True, slots=True)
class ExplainedRoundScore:
    """A score of a closed round with its lines, which add up to it exactly."""

    score: RoundScore
    lines: tuple[Line, ...]


def _scores(reading: Reading, rounds: Sequence[tuple[str, str]]) -> tuple[sa.Select[Any], Order]:
    """Ranks are reckoned over all units of each round (scheme and kind) before anything is hidden from the asker."""
    table, units, schemes = table_of(ROUND_SCORES), table_of(UNITS), table_of(SCHEMES)
    in_rounds = sa.tuple_(table.c.scheme, table.c.kind).in_(list(rounds))
    rank = sa.func.rank().over(partition_by=(table.c.scheme, table.c.kind), order_by=table.c.score.desc())
    ranked = sa.select(table.c.scheme, table.c.kind, table.c.unit, rank.label("rank")).where(in_rounds)
    ranked_units = ranked.subquery("ranked")
    same = (ranked_units.c[name] == table.c[name] for name in ROUND_SCORES.key)
    shows_ranks = schemes.c.provisions["ranking"].as_boolean()
    select = (
        sa.select(
            units.c.order,
            units.c.code,
            units.c.name,
            table.c.scheme,
            table.c.kind,
            table.c.unit,
            table.c.scheme_version,
            table.c.score,
            table.c.pass_line,
            sa.case((shows_ranks, ranked_units.c.rank), else_=None).label("rank"),
            table.c.position,
        )
        .join_from(table, units, units.c.unit == table.c.unit)
        .join(ranked_units, sa.and_(*same))
        .outerjoin(schemes, schemes.c.scheme == table.c.scheme)
        .where(in_rounds, reading.visible(table.c.unit))
    )
    return select, Order((units.c.order, units.c.code))


def _score(row: Any) -> RoundScore:
    return RoundScore(
        row.scheme,
        row.kind,
        row.unit,
        row.code,
        row.name,
        row.scheme_version,
        row.score,
        printed(row.score),
        row.pass_line,
        row.score < row.pass_line,
        row.rank,
        row.position,
    )


@dataclass(frozen=True, slots=True)
class RoundScoresOf:
    """一轮考核的各单位得分。The scores of a closed round."""

    scheme: SchemeId
    kind: RoundKind
    limit: int = 50
    after: str | None = None


async def list_round_scores(reading: Reading, params: RoundScoresOf) -> Page[RoundScore]:
    """The scores of a closed round, of the units that the asker sees, in the order of the list of units (机构序)."""
    select, order = _scores(reading, [(params.scheme, params.kind)])
    return await joined_page(reading, select, order, params.limit, params.after, _score)


@dataclass(frozen=True, slots=True)
class OneRoundScore:
    """一个单位在一轮考核中的得分及明细。A score of a closed round, with its lines."""

    scheme: SchemeId
    kind: RoundKind
    unit: UnitId


async def one_round_score(reading: Reading, params: OneRoundScore) -> ExplainedRoundScore | None:
    """Why a unit's score in a closed round is what it is; None when it has none or may not be seen."""
    key = (params.scheme, params.kind, params.unit)
    return (await round_scores_by_key(reading, [key])).get(key)


async def round_scores_by_key(
    reading: Reading, keys: Sequence[tuple[str, str, str]]
) -> dict[tuple[str, str, str], ExplainedRoundScore]:
    """The scores of units in closed rounds, those that the asker may see."""
    table = table_of(ROUND_SCORES)
    select, _ = _scores(reading, sorted({(scheme, kind) for scheme, kind, _ in keys}))
    wanted = sa.tuple_(table.c.scheme, table.c.kind, table.c.unit).in_(list(keys))
    rows = await reading.all(select.add_columns(table.c.lines).where(wanted))
    return {(row.scheme, row.kind, row.unit): ExplainedRoundScore(_score(row), row.lines) for row in rows}
