"""What is a person called? Private: a name is opened only for those who may see one of the person's units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa

from services.ledger.events import PersonNamed
from services.ledger.ports import NAMES, Addressee
from shared.directory.table import TENURES
from shared.domain import KeyOf, PersonalText, PersonId
from shared.facts import Fact
from shared.keys import Place
from shared.ports import Offer
from shared.references import References
from shared.views import Key, View
from shared.views.reading import Reading
from shared.views.table import table_of

ERASED = "（已删除）"
UNSEEN = "（无权查看）"
UNNAMED = "（姓名未登记）"
SYSTEM = "（系统）"


@dataclass(frozen=True, slots=True)
class NameRow:
    """The sealed name, and the event it was sealed in."""

    person: PersonId
    name: Annotated[PersonalText, KeyOf("person")]
    named_by: UUID


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.person,)]


def _evolve(row: NameRow | None, fact: Fact, refs: References) -> NameRow | None:
    return NameRow(fact.event.person, fact.event.name, fact.event_id)


PEOPLE: View[NameRow] = View(
    name="people", version=1, row=NameRow, key=("person",), events=(PersonNamed,), route=_route, evolve=_evolve
)


async def names_of(reading: Reading, people: Iterable[str]) -> dict[str, str]:
    """What these people are called, as far as the asker may know.

    A name is open to the person, to whoever may see a unit in which the person holds or held a post, and to auditors
    over the whole installation, also where the person never held one. The others, and what was erased or never
    recorded, are told in words in brackets.
    """
    wanted = sorted(set(people))
    found = {who: SYSTEM if who.startswith(("system/", "operator/")) else UNSEEN for who in wanted}
    asked = [who for who, name in found.items() if name == UNSEEN]
    if not asked:
        return found
    names, tenures = table_of(PEOPLE), table_of(TENURES)
    directory = reading.refs.directory
    is_auditor = any("auditor" in held.roles and directory.is_topmost(held.over) for held in reading.who.posts)
    seen = (
        sa.true()
        if is_auditor
        else sa.or_(
            tenures.c.person == reading.who.person,
            reading.visible(tenures.c.unit),
        )
    )
    known = sa.select(tenures.c.person).where(tenures.c.person.in_(asked), seen).distinct()
    visible = {row.person for row in await reading.all(known)}
    visible.add(reading.who.person)
    if is_auditor:
        visible.update(asked)
    rows = await reading.rows(PEOPLE, names.c.person.in_([who for who in asked if who in visible]))
    opened = await _open(reading, rows)
    for who in asked:
        if who in visible:
            found[who] = opened.get(who, UNNAMED)
    return found


async def addressees(reading: Reading, people: Sequence[str]) -> dict[str, Addressee]:
    """For other services: these persons with the names and posts that they have today, whoever is to read them."""
    opened = await _open(reading, await reading.rows(PEOPLE, table_of(PEOPLE).c.person.in_(list(people))))
    return {who: _addressee(reading, PersonId(who), opened.get(who)) for who in people}


def _addressee(reading: Reading, person: PersonId, name: str | None) -> Addressee:
    directory = reading.refs.directory
    held = [h for h in directory.principal(person, reading.moment.today).posts if h.on_behalf is None]
    called = name if name != ERASED else None
    if not held:
        return Addressee(called, None, None, None)
    post = directory.posts[min(held, key=lambda h: not directory.posts[h.post].leads).post]
    return Addressee(called, post.id, post.title, post.unit)


async def _open(reading: Reading, rows: list[NameRow]) -> dict[str, str]:
    if not rows or reading.keys is None:
        return {}
    places = [(row.name, Place(reading.log.id, f"person/{row.person}", row.named_by, "name")) for row in rows]
    clear = await reading.keys.open_all(places)
    return {row.person: ERASED if name is None else name for row, name in zip(rows, clear, strict=True)}


OFFER_NAMES = Offer(NAMES, addressees)
