"""Which reports are registered, with whom, how far have they come, and what were their reporters told?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from services.complaints import events as e
from services.complaints.events import ToldOf
from services.complaints.ports import PROGRESS, Answer, Progress, Stage
from services.complaints.views.clocks import CLOCKS, REPORTERS
from services.complaints.views.seeing import not_about
from services.intake.events import AnswerRated, Category, ReporterWrote, Satisfaction
from services.intake.ports import WORDS, Message
from shared.directory import Role
from shared.domain import PersonalText, PersonId, UnitId
from shared.facts import Fact
from shared.keys import Place
from shared.ports import Offer
from shared.references import References
from shared.views import Key, View
from shared.views.paging import Order, Page
from shared.views.reading import Reading
from shared.views.table import table_of

READERS: tuple[Role, ...] = ("intake-clerk", "case-handler", "case-supervisor", "auditor")
_REGISTRY: tuple[Role, ...] = ("intake-clerk", "case-supervisor", "auditor")
_HANDLERS: tuple[Role, ...] = ("case-handler",)
_SUPERVISORS: tuple[Role, ...] = ("case-supervisor",)


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """A registered report as it stands; nothing in it says who reported. `stage_on` is the day on which it came there."""

    complaint: str
    unit: UnitId
    received_by: UnitId
    about_unit: UnitId
    category: Category
    repeat_of: str | None
    by_name: bool
    lodged_on: date
    registered_on: date
    stage: Stage
    stage_on: date
    handler: PersonId | None
    substantiated: bool | None
    became_clue: bool
    came_back: int
    satisfaction: Satisfaction | None


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.complaint,)]


def _evolve(row: PetitionRow | None, fact: Fact, refs: References) -> PetitionRow | None:
    event = fact.event
    if isinstance(event, e.PetitionRegistered):
        return PetitionRow(
            event.complaint,
            event.unit,
            event.unit,
            event.about_unit,
            event.category,
            event.repeat_of,
            event.by_name,
            event.lodged_on,
            event.registered_on,
            "registered",
            event.registered_on,
            None,
            None,
            False,
            0,
            None,
        )
    if row is None:
        return None  # the reporter came back before it was registered
    match event:
        case ReporterWrote():
            back = replace(row, came_back=event.number)
            if event.word == "review-request":
                return replace(back, stage="under-review", stage_on=event.wrote_on)
            if event.word == "final-review-request":
                return replace(back, stage="under-final-review", stage_on=event.wrote_on)
            return back
        case AnswerRated():
            return replace(row, satisfaction=event.satisfaction)
        case e.PetitionForwarded():
            return replace(row, unit=event.unit, handler=None, stage="forwarded", stage_on=event.forwarded_on)
        case e.PetitionReturned():
            return replace(row, unit=event.unit, handler=None, stage="registered", stage_on=event.returned_on)
        case e.PetitionAccepted():
            return replace(row, stage="accepted", stage_on=event.accepted_on)
        case e.PetitionNotAccepted():
            return replace(row, stage="not-accepted", stage_on=event.decided_on)
        case e.PetitionHandlerAssigned():
            return replace(row, handler=event.handler)
        case e.PetitionTurnedIntoClue():
            return replace(row, became_clue=True)
        case e.ReporterTold(of="answer"):
            return replace(row, stage="answered", stage_on=event.told_on)
        case e.ReporterTold(of="review"):
            return replace(row, stage="reviewed", stage_on=event.told_on)
        case e.ReporterTold(of="final-review"):
            return replace(row, stage="closed", stage_on=event.told_on)
        case e.ReporterTold():
            return row
        case e.PetitionConcluded():
            return replace(row, stage="closed", stage_on=event.concluded_on, substantiated=event.substantiated)
    raise TypeError(fact.type)


PETITIONS: View[PetitionRow] = View(
    name="petitions",
    version=1,
    row=PetitionRow,
    key=("complaint",),
    events=(
        e.PetitionRegistered,
        e.PetitionForwarded,
        e.PetitionReturned,
        e.PetitionAccepted,
        e.PetitionNotAccepted,
        e.PetitionHandlerAssigned,
        e.PetitionTurnedIntoClue,
        e.ReporterTold,
        e.PetitionConcluded,
        ReporterWrote,
        AnswerRated,
    ),
    route=_route,
    evolve=_evolve,
    indexes=(("unit",), ("handler",), ("about_unit",)),
)


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One thing that the reporter was told, sealed in the event `event`."""

    complaint: str
    number: int
    of: ToldOf
    text: PersonalText
    told_on: date
    event: UUID


def _route_told(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.complaint, fact.version)]


def _evolve_told(row: ToldRow | None, fact: Fact, refs: References) -> ToldRow:
    event = fact.event
    return ToldRow(event.complaint, fact.version, event.of, event.text, event.told_on, fact.event_id)


TOLD: View[ToldRow] = View(
    name="told",
    version=1,
    row=ToldRow,
    key=("complaint", "number"),
    events=(e.ReporterTold,),
    route=_route_told,
    evolve=_evolve_told,
)


# --- questions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that runs, by which rule, and its last day."""

    clock: str
    started_on: date | None
    due: date | None
    provisional: bool
    citation: str


@dataclass(frozen=True, slots=True)
class PetitionAnswer:
    """A registered report, without its words and without who reported. `clocks` are None in lists."""

    complaint: str
    unit: UnitId
    received_by: UnitId
    about_unit: UnitId
    category: Category
    repeat_of: str | None
    by_name: bool
    lodged_on: date
    registered_on: date
    stage: Stage
    stage_on: date
    handler: PersonId | None
    substantiated: bool | None
    became_clue: bool
    came_back: int
    satisfaction: Satisfaction | None
    clocks: tuple[RunningClock, ...] | None


def _answer(row: PetitionRow, clocks: tuple[RunningClock, ...] | None = None) -> PetitionAnswer:
    return PetitionAnswer(
        row.complaint,
        row.unit,
        row.received_by,
        row.about_unit,
        row.category,
        row.repeat_of,
        row.by_name,
        row.lodged_on,
        row.registered_on,
        row.stage,
        row.stage_on,
        row.handler,
        row.substantiated,
        row.became_clue,
        row.came_back,
        row.satisfaction,
        clocks,
    )


def _seen(reading: Reading) -> sa.ColumnElement[bool]:
    """The registry of the bodies that the asker reaches, and what a handler was assigned; never whom it is about."""
    table = table_of(PETITIONS)
    mine = sa.and_(table.c.handler == reading.who.person, reading.visible(table.c.unit, _HANDLERS))
    registry = sa.or_(reading.visible(table.c.unit, _REGISTRY), reading.visible(table.c.received_by, _REGISTRY))
    return sa.and_(sa.or_(mine, registry), not_about(reading, table.c.about_unit))


@dataclass(frozen=True, slots=True)
class PetitionsOf:
    """信访件列表。Registered reports; `mine` keeps those assigned to the asker, `overdue` those with a clock that ran out."""

    stage: Stage | None = None
    category: Category | None = None
    mine: bool = False
    overdue: bool = False
    limit: int = 50
    after: str | None = None


async def list_petitions(reading: Reading, params: PetitionsOf) -> Page[PetitionAnswer]:
    """The oldest first."""
    table, clocks = table_of(PETITIONS), table_of(CLOCKS)
    where = [_seen(reading)]
    if params.stage is not None:
        where.append(table.c.stage == params.stage)
    if params.category is not None:
        where.append(table.c.category == params.category)
    if params.mine:
        where.append(table.c.handler == reading.who.person)
    if params.overdue:
        late = sa.select(clocks.c.matter).where(
            clocks.c.stopped_on.is_(None), clocks.c.due < reading.moment.today, clocks.c.clock.not_in(REPORTERS)
        )
        where.append(table.c.complaint.in_(late))
    order = Order((table.c.lodged_on, table.c.complaint), (False, False))
    return await reading.page(
        PETITIONS, *where, order=order, limit=max(1, min(params.limit, 200)), cursor=params.after, item=_answer
    )


@dataclass(frozen=True, slots=True)
class OnePetition:
    """一件信访件。One registered report, with the clocks that run."""

    complaint: str


async def one_petition(reading: Reading, params: OnePetition) -> PetitionAnswer | None:
    return (await petitions_by_id(reading, [params.complaint])).get(params.complaint)


async def petitions_by_id(reading: Reading, ids: Sequence[str]) -> dict[str, PetitionAnswer]:
    """Those of the reports that the asker may see, with the clocks that run."""
    rows = await reading.rows(PETITIONS, table_of(PETITIONS).c.complaint.in_(list(ids)), _seen(reading))
    running = await _running(reading, [row.complaint for row in rows])
    return {row.complaint: _answer(row, running.get(row.complaint, ())) for row in rows}


async def _running(reading: Reading, ids: Sequence[str]) -> dict[str, tuple[RunningClock, ...]]:
    table = table_of(CLOCKS)
    rows = await reading.rows(CLOCKS, table.c.matter.in_(list(ids)), table.c.stopped_on.is_(None))
    found: dict[str, tuple[RunningClock, ...]] = {}
    for row in rows:
        clock = RunningClock(row.clock, row.started_on, row.due, row.provisional, row.citation)
        found[row.matter] = (*found.get(row.matter, ()), clock)
    return found


@dataclass(frozen=True, slots=True)
class WordsOf:
    """信访件内容。What a report says, for who handles it."""

    complaint: str


@dataclass(frozen=True, slots=True)
class WordsAnswer:
    """The reporter's words, as the intake tells them for this moment; None where their key was erased. Never who they are."""

    text: str | None
    accused: str | None
    messages: tuple[Message, ...]


async def words_of(reading: Reading, params: WordsOf) -> WordsAnswer | None:
    """For the handler that it was assigned to, and the supervisors of the body; asked of the intake after that was found."""
    table = table_of(PETITIONS)
    mine = sa.and_(table.c.handler == reading.who.person, reading.visible(table.c.unit, _HANDLERS))
    may = sa.or_(mine, reading.visible(table.c.unit, _SUPERVISORS))
    rows = await reading.rows(
        PETITIONS, table.c.complaint == params.complaint, may, not_about(reading, table.c.about_unit)
    )
    if not rows:
        return None
    found = (await reading.ask(WORDS, [params.complaint])).get(params.complaint)
    return WordsAnswer(found.text, found.accused, found.messages) if found is not None else None


@dataclass(frozen=True, slots=True)
class PetitionFiguresOf:
    """信访统计。Figures of the reports registered in a year; by default this one."""

    year: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of a class, at a stage."""

    category: Category
    stage: Stage
    count: int


@dataclass(frozen=True, slots=True)
class PetitionFigures:
    """By class and stage; how many repeat another; how satisfied the reporters are, who said so."""

    year: int
    total: int
    repeated: int
    figures: tuple[Figure, ...]
    satisfied: int
    dissatisfied: int


async def petition_figures(reading: Reading, params: PetitionFiguresOf) -> PetitionFigures:
    """Of the reports that the asker sees."""
    year = params.year if params.year is not None else reading.moment.today.year
    table = table_of(PETITIONS)
    rows = []
    if 1900 <= year <= 9998:
        rows = await reading.rows(
            PETITIONS,
            _seen(reading),
            table.c.registered_on >= date(year, 1, 1),
            table.c.registered_on < date(year + 1, 1, 1),
        )
    counts = Counter((row.category, row.stage) for row in rows)
    return PetitionFigures(
        year,
        len(rows),
        sum(row.repeat_of is not None for row in rows),
        tuple(Figure(category, stage, count) for (category, stage), count in sorted(counts.items())),
        sum(row.satisfaction in ("satisfied", "basically-satisfied") for row in rows),
        sum(row.satisfaction == "dissatisfied" for row in rows),
    )


# --- what a receipt shows -----------------------------------------------------------------------------------------


async def progress_of(reading: Reading, complaints: Sequence[str]) -> Mapping[str, Progress]:
    """For the intake: dates, and what was written to the reporter; nothing else leaves."""
    rows = await reading.rows(PETITIONS, table_of(PETITIONS).c.complaint.in_(list(complaints)))
    running = await _running(reading, complaints)
    told = await reading.rows(TOLD, table_of(TOLD).c.complaint.in_(list(complaints)))
    answers: dict[str, tuple[Answer, ...]] = {}
    if reading.keys is not None and told:
        places = [Place(reading.log.id, f"petition/{row.complaint}", row.event, "text") for row in told]
        opened = await reading.keys.open_all([(row.text, place) for row, place in zip(told, places, strict=True)])
        for one, clear in zip(told, opened, strict=True):
            if clear is not None:
                answers[one.complaint] = (*answers.get(one.complaint, ()), Answer(clear, one.told_on))
    found: dict[str, Progress] = {}
    for row in rows:
        dues = [clock.due for clock in running.get(row.complaint, ()) if clock.due and clock.clock not in REPORTERS]
        found[row.complaint] = Progress(
            row.stage, row.stage_on, answers.get(row.complaint, ()), min(dues, default=None)
        )
    return found


OFFER_PROGRESS = Offer(PROGRESS, progress_of)
