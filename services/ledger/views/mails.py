"""Where is a person or a unit told by e-mail that there is something to read? For other services alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from services.ledger.events import PersonMailDropped, PersonMailSet, UnitMailSet
from services.ledger.ports import ADDRESSES
from shared.domain import KeyOf, PersonalText, PersonId, PublicText, UnitId
from shared.facts import Fact
from shared.keys import Place
from shared.ports import Offer
from shared.references import References
from shared.views import Key, View
from shared.views.reading import Reading
from shared.views.table import table_of


@dataclass(frozen=True, slots=True)
class PersonMailRow:
    """The sealed address, and the event it was sealed in."""

    person: PersonId
    mail: Annotated[PersonalText, KeyOf("person")]
    set_by: UUID


@dataclass(frozen=True, slots=True)
class UnitMailRow:
    unit: UnitId
    mail: PublicText


def _route_person(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.person,)]


def _evolve_person(row: PersonMailRow | None, fact: Fact, refs: References) -> PersonMailRow | None:
    match fact.event:
        case PersonMailSet() as event:
            return PersonMailRow(event.person, event.mail, fact.event_id)
        case _:
            return None


def _route_unit(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.unit,)]


def _evolve_unit(row: UnitMailRow | None, fact: Fact, refs: References) -> UnitMailRow | None:
    event: UnitMailSet = fact.event
    return UnitMailRow(event.unit, event.mail) if event.mail is not None else None


PERSON_MAILS: View[PersonMailRow] = View(
    name="person-mails",
    version=1,
    row=PersonMailRow,
    key=("person",),
    events=(PersonMailSet, PersonMailDropped),
    route=_route_person,
    evolve=_evolve_person,
)
UNIT_MAILS: View[UnitMailRow] = View(
    name="unit-mails",
    version=1,
    row=UnitMailRow,
    key=("unit",),
    events=(UnitMailSet,),
    route=_route_unit,
    evolve=_evolve_unit,
)


async def addresses(reading: Reading, keys: Sequence[str]) -> dict[str, str]:
    """Those that are known; a person's only as long as their key is."""
    people = [key.removeprefix("person/") for key in keys if key.startswith("person/")]
    units = [key.removeprefix("unit/") for key in keys if key.startswith("unit/")]
    found = {
        f"unit/{row.unit}": str(row.mail)
        for row in await reading.rows(UNIT_MAILS, table_of(UNIT_MAILS).c.unit.in_(units))
    }
    rows = await reading.rows(PERSON_MAILS, table_of(PERSON_MAILS).c.person.in_(people))
    if reading.keys is not None and rows:
        places = [(row.mail, Place(reading.log.id, f"person/{row.person}", row.set_by, "mail")) for row in rows]
        clear = await reading.keys.open_all(places)
        found |= {f"person/{row.person}": mail for row, mail in zip(rows, clear, strict=True) if mail is not None}
    return found


OFFER_ADDRESSES = Offer(ADDRESSES, addresses)
