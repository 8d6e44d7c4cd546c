"""Who may see a clue, a case or a decision at all, in SQL; and how their texts are opened after that was found."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.directory.table import UNITS
from shared.domain import PersonalText
from shared.keys import Place
from shared.views.reading import Reading
from shared.views.table import alias_of


def handles_or_supervises(
    reading: Reading, unit: sa.ColumnElement[str], mine: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """What is in one's own hands, and for supervisors, committee and auditors all of the bodies that they reach."""
    handlers = reading.visible(unit, ("case-handler", "case-supervisor"))
    return sa.or_(sa.and_(mine, handlers), reading.visible(unit, ("case-supervisor", "auditor", "committee")))


def not_about(
    reading: Reading, about_unit: sa.ColumnElement[str], about_persons: sa.ColumnElement[list[str]] | None = None
) -> sa.ColumnElement[bool]:
    """False for whoever it names, and for those who hold a post in the unit it is about or below it."""
    own = sorted({held.unit for held in reading.who.posts})
    named = holds(about_persons, reading.who.person) if about_persons is not None else sa.false()
    if not own:
        return sa.not_(named)
    mine, root = alias_of(UNITS, "own_unit"), alias_of(UNITS, "about_unit")
    within = sa.exists(
        sa.select(sa.literal(1)).where(
            mine.c.unit.in_(own), root.c.unit == about_unit, sa.func.starts_with(mine.c.path, root.c.path)
        )
    )
    return sa.and_(sa.not_(named), sa.not_(within))


def holds(persons: sa.ColumnElement[list[str]], person: str) -> sa.ColumnElement[bool]:
    """Whether a column of persons holds this one."""
    return sa.type_coerce(persons, JSONB).bool_op("@>")(sa.func.jsonb_build_array(sa.cast(person, sa.Text)))


async def opened_text(
    reading: Reading, text: PersonalText | None, stream: str, event: UUID | None, field: str
) -> str | None:
    """A sealed text in clear; None where there is none, its key was erased, or nobody asked for it."""
    if text is None or event is None or reading.keys is None:
        return None
    (clear,) = await reading.keys.open_all([(text, Place(reading.log.id, stream, event, field))])
    return clear
