"""What the clerk decides without reading it: whether a report stays, or goes up unopened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.intake.doors.lodge import clerk_of
from services.intake.doors.receipt import desk_of
from services.intake.events import Category, Channel
from services.intake.rules.decide_held import Next, wrong_with
from services.intake.rules.routing import Upward
from shared.directory import Held as Post
from shared.domain import PublicText, Refused, UnitId
from shared.holding import Held
from shared.refusals import NOT_FOUND
from shared.views.reading import Reading


@dataclass(frozen=True, slots=True)
class ListHeld:
    """待定上送的信访件。Reports that may belong to an upper body, since the last hour of admission; by their random ids."""


@dataclass(frozen=True, slots=True)
class HeldReport:
    """One of them, without its words and without who wrote it. `upward` says whether it may stay."""

    entry: UUID
    category: Category
    channel: Channel
    unit: UnitId
    about_chief: bool
    received_by: UnitId
    lodged_on: date
    upward: Upward


@dataclass(frozen=True, slots=True)
class HeldReports:
    """All that wait for a decision of the asker."""

    items: tuple[HeldReport, ...]


async def list_held(reading: Reading, asked: ListHeld) -> HeldReports:
    found = await desk_of(reading).table.in_states(["review"])
    return HeldReports(tuple(_shown(held) for held in found if _post(reading, held) is not None))


@dataclass(frozen=True, slots=True)
class DecideHeld:
    """决定本级受理或者上送。Keep a report, or hand it up unopened to the body `to`. It takes effect at the next admission."""

    entry: UUID
    then: Next
    to: PublicText | None = None


@dataclass(frozen=True, slots=True)
class HeldDecided:
    """The decision stands."""

    then: Next


async def decide_held(reading: Reading, asked: DecideHeld) -> HeldDecided | Refused:
    table = desk_of(reading).table
    held = (await table.get([asked.entry])).get(asked.entry)
    post = _post(reading, held) if held is not None else None
    if held is None or post is None or held.state not in ("review", "kept", "handing-up"):
        return NOT_FOUND.of()
    if refused := wrong_with(held.state, held.facts, asked.then, asked.to):
        return refused
    by = clerk_of(reading, post)
    decided = {**held.facts, "to": asked.to, "decided_on": reading.moment.today.isoformat(), "decided_by": by}
    if held.state == "review":
        await table.turn(held.entry, "review", asked.then, decided)
    return HeldDecided(asked.then)


def _post(reading: Reading, held: Held) -> Post | None:
    return reading.refs.directory.acting(reading.who, ("intake-clerk",), UnitId(held.facts["received_by"]))


def _shown(held: Held) -> HeldReport:
    facts = held.facts
    return HeldReport(
        held.entry,
        facts["category"],
        facts["channel"],
        UnitId(facts["unit"]),
        facts["about_chief"],
        UnitId(facts["received_by"]),
        held.day,
        facts["upward"],
    )
