"""Which clocks run for which petition, clue and decision, and when is somebody to be reminded?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.complaints import events as e
from services.complaints.clocks import Clock, started
from services.complaints.events import ClockStage, MatterKind
from services.complaints.rules.remind_of_clock import RemindOfClock
from services.intake.events import ComplaintLodged, ReporterWrote
from shared.domain import PersonId, UnitId
from shared.facts import Fact
from shared.references import HolidayNoticeIssued, References
from shared.views import Deadline, EveryRow, Key, View

_OF_PETITIONS = (
    "register",
    "not-ours",
    "pass-on",
    "redress",
    "review-ask",
    "review",
    "final-review",
    "tell-acceptance",
    "tell-result",
)
_OF_CLUES = ("disposal", "letter-reply", "talk-report")
_OF_DECISIONS = ("appeal-decision",)
CODES: Mapping[MatterKind, tuple[str, ...]] = {
    "complaint": _OF_PETITIONS,
    "clue": _OF_CLUES,
    "case": (),
    "decision": _OF_DECISIONS,
}
"""The clocks of each kind of matter; their limits are the terms `clock/…`."""
REPORTERS: frozenset[str] = frozenset({"review-ask"})
"""Those that run for the reporter: nobody here is reminded of them."""
_STARTED_BY: Mapping[str, e.ClueStep] = {"letter-reply": "letter-sent", "talk-report": "talk-held"}
_STOPPED_BY: Mapping[str, e.ClueStep] = {"letter-reply": "letter-answered", "talk-report": "talk-reported"}
_CLUE_EVENTS = (
    e.ClueOpened,
    e.DisposalProposed,
    e.ClueStepTaken,
    e.CustodyTaken,
    e.CustodyWithdrawn,
    e.ClueBecameCase,
)
_DECISION_EVENTS = (
    e.PersonHeldAccountable,
    e.UnitHeldAccountable,
    e.AccountabilityAppealed,
    e.AccountabilityUpheld,
    e.AccountabilityChanged,
    e.AccountabilityRevoked,
)
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock that runs, or ran, or is known to start later (`started_on` None).

    `unit` and `handler` are whose act is awaited; `citation` the rule; `stopped_on` None while it runs. `reminded` is the
    last stage that somebody was reminded of; `acts_on` when the next is due.
    """

    matter: str
    clock: str
    kind: MatterKind
    unit: UnitId
    handler: PersonId | None
    started_on: date | None
    due: date | None
    provisional: bool
    more_days: int
    citation: str
    stopped_on: date | None
    reminded: ClockStage | None
    acts_on: date | None
    known_on: date


def _start(key: Key) -> ClockRow:
    matter, clock = key
    kind = next(kind for kind, codes in CODES.items() if clock in codes)
    return ClockRow(matter, clock, kind, UnitId(""), None, None, None, False, 0, "", None, None, None, date.min)


def _route(fact: Fact, refs: References) -> Iterable[Key] | EveryRow:
    event = fact.event
    if isinstance(event, HolidayNoticeIssued):
        return EveryRow({"provisional": True})
    if fact.history:
        return []
    match event:
        case e.ClockReminded():
            return [(event.matter, event.clock)] if event.clock in CODES[event.kind] else []
        case _ if type(event) in _CLUE_EVENTS:
            return [(event.clue, code) for code in _OF_CLUES]
        case _ if type(event) in _DECISION_EVENTS:
            return [(event.decision, code) for code in _OF_DECISIONS]
    return [(event.complaint, code) for code in _OF_PETITIONS]


def _evolve(row: ClockRow | None, fact: Fact, refs: References) -> ClockRow | None:
    if row is None:
        raise LookupError("a clock always starts with its key")
    event, day = fact.event, _day(fact.occurred)
    known = replace(row, known_on=_day(fact.recorded_at))
    code = row.clock
    match event:
        case HolidayNoticeIssued():
            return _again(row, refs)
        case e.ClockReminded():
            return replace(row, reminded=event.stage, acts_on=_next(row, event.stage))
        case ComplaintLodged():
            known = replace(known, unit=event.received_by)
            if code == "register" or (code == "tell-acceptance" and event.category == "accusation" and event.by_name):
                return _begin(known, event.lodged_on, refs)
        case ReporterWrote(word="review-request") if code == "review":
            return _begin(known, event.wrote_on, refs)
        case ReporterWrote(word="final-review-request") if code == "final-review":
            return _begin(known, event.wrote_on, refs)
        case ReporterWrote(word="review-request") if code == "review-ask":
            return _stop(row, event.wrote_on)
        case e.PetitionForwarded() if code == "register":
            return _stop(replace(row, unit=event.unit), event.forwarded_on)
        case e.PetitionForwarded() if code in ("not-ours", "pass-on"):
            return _begin(replace(known, unit=event.unit, handler=None), event.forwarded_on, refs)
        case e.PetitionForwarded() | e.PetitionReturned():
            row = replace(row, unit=event.unit, handler=None)
            return _stop(row, day) if code in ("not-ours", "pass-on") else _kept(row)
        case e.PetitionHandlerAssigned():
            return _kept(replace(row, handler=event.handler))
        case e.PetitionAccepted() if code in ("register", "not-ours", "pass-on"):
            return _stop(row, event.accepted_on)
        case e.PetitionAccepted() if code == "redress" and event.category == "redress":
            return _begin(replace(known, unit=event.unit), event.accepted_on, refs)
        case e.PetitionNotAccepted():
            return _stop(row, event.decided_on) if code in ("register", "not-ours", "pass-on") else _kept(row)
        case e.PetitionExtended() if code == "redress":
            return _again(replace(row, more_days=event.days, reminded=None), refs)
        case e.PetitionConcluded() if code == "redress":
            return _stop(row, event.concluded_on)
        case e.PetitionConcluded() if code == "tell-result" and event.category == "accusation" and event.by_name:
            return _begin(replace(known, unit=event.unit), event.concluded_on, refs)
        case e.ReporterTold(of="acceptance" | "refusal") if code == "tell-acceptance":
            return _stop(row, event.told_on)
        case e.ReporterTold(of="result") if code == "tell-result":
            return _stop(row, event.told_on)
        case e.ReporterTold(of="review") if code == "review":
            return _stop(row, event.told_on)
        case e.ReporterTold(of="final-review") if code == "final-review":
            return _stop(row, event.told_on)
        case e.ReporterTold(of="answer" | "review") if code == "review-ask":
            return _begin(replace(known, unit=event.unit), event.told_on, refs)
        case e.ClueOpened() if code == "disposal":
            return _begin(replace(known, unit=event.unit, handler=event.custodian), event.opened_on, refs)
        case e.DisposalProposed() if code == "disposal":
            return _stop(row, event.proposed_on)
        case e.ClueStepTaken() if event.step == _STARTED_BY.get(code):
            return _begin(replace(known, unit=event.unit, handler=PersonId(event.by.subject)), event.taken_on, refs)
        case e.ClueStepTaken() if event.step == _STOPPED_BY.get(code):
            return _stop(row, event.taken_on)
        case e.CustodyTaken():
            return _kept(replace(row, handler=event.taker))
        case e.CustodyWithdrawn():
            return _kept(replace(row, handler=event.custodian))
        case e.ClueBecameCase():
            return _stop(row, day)
        case e.PersonHeldAccountable() | e.UnitHeldAccountable():
            return replace(known, unit=event.decided_by)
        case e.AccountabilityAppealed():
            return _begin(known, event.appealed_on, refs)
        case e.AccountabilityUpheld() | e.AccountabilityChanged() | e.AccountabilityRevoked():
            # A clock that never ran stays as it is: a mistake may be corrected without an appeal.
            return _stop(row, day) or row
    return _kept(row)


def _kept(row: ClockRow) -> ClockRow | None:
    """The row as it is; none for a clock that never started."""
    return row if row.started_on is not None else None


def _begin(row: ClockRow, on: date, refs: References) -> ClockRow:
    clock = started(row.clock, on, refs.terms, refs.calendar)
    return _with(replace(row, more_days=0, stopped_on=None, reminded=None), clock, refs)


def _again(row: ClockRow, refs: References) -> ClockRow:
    """The same clock by another calendar, or with more time."""
    if row.started_on is None:
        return row
    return _with(row, started(row.clock, row.started_on, refs.terms, refs.calendar, more_days=row.more_days), refs)


def _with(row: ClockRow, clock: Clock, refs: References) -> ClockRow:
    there = replace(
        row,
        started_on=clock.started_on,
        due=clock.due,
        provisional=clock.provisional,
        citation=clock.citation,
    )
    if there.stopped_on is not None or there.clock in REPORTERS:
        return replace(there, acts_on=None)
    if there.reminded is not None:
        return replace(there, acts_on=_next(there, there.reminded))
    left = refs.terms.whole("remind-working-days", clock.started_on)
    return replace(there, acts_on=refs.calendar.first_day_with_left(clock.due, left).date)


def _next(row: ClockRow, stage: ClockStage) -> date | None:
    """After a clock was said to run out soon, the day after it has."""
    return row.due + timedelta(days=1) if stage == "due-soon" and row.due is not None else None


def _stop(row: ClockRow, on: date) -> ClockRow | None:
    if row.started_on is None:
        return None
    return replace(row, stopped_on=on, acts_on=None) if row.stopped_on is None else row


def _day(when: date | datetime) -> date:
    return when.astimezone(_ZONE).date() if isinstance(when, datetime) else when


CLOCKS: View[ClockRow] = View(
    name="clocks",
    version=2,
    row=ClockRow,
    key=("matter", "clock"),
    events=(
        ComplaintLodged,
        ReporterWrote,
        e.PetitionForwarded,
        e.PetitionReturned,
        e.PetitionAccepted,
        e.PetitionNotAccepted,
        e.PetitionHandlerAssigned,
        e.PetitionExtended,
        e.ReporterTold,
        e.PetitionConcluded,
        *_CLUE_EVENTS,
        *_DECISION_EVENTS,
        e.ClockReminded,
        HolidayNoticeIssued,
    ),
    route=_route,
    evolve=_evolve,
    start=_start,
    indexes=(("matter",),),
)


def _remind(row: ClockRow) -> RemindOfClock:
    if row.due is None:
        raise ValueError("a clock that reminds runs")
    stage: ClockStage = "due-soon" if row.reminded is None else "overdue"
    return RemindOfClock(row.kind, row.matter, row.clock, stage, row.unit, row.handler, row.due)


REMIND: Deadline[ClockRow] = Deadline("remind-of-clocks", CLOCKS, _remind)
"""Some working days before a clock runs out, and on the day after it has."""
