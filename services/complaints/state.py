"""What the rules of the complaints service must remember: for each kind of stream a union of named situations.

A situation is None before the first event. Each has `unit`, by which permission is checked: of clues and cases the body
that handles them, of decisions the unit concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from services.complaints import events as e
from services.complaints.events import CaseId, ClueId, DecisionId, Disposal, Form, Responsibility, SubjectClass
from services.intake.events import AnswerRated, Category, ComplaintId, ComplaintLodged, ReporterWrote
from shared.domain import Actor, PersonId, PostId, UnitId
from shared.facts import PersonalDataErased

# --- petition/… -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Petition:
    """A registered report that is not dealt with yet. `received_by` is the body that registered it, `unit` the one that has
    it; `accepted` whether it is accepted; `told` of what the reporter was told."""

    complaint: ComplaintId
    unit: UnitId
    received_by: UnitId
    about_unit: UnitId
    category: Category
    by_name: bool
    reachable: bool
    forwarded_on: date | None = None
    accepted_on: date | None = None
    handler: PersonId | None = None
    extended: bool = False
    told: tuple[e.ToldOf, ...] = ()
    is_clue: bool = False


@dataclass(frozen=True, slots=True)
class EndedPetition:
    """A report that was dealt with, or not accepted; the reporter may still be told something."""

    complaint: ComplaintId
    unit: UnitId
    about_unit: UnitId
    category: Category
    handler: PersonId | None
    how: Literal["not-accepted", "concluded"]
    told: tuple[e.ToldOf, ...] = ()


PetitionSituation = Petition | EndedPetition


def evolve_petition(petition: PetitionSituation | None, event: Any) -> PetitionSituation:
    match petition, event:
        case None, e.PetitionRegistered():
            return Petition(
                event.complaint,
                event.unit,
                event.unit,
                event.about_unit,
                event.category,
                event.by_name,
                event.reachable,
            )
        case Petition(), e.PetitionForwarded():
            return replace(petition, unit=event.unit, forwarded_on=event.forwarded_on, handler=None)
        case Petition(), e.PetitionReturned():
            return replace(petition, unit=event.unit, forwarded_on=None, handler=None)
        case Petition(), e.PetitionAccepted():
            return replace(petition, accepted_on=event.accepted_on)
        case Petition(), e.PetitionHandlerAssigned():
            return replace(petition, handler=event.handler)
        case Petition(), e.PetitionExtended():
            return replace(petition, extended=True)
        case Petition() | EndedPetition(), e.ReporterTold():
            return replace(petition, told=(*petition.told, event.of))
        case Petition(), e.PetitionTurnedIntoClue():
            return replace(petition, is_clue=True)
        case Petition(), e.PetitionNotAccepted():
            return _ended(petition, "not-accepted")
        case Petition(), e.PetitionConcluded():
            return _ended(petition, "concluded")
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a petition")


def _ended(petition: Petition, how: Literal["not-accepted", "concluded"]) -> EndedPetition:
    return EndedPetition(
        petition.complaint,
        petition.unit,
        petition.about_unit,
        petition.category,
        petition.handler,
        how,
        petition.told,
    )


# --- complaint/… of the intake ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """What the intake published of a report; `words` what the reporter came back with, and when."""

    complaint: ComplaintId
    lodged: ComplaintLodged
    words: tuple[ReporterWrote, ...] = ()


def evolve_report(report: Report | None, event: Any) -> Report:
    match report, event:
        case None, ComplaintLodged():
            return Report(event.complaint, event)
        case Report(), ReporterWrote():
            return replace(report, words=(*report.words, event))
        case Report(), AnswerRated():
            return report
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a report")


# --- complaint-evidence/… ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CountedEvidence:
    """The substantiated complaints of a class against a unit were counted at the end of a half-year, told or withheld."""

    unit: UnitId


def evolve_evidence(counted: CountedEvidence | None, event: Any) -> CountedEvidence:
    return CountedEvidence(event.unit)


@dataclass(frozen=True, slots=True)
class Reminded:
    """Somebody was reminded of a clock of this matter."""

    unit: UnitId


def evolve_reminders(reminded: Reminded | None, event: e.ClockReminded) -> Reminded:
    return Reminded(event.unit)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """How many substantiated complaints of a class against a unit were concluded by a day and not told of yet, and since
    which day."""

    count: int
    since: date


# --- clue/… -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenClue:
    """A clue on the books. `offered_to` is to take it over; `proposed` and `approved` are the disposal, as far as it came."""

    clue: ClueId
    unit: UnitId
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    custodian: PersonId
    opened_by: Actor
    offered_to: PersonId | None = None
    proposed: Disposal | None = None
    proposed_by: Actor | None = None
    approved: Disposal | None = None
    steps: tuple[e.ClueStep, ...] = ()
    reported_to: tuple[e.ReportedTo, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedClue:
    """A clue that was settled, or went on as a case."""

    clue: ClueId
    unit: UnitId
    how: Literal["settled", "became-case"]


Clue = OpenClue | ClosedClue


def evolve_clue(clue: Clue | None, event: Any) -> Clue:
    match event:
        case e.ClueOpened():
            return OpenClue(
                event.clue,
                event.unit,
                event.about_unit,
                event.about_persons,
                event.task,
                event.custodian,
                event.by,
            )
        case e.ClueDescribed() if clue is not None:
            return clue
    if not isinstance(clue, OpenClue):
        raise TypeError(f"{type(event).__name__} cannot follow in the stream of a clue")
    match event:
        case e.CustodyOffered():
            return replace(clue, offered_to=event.taker)
        case e.CustodyTaken():
            return replace(clue, custodian=event.taker, offered_to=None)
        case e.CustodyWithdrawn():
            return replace(clue, custodian=event.custodian, offered_to=None)
        case e.ClueConcerns():
            return replace(clue, about_persons=(*clue.about_persons, *event.persons))
        case e.DisposalProposed():
            return replace(clue, proposed=event.disposal, proposed_by=event.by)
        case e.DisposalApproved(disposal="settled"):
            return ClosedClue(clue.clue, clue.unit, "settled")
        case e.DisposalApproved():
            return replace(clue, approved=event.disposal, proposed=None, proposed_by=None)
        case e.ClueStepTaken():
            return replace(clue, steps=(*clue.steps, event.step))
        case e.ClueReportedUp():
            return replace(clue, reported_to=(*clue.reported_to, event.to))
        case e.ClueBecameCase():
            return ClosedClue(clue.clue, clue.unit, "became-case")
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a clue")


# --- case/… -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody who works on a case; `until` is the last day of their access, None without end."""

    person: PersonId
    until: date | None

    def may(self, person: str, today: date) -> bool:
        return self.person == person and (self.until is None or today <= self.until)


@dataclass(frozen=True, slots=True)
class RunningCase:
    """A case that is investigated. `investigators` are all who ever worked on it."""

    case: CaseId
    clue: ClueId
    unit: UnitId
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    facts_on: date
    handlers: tuple[Handler, ...] = ()
    investigators: tuple[PersonId, ...] = ()
    steps: int = 0


@dataclass(frozen=True, slots=True)
class ConcludedCase:
    """A case whose investigation is over. `inquiry` says how far the inquiry into the leadership has come."""

    case: CaseId
    unit: UnitId
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    facts_on: date
    substantiated: bool
    handlers: tuple[Handler, ...]
    investigators: tuple[PersonId, ...]
    inquiry: Literal["none", "open", "concluded"]
    signers: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A case on which nothing happens any more."""

    case: CaseId
    unit: UnitId


Case = RunningCase | ConcludedCase | ClosedCase


@dataclass(frozen=True, slots=True)
class KnownSigners:
    """Who had answered for a unit or task at the time of the facts, as known at `position` of this log."""

    signers: tuple[e.Signer, ...]
    position: int


def evolve_case(case: Case | None, event: Any) -> Case:
    match event:
        case e.CaseFiled():
            return RunningCase(
                event.case,
                event.clue,
                event.unit,
                event.about_unit,
                event.about_persons,
                event.task,
                event.facts_on,
            )
        case e.HandlerAssigned() if isinstance(case, RunningCase | ConcludedCase):
            others = tuple(h for h in case.handlers if h.person != event.handler)
            ever = case.investigators if event.handler in case.investigators else (*case.investigators, event.handler)
            return replace(case, handlers=(*others, Handler(event.handler, event.until)), investigators=ever)
        case e.HandlerTakenOff() if isinstance(case, RunningCase | ConcludedCase):
            return replace(case, handlers=tuple(h for h in case.handlers if h.person != event.handler))
        case e.CaseConcerns() if isinstance(case, RunningCase):
            return replace(case, about_persons=(*case.about_persons, *event.persons))
        case e.CaseStepRecorded() if isinstance(case, RunningCase):
            return replace(case, steps=event.number)
        case e.CaseTransferred() | e.AmountRecovered() | e.FormRecorded() if case is not None:
            return case
        case e.CaseConcluded() if isinstance(case, RunningCase):
            return ConcludedCase(
                case.case,
                case.unit,
                case.about_unit,
                case.about_persons,
                case.task,
                case.facts_on,
                event.substantiated,
                case.handlers,
                case.investigators,
                "none",
            )
        case e.LeadershipInquiryOpened() if isinstance(case, ConcludedCase):
            signers = tuple(dict.fromkeys(signer.person for signer in event.signers))
            return replace(case, inquiry="open", signers=signers)
        case e.LeadershipInquiryConcluded() if isinstance(case, ConcludedCase):
            return replace(case, inquiry="concluded")
        case e.CaseClosed() if isinstance(case, ConcludedCase):
            return ClosedCase(case.case, case.unit)
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a case")


# --- decision/… -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Substance:
    """Who is to be held accountable, and how. `unit` is the unit concerned, `person` None for the unit itself."""

    unit: UnitId
    person: PersonId | None
    post: PostId | None
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    facts_on: date


@dataclass(frozen=True, slots=True)
class Proposed:
    """It is proposed to hold somebody accountable; `heard` once they were heard, or waived it."""

    decision: DecisionId
    unit: UnitId
    substance: Substance
    investigators: tuple[PersonId, ...]
    proposed_by: Actor
    heard: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision that was taken and not yet served."""

    decision: DecisionId
    unit: UnitId
    substance: Substance
    investigators: tuple[PersonId, ...]
    decided_by: Actor
    decided_on: date
    effect_until: date | None


@dataclass(frozen=True, slots=True)
class InEffect:
    """A served decision. `appeal_until` is the last day for an appeal; `appealed_on` None: there was none; `answered` once
    it was answered; `deciders` are all who decided on it so far."""

    decision: DecisionId
    unit: UnitId
    substance: Substance
    investigators: tuple[PersonId, ...]
    deciders: tuple[Actor, ...]
    served_on: date
    appeal_until: date
    effect_until: date | None
    appealed_on: date | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Over:
    """Nobody is held accountable by it any more, or never was."""

    decision: DecisionId
    unit: UnitId
    how: Literal["declined", "revoked", "ended"]


Accountability = Proposed | Taken | InEffect | Over


def evolve_decision(decision: Accountability | None, event: Any) -> Accountability:
    match event:
        case e.AccountabilityProposed():
            substance = Substance(
                event.unit,
                event.person,
                event.post,
                event.subject_class,
                event.bottom_lines,
                event.responsibility,
                event.form,
                event.facts_on,
            )
            return Proposed(event.decision, event.unit, substance, event.investigators, event.by, False)
        case e.FactsFound() | e.AppealWritten() if decision is not None:
            return decision
        case e.PersonHeard() if isinstance(decision, Proposed):
            return replace(decision, heard=True)
        case e.NotHeldAccountable() if isinstance(decision, Proposed):
            return Over(decision.decision, decision.unit, "declined")
        case e.PersonHeldAccountable() | e.UnitHeldAccountable() if isinstance(decision, Proposed):
            return Taken(
                decision.decision,
                decision.unit,
                _read_otherwise(decision.substance, event),
                decision.investigators,
                event.by,
                event.decided_on,
                event.effect_until,
            )
        case e.AccountabilityServed() if isinstance(decision, Taken):
            return InEffect(
                decision.decision,
                decision.unit,
                decision.substance,
                decision.investigators,
                (decision.decided_by,),
                event.served_on,
                event.appeal_until,
                event.effect_until,
            )
        case e.AccountabilityAppealed() if isinstance(decision, InEffect):
            return replace(decision, appealed_on=event.appealed_on)
        case e.AccountabilityUpheld() if isinstance(decision, InEffect):
            return replace(decision, answered=True, deciders=(*decision.deciders, event.by))
        case e.AccountabilityChanged() if isinstance(decision, InEffect):
            return replace(
                decision,
                substance=_read_otherwise(decision.substance, event),
                effect_until=event.effect_until,
                answered=decision.appealed_on is not None,
                deciders=(*decision.deciders, event.by),
            )
        case e.AccountabilityRevoked() if isinstance(decision, InEffect):
            return Over(decision.decision, decision.unit, "revoked")
        case e.AccountabilityEnded() if isinstance(decision, InEffect):
            return Over(decision.decision, decision.unit, "ended")
    raise TypeError(f"{type(event).__name__} cannot follow in the stream of a decision")


def _read_otherwise(substance: Substance, event: Any) -> Substance:
    return replace(substance, bottom_lines=event.bottom_lines, responsibility=event.responsibility, form=event.form)


# --- erasure/… --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Erasure:
    """The key of a matter's texts was destroyed."""

    subject: str


def evolve_erasure(erasure: Erasure | None, event: PersonalDataErased) -> Erasure:
    return Erasure(event.subject)


FOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "petition": evolve_petition,
    "intake/complaint": evolve_report,
    "complaint-evidence": evolve_evidence,
    "reminders": evolve_reminders,
    "clue": evolve_clue,
    "case": evolve_case,
    "decision": evolve_decision,
    "erasure": evolve_erasure,
}
"""By stream prefix, how a situation follows from the one before and an event."""
