"""Which responsibility letters are there, and who still has to sign?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import sqlalchemy as sa

from services.ledger.events import LetterDrawnUp, LetterId, LetterSigned, PlanId
from services.ledger.views.listing import USUAL_ITEMS, length, unit_name
from shared.domain import PublicText, UnitId
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

LetterStatus = Literal["drawn-up", "half-signed", "binding"]
"""待签、一方已签、双方已签."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    letter: LetterId
    plan: PlanId
    plan_revision: int
    year: int
    giver: UnitId
    unit: UnitId
    title: PublicText
    text: PublicText
    status: LetterStatus
    giver_signed_on: date | None
    taker_signed_on: date | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.letter,)]


def _evolve(row: LetterRow | None, fact: Fact, refs: References) -> LetterRow | None:
    match fact.event:
        case LetterDrawnUp() as drawn:
            return LetterRow(
                letter=drawn.letter,
                plan=drawn.plan,
                plan_revision=drawn.plan_revision,
                year=drawn.year,
                giver=drawn.giver,
                unit=drawn.unit,
                title=drawn.title,
                text=drawn.text,
                status="drawn-up",
                giver_signed_on=None,
                taker_signed_on=None,
            )
        case LetterSigned() as signed if row is not None:
            status: LetterStatus = "half-signed" if row.status == "drawn-up" else "binding"
            if signed.side == "giver":
                return replace(row, status=status, giver_signed_on=signed.signed_on)
            return replace(row, status=status, taker_signed_on=signed.signed_on)
        case _:
            raise LookupError("a fact about a letter that was not drawn up")


LETTERS: View[LetterRow] = View(
    name="letters",
    version=1,
    row=LetterRow,
    key=("letter",),
    events=(LetterDrawnUp, LetterSigned),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("giver",), ("plan",)),
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """一份责任书。`giver` hands down, `unit` takes on; it binds once both have signed."""

    letter: LetterId
    plan: PlanId
    plan_revision: int
    year: int
    giver: UnitId
    giver_name: str
    unit: UnitId
    unit_name: str
    title: PublicText
    text: PublicText
    status: LetterStatus
    giver_signed_on: date | None
    taker_signed_on: date | None


@dataclass(frozen=True, slots=True)
class ListLetters:
    """责任书清单。Letters of which the asker may see one side, by year and identity. `limit` is at most 1000."""

    plan: PlanId | None = None
    year: int | None = None
    unit: UnitId | None = None
    giver: UnitId | None = None
    status: LetterStatus | None = None
    limit: int = USUAL_ITEMS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class GetLetter:
    """查看责任书。One letter."""

    letter: LetterId


def may_see(reading: Reading) -> sa.ColumnElement[bool]:
    """A letter is seen by both its sides."""
    table = table_of(LETTERS)
    return sa.or_(reading.visible(table.c.unit), reading.visible(table.c.giver))


async def list_letters(reading: Reading, params: ListLetters) -> Page[Letter]:
    table = table_of(LETTERS)
    where = [may_see(reading)]
    equal = (
        (table.c.plan, params.plan),
        (table.c.year, params.year),
        (table.c.unit, params.unit),
        (table.c.giver, params.giver),
        (table.c.status, params.status),
    )
    where += [column == value for column, value in equal if value is not None]
    return await reading.page(
        LETTERS,
        *where,
        order=Order((table.c.year, table.c.letter)),
        limit=length(params.limit),
        cursor=params.after,
        item=lambda row: _card(reading, row),
    )


async def get_letter(reading: Reading, params: GetLetter) -> Letter | None:
    return (await letters_by_id(reading, [params.letter])).get(params.letter)


async def letters_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, Letter]:
    """Those of the letters that the asker may see."""
    table = table_of(LETTERS)
    rows = await reading.rows(LETTERS, table.c.letter.in_(list(ids)), may_see(reading))
    return {row.letter: _card(reading, row) for row in rows}


def _card(reading: Reading, row: LetterRow) -> Letter:
    return Letter(
        letter=row.letter,
        plan=row.plan,
        plan_revision=row.plan_revision,
        year=row.year,
        giver=row.giver,
        giver_name=unit_name(reading, row.giver),
        unit=row.unit,
        unit_name=unit_name(reading, row.unit),
        title=row.title,
        text=row.text,
        status=row.status,
        giver_signed_on=row.giver_signed_on,
        taker_signed_on=row.taker_signed_on,
    )
