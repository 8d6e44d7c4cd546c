"""A tiny service for the tests of the kernel: registers (台账) in which units make entries.

It owns its directory, so that routes and folds may look up units and leaders.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from shared import tracing
from shared.actions import Action
from shared.codec import stream_of
from shared.directory import DIRECTORY_EVENTS, PostCreated, PostFilled, UnitMoved, UnitRegistered
from shared.domain import Decision, PersonalText, PersonId, PostId, PublicText, UnitId
from shared.facts import Fact
from shared.log import format as log_format
from shared.log.append import Append, Appended, NewEvent
from shared.log.log import Log, new_event_id
from shared.references import References
from shared.service import Service
from shared.views import Deadline, EveryRow, Issue, Key, Reaction, View

Mood = Literal["open", "full", "closed"]


@dataclass(frozen=True, slots=True)
class RegisterOpened:
    STREAM: ClassVar = "register/{register}"
    register: str
    title: PublicText
    unit: UnitId
    known_on: date
    review_on: date | None = None
    keeper: PersonalText | None = None


@dataclass(frozen=True, slots=True)
class EntryMade:
    STREAM: ClassVar = "register/{register}"
    register: str
    amount: Decimal
    word: str


@dataclass(frozen=True, slots=True)
class RegisterReviewed:
    STREAM: ClassVar = "register/{register}"
    register: str
    next_review_on: date | None


@dataclass(frozen=True, slots=True)
class RegisterClosed:
    STREAM: ClassVar = "register/{register}"
    register: str


@dataclass(frozen=True, slots=True)
class RatesRaised:
    """Concerns every open register."""

    STREAM: ClassVar = "rates/{year}"
    year: int
    by: int


@dataclass(frozen=True, slots=True)
class Mark:
    word: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Register:
    """How a register stands. `leader` led its unit's parent when the latest entry was made."""

    register: str
    title: PublicText
    unit: UnitId
    mood: Mood
    entries: int
    total: Decimal
    rate: int
    marks: tuple[Mark, ...]
    leader: PersonId | None
    keeper: PersonalText | None
    last_at: datetime | None
    known_on: date
    acts_on: date | None


def route_register(fact: Fact, refs: References) -> Iterable[Key] | EveryRow:
    match fact.event:
        case RatesRaised():
            return EveryRow({"mood": "open"})
        case event:
            return [(event.register,)]


def evolve_register(row: Register | None, fact: Fact, refs: References) -> Register | None:
    match fact.event, row:
        case RegisterOpened() as opened, None:
            return Register(
                opened.register,
                opened.title,
                opened.unit,
                "open",
                0,
                Decimal("0.00"),
                1,
                (),
                None,
                opened.keeper,
                None,
                opened.known_on,
                opened.review_on,
            )
        case RegisterClosed(), _:
            return None
        case EntryMade() as entry, Register():
            if entry.word == "涂改":
                raise ValueError("an entry was scratched out")
            marks = (*row.marks, Mark(entry.word, entry.amount))
            return replace(
                row,
                entries=row.entries + 1,
                total=row.total + entry.amount * row.rate,
                marks=marks[-3:],
                mood="full" if row.entries >= 6 else "open",
                leader=refs.directory.leader(row.unit, fact.recorded_at.date()),
                last_at=fact.recorded_at,
            )
        case RatesRaised() as raised, Register():
            return replace(row, rate=row.rate + raised.by)
        case RegisterReviewed() as reviewed, Register():
            return replace(row, acts_on=reviewed.next_review_on)
        case _:
            raise LookupError("a fact about a register that is not open")


def evolve_register_repaired(row: Register | None, fact: Fact, refs: References) -> Register | None:
    """What the next version of the program would do: it understands entries that were scratched out."""
    match fact.event, row:
        case EntryMade(word="涂改"), Register():
            return replace(row, entries=row.entries + 1, leader=refs.directory.leader(row.unit, date(2026, 1, 5)))
        case _:
            return evolve_register(row, fact, refs)


def watch_register(before: Register | None, after: Register | None, fact: Fact) -> Iterable[Issue]:
    if after and after.mood == "full" and (before is None or before.mood != "full"):
        yield Issue(CloseRegister(after.register, "已满"))


REGISTERS: View[Register] = View(
    name="registers",
    version=1,
    row=Register,
    key=("register",),
    events=(RegisterOpened, EntryMade, RegisterReviewed, RegisterClosed, RatesRaised),
    route=route_register,
    evolve=evolve_register,
    indexes=(("unit",),),
    watch=watch_register,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Entries by the unit's parent, as the directory stood when each was made, and the word entered."""

    parent: UnitId
    word: str
    entries: int
    order: int


def route_tally(fact: Fact, refs: References) -> Iterable[Key]:
    event = fact.event
    unit = refs.directory.units[UnitId(event.register.partition(":")[0])]
    return [(unit.parent or unit.id, event.word)]


def evolve_tally(row: Tally | None, fact: Fact, refs: References) -> Tally | None:
    unit = refs.directory.units[UnitId(fact.event.register.partition(":")[0])]
    if row is None:
        return Tally(unit.parent or unit.id, fact.event.word, 1, fact.position)
    return replace(row, entries=row.entries + 1)


TALLIES: View[Tally] = View(
    name="tallies",
    version=1,
    row=Tally,
    key=("parent", "word"),
    events=(EntryMade,),
    route=route_tally,
    evolve=evolve_tally,
)


@dataclass(frozen=True, slots=True)
class CloseRegister:
    register: str
    why: str


@dataclass(frozen=True, slots=True)
class ReviewRegister:
    register: str
    due: date


@dataclass(frozen=True, slots=True)
class ThankKeeper:
    register: str


def _decided_elsewhere(command: Any, state: Any) -> Decision:
    return []


def when_register_closed_then_thank_keeper(fact: Fact, refs: References) -> Iterable[Issue]:
    return [Issue(ThankKeeper(fact.event.register))]


THANKS = Reaction("when_register_closed_then_thank_keeper", (RegisterClosed,), when_register_closed_then_thank_keeper)


def review(row: Register) -> ReviewRegister:
    if row.acts_on is None:
        raise ValueError("nothing is due")
    return ReviewRegister(row.register, row.acts_on)


REVIEW: Deadline[Register] = Deadline("review", REGISTERS, review)

EVENTS: tuple[type, ...] = (RegisterOpened, EntryMade, RegisterReviewed, RegisterClosed, RatesRaised)


def registers_service(
    views: tuple[View[Any], ...] = (REGISTERS, TALLIES),
    reactions: tuple[Reaction, ...] = (THANKS,),
    deadlines: tuple[Deadline[Any], ...] = (REVIEW,),
) -> Service:
    return Service(
        name="registers",
        title="台账",
        events=EVENTS,
        published=(EntryMade, *DIRECTORY_EVENTS),
        actions=tuple(
            Action(command, _decided_elsewhere, "register/{register}", command.__name__.lower(), ())
            for command in (CloseRegister, ReviewRegister, ThankKeeper)
        ),
        folds={},
        views=views,
        questions=(),
        terms="",
        query=object,
        reactions=reactions,
        deadlines=deadlines,
        owns_references=True,
    )


async def record(log: Log, *events: Any, history: bool = False, occurred: date | datetime | None = None) -> Appended:
    """Record events as a clerk would have them recorded, in one append."""
    found = await log.pool.fetch(
        f"select stream, max(version) from {log.schema}.log where source = $1 and stream = any($2) group by stream",  # noqa: S608
        log.id,
        list({stream_of(event) for event in events}),
    )
    versions = {stream_of(event): 0 for event in events} | {row[0]: row[1] for row in found}
    fresh = []
    for event in events:
        kind, stream, event_id = log.catalogue.kind_of(event), stream_of(event), new_event_id()
        fresh.append(
            NewEvent(
                event_id=event_id,
                stream=stream,
                type=kind.name,
                schema=kind.schema,
                occurred=log_format.occurred_text(occurred or log.clock.instant()),
                published=kind.published,
                history=history,
                actor_subject="person/chen",
                actor_post=None,
                actor_on_behalf=None,
                command_id=None,
                correlation_id=event_id,
                causation_id=None,
                traceparent=tracing.current(),
                data=log.catalogue.encode(event),
            )
        )
    return await log.append(Append(fresh, {(log.id, stream): version for stream, version in versions.items()}))


def unit(name: str, parent: str | None = None) -> UnitRegistered:
    return UnitRegistered(
        UnitId(name), name, PublicText(name), None, "department", "county", UnitId(parent) if parent else None, 1, None,
        None, date(2020, 1, 1),
    )  # fmt: skip


def moved(name: str, parent: str | None) -> UnitMoved:
    return UnitMoved(UnitId(name), UnitId(parent) if parent else None, 1, date(2026, 1, 1))


def chief_post(unit_name: str) -> PostCreated:
    return PostCreated(
        PostId(f"{unit_name}局长"), UnitId(unit_name), PublicText("局长"), ("unit-head",), True, UnitId(unit_name),
        date(2020, 1, 1),
    )  # fmt: skip


def filled(unit_name: str, person: str) -> PostFilled:
    return PostFilled(PostId(f"{unit_name}局长"), PersonId(person), date(2020, 1, 1))


def opened(register: str, review_on: date | None = None, known_on: date = date(2026, 1, 5)) -> RegisterOpened:
    unit_name, _, title = register.partition(":")
    return RegisterOpened(register, PublicText(title), UnitId(unit_name), known_on, review_on)


def entry(register: str, amount: str = "1.50", word: str = "巡查") -> EntryMade:
    return EntryMade(register, Decimal(amount), word)


CITY: tuple[Any, ...] = (
    unit("区政府"),
    unit("水务局", "区政府"),
    unit("河道所", "水务局"),
    unit("应急局", "区政府"),
    chief_post("水务局"),
    filled("水务局", "person/lin"),
)
"""区政府 over 水务局 (with 河道所) and 应急局; person/lin leads 水务局."""
