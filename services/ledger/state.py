"""What the ledger's rules must remember: for each kind of stream a union of named situations, and how events move it.

A situation is None before the first event. Each that belongs to a unit has `unit`, by which permission is checked.
`signable` writes down what a signature is given under.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from services.ledger.events import (
    AdministratorInstalled,
    ChiefPostGivenUp,
    ChiefPostTaken,
    ClaimSigned,
    CommitmentId,
    CommitmentMade,
    CompletionAccepted,
    CompletionClaimed,
    CompletionReturned,
    ComprehensiveCheckCounted,
    CreditCodeTaken,
    Direction,
    Endorsed,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    FindingDescribed,
    FindingId,
    FindingStruckOff,
    InspectionClosed,
    InspectionFound,
    InspectionId,
    InspectionOpened,
    LetterDrawnUp,
    LetterId,
    LetterSide,
    LetterSigned,
    OpinionGiven,
    Part,
    PersonMailDropped,
    PersonMailSet,
    PersonNamed,
    PersonRegistered,
    PlanAdopted,
    PlanAmended,
    PlanClosed,
    PlanCodeTaken,
    PlanDrafted,
    PlanId,
    ProgressCorrected,
    ProgressReported,
    ProjectId,
    ProjectKind,
    ProjectNumberTaken,
    ProjectRegistered,
    RectificationOrdered,
    RectificationReported,
    RectificationReturned,
    RectificationVerified,
    Severity,
    TaskAmended,
    TaskCancelled,
    TaskDeclined,
    TaskFellOverdue,
    TaskHandedOver,
    TaskId,
    TaskIssued,
    TaskNumberTaken,
    TaskResumed,
    TaskSplit,
    TaskSuspended,
    UnitCodeTaken,
    UnitMailSet,
)
from shared.directory import (
    Delegation,
    DelegationEnded,
    DelegationGiven,
    Level,
    PortalId,
    PortalRegistered,
    PortalRevoked,
    PostAbolished,
    PostCreated,
    PostFilled,
    PostVacated,
    Role,
    Tenure,
    UnitDissolved,
    UnitKind,
    UnitMoved,
    UnitRecoded,
    UnitRegistered,
    UnitRenamed,
)
from shared.domain import Actor, PersonId, PostId, PublicText, UnitId
from shared.facts import ClockAdvanced, IncarnationBegun, LogStarted, PersonalDataErased, PersonErased, TermSet
from shared.references import HolidayNoticeIssued


class UnexpectedEvent(Exception):
    """A stream holds an event that cannot follow on the situation before it: a rule let it through, or the log is torn."""

    def __init__(self, state: object, event: object) -> None:
        super().__init__(f"{type(event).__name__} cannot follow on {type(state).__name__}")


def whole_days_after(day: date, due: date) -> int:
    """Calendar days by which `day` lies after `due`, 0 when it does not."""
    return max(0, (day - due).days)


# --- organisation -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Installed:
    """The installation has its first administrator."""

    unit: UnitId
    person: PersonId


def evolve_installation(state: Installed | None, event: Any) -> Installed | None:
    match state, event:
        case None, AdministratorInstalled():
            return Installed(event.unit, event.person)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Taken:
    """A number or code is in use. `by` is the identity of what bears it."""

    by: str


def evolve_number(state: Taken | None, event: Any) -> Taken | None:
    match state, event:
        case None, UnitCodeTaken() | CreditCodeTaken():
            return Taken(event.unit)
        case None, PlanCodeTaken():
            return Taken(event.plan)
        case None, ProjectNumberTaken():
            return Taken(event.project)
        case None, TaskNumberTaken():
            return Taken(event.task)
    raise UnexpectedEvent(state, event)


def evolve_chief_post(state: Taken | None, event: Any) -> Taken | None:
    """None while the unit has no chief post, or one from before this was recorded."""
    match state, event:
        case None, ChiefPostTaken():
            return Taken(event.post)
        case Taken(), ChiefPostGivenUp() if state.by == event.post:
            return None
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """A person who may hold posts. The name is no rule's business."""

    person: PersonId


def evolve_person(state: RegisteredPerson | None, event: Any) -> RegisteredPerson | None:
    match state, event:
        case None, PersonRegistered():
            return RegisteredPerson(event.person)
        case RegisteredPerson(), PersonNamed() | PersonMailSet() | PersonMailDropped():
            return state
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class LivingUnit:
    """A unit that exists. `changed_on` is the latest date from which anything about it is valid."""

    unit: UnitId
    code: str
    name: PublicText
    short_name: PublicText | None
    kind: UnitKind
    level: Level
    parent: UnitId | None
    order: int
    division_code: str | None
    credit_code: str | None
    changed_on: date


@dataclass(frozen=True, slots=True)
class DissolvedUnit:
    unit: UnitId
    name: PublicText
    successor: UnitId | None


UnitSituation = LivingUnit | DissolvedUnit


def evolve_unit(state: UnitSituation | None, event: Any) -> UnitSituation | None:
    match state, event:
        case None, UnitRegistered():
            return LivingUnit(
                event.unit,
                event.code,
                event.name,
                event.short_name,
                event.kind,
                event.level,
                event.parent,
                event.order,
                event.division_code,
                event.credit_code,
                event.valid_from,
            )
        case LivingUnit(), UnitRenamed():
            return replace(state, name=event.name, short_name=event.short_name, changed_on=event.valid_from)
        case LivingUnit(), UnitRecoded():
            return replace(
                state, division_code=event.division_code, credit_code=event.credit_code, changed_on=event.valid_from
            )
        case LivingUnit(), UnitMoved():
            return replace(state, parent=event.parent, order=event.order, changed_on=event.valid_from)
        case LivingUnit(), UnitMailSet():
            return state
        case LivingUnit(), UnitDissolved():
            return DissolvedUnit(state.unit, state.name, event.successor)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class OpenPost:
    """A post with everybody who held it, in order, and who may act for them."""

    post: PostId
    unit: UnitId
    title: PublicText
    roles: tuple[Role, ...]
    leads: bool
    over: UnitId
    valid_from: date
    tenures: tuple[Tenure, ...] = ()
    delegations: tuple[Delegation, ...] = ()


@dataclass(frozen=True, slots=True)
class AbolishedPost:
    post: PostId
    unit: UnitId


PostSituation = OpenPost | AbolishedPost


def evolve_post(state: PostSituation | None, event: Any) -> PostSituation | None:
    match state, event:
        case None, PostCreated():
            return OpenPost(event.post, event.unit, event.title, event.roles, event.leads, event.over, event.valid_from)
        case OpenPost(), PostFilled():
            return replace(state, tenures=(*state.tenures, Tenure(event.person, event.valid_from)))
        case OpenPost(), PostVacated():
            return replace(
                state,
                tenures=tuple(
                    replace(t, valid_to=event.valid_to) if t.person == event.person and t.valid_to is None else t
                    for t in state.tenures
                ),
            )
        case OpenPost(), DelegationGiven():
            given = Delegation(event.delegation, event.giver, event.taker, event.valid_from, event.valid_to)
            return replace(state, delegations=(*state.delegations, given))
        case OpenPost(), DelegationEnded():
            return replace(
                state,
                delegations=tuple(
                    replace(d, valid_to=event.valid_to) if d.id == event.delegation else d for d in state.delegations
                ),
            )
        case OpenPost(), PostAbolished():
            return AbolishedPost(state.post, state.unit)
    raise UnexpectedEvent(state, event)


# --- calendar, terms, clock, erasure ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownNotice:
    """The arrangement of a year's days off, as last announced."""

    year: int
    off_days: tuple[date, ...]
    working_weekends: tuple[date, ...]
    citation: PublicText


def evolve_calendar(state: KnownNotice | None, event: Any) -> KnownNotice | None:
    match event:
        case HolidayNoticeIssued():
            return KnownNotice(event.year, event.off_days, event.working_weekends, event.citation)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A limit, period or rate with its values, in the order in which they were set."""

    term: str
    values: tuple[TermSet, ...]


def evolve_term(state: KnownTerm | None, event: Any) -> KnownTerm | None:
    match event:
        case TermSet():
            return KnownTerm(event.term, (*(state.values if state else ()), event))
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class RegisteredPortal:
    """A program of another system that may do something, on the word of a unit."""

    portal: PortalId
    unit: UnitId


@dataclass(frozen=True, slots=True)
class RevokedPortal:
    """A program of another system that may do nothing any more."""

    portal: PortalId
    unit: UnitId


PortalSituation = RegisteredPortal | RevokedPortal


def evolve_portal(state: PortalSituation | None, event: Any) -> PortalSituation:
    match state, event:
        case None | RevokedPortal(), PortalRegistered():
            return RegisteredPortal(event.portal, event.unit)
        case RegisteredPortal(), PortalRevoked():
            return RevokedPortal(state.portal, state.unit)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class StartedLog:
    """The genesis of a log, as far as rules ask."""

    log: str
    clock: Literal["real", "simulated"]


def evolve_log(state: StartedLog | None, event: Any) -> StartedLog | None:
    match state, event:
        case None, LogStarted():
            return StartedLog(event.log, event.clock)
        case StartedLog(), IncarnationBegun():
            return state
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class AdvancedClock:
    """Where a simulated clock was last set to."""

    log: str
    to: datetime


def evolve_clock(state: AdvancedClock | None, event: Any) -> AdvancedClock | None:
    match event:
        case ClockAdvanced():
            return AdvancedClock(event.log, event.to)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Erased:
    """The key of a subject is destroyed. `told`: of a person, and the other services learn it."""

    subject: str
    told: bool = False


def evolve_erasure(state: Erased | None, event: Any) -> Erased | None:
    match state, event:
        case None, PersonalDataErased():
            return Erased(event.subject)
        case Erased(), PersonErased():
            return replace(state, told=True)
    raise UnexpectedEvent(state, event)


# --- plan and project -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanText:
    """What a plan says. `revision` counts its versions, the draft being 1."""

    plan: PlanId
    code: str
    unit: UnitId
    title: PublicText
    from_year: int
    to_year: int
    basis: PublicText | None
    revision: int


@dataclass(frozen=True, slots=True)
class DraftedPlan:
    says: PlanText

    @property
    def unit(self) -> UnitId:
        return self.says.unit


@dataclass(frozen=True, slots=True)
class AdoptedPlan:
    says: PlanText

    @property
    def unit(self) -> UnitId:
        return self.says.unit


@dataclass(frozen=True, slots=True)
class ClosedPlan:
    says: PlanText

    @property
    def unit(self) -> UnitId:
        return self.says.unit


Plan = DraftedPlan | AdoptedPlan | ClosedPlan


def evolve_plan(state: Plan | None, event: Any) -> Plan | None:
    match state, event:
        case None, PlanDrafted():
            return DraftedPlan(
                PlanText(
                    event.plan,
                    event.code,
                    event.unit,
                    event.title,
                    event.from_year,
                    event.to_year,
                    event.basis,
                    revision=1,
                )
            )
        case ((DraftedPlan() | AdoptedPlan()), PlanAmended()):
            says = replace(
                state.says,
                title=event.title,
                from_year=event.from_year,
                to_year=event.to_year,
                basis=event.basis,
                revision=event.revision,
            )
            return replace(state, says=says)
        case DraftedPlan(), PlanAdopted():
            return AdoptedPlan(state.says)
        case AdoptedPlan(), PlanClosed():
            return ClosedPlan(state.says)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Project:
    project: ProjectId
    plan: PlanId
    unit: UnitId
    kind: ProjectKind


def evolve_project(state: Project | None, event: Any) -> Project | None:
    match state, event:
        case None, ProjectRegistered():
            return Project(event.project, event.plan, event.unit, event.kind)
    raise UnexpectedEvent(state, event)


# --- task -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskText:
    """What a task says: the four essentials, and where it stands between plan and parts.

    `revision` counts its versions, the issue being 1; an amendment, a split, a granted extension, another time limit
    after a suspension or a hand-over makes the next. `lineage` names the units of the wholes above, topmost first.
    """

    task: TaskId
    plan: PlanId
    project: ProjectId | None
    number: str
    title: PublicText
    unit: UnitId
    co_units: tuple[UnitId, ...]
    leader_post: PostId
    leader_person: PersonId
    requirement: PublicText
    standard: PublicText
    due: date
    issued_on: date
    weight: Decimal | None
    parent: TaskId | None
    direction: Direction | None
    lineage: tuple[UnitId, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Report:
    """One progress report, as corrected last."""

    percent: Decimal
    done: PublicText
    period_from: date
    period_to: date
    by: Actor


@dataclass(frozen=True, slots=True)
class AskedExtension:
    """A request for a later time limit that nobody has decided yet."""

    extension: int
    until: date
    by: Actor


@dataclass(frozen=True, slots=True)
class Course:
    """What has happened with a task so far.

    `extensions_asked` and `extensions_granted` count; `asked` is the one that is open. `fell_overdue` is the time
    limit whose passing was recorded last. `claim_signed` is the revision under which the claim letter was signed,
    `declined_on` the day on which the unit that has the task declined it.
    """

    reports: tuple[Report, ...] = ()
    asked: AskedExtension | None = None
    extensions_asked: int = 0
    extensions_granted: int = 0
    fell_overdue: date | None = None
    claim_signed: int | None = None
    declined_on: date | None = None

    @property
    def percent(self) -> Decimal:
        """By the latest report; 0 before the first. A split task's own progress follows from its parts instead."""
        return self.reports[-1].percent if self.reports else Decimal(0)


@dataclass(frozen=True, slots=True)
class RunningTask:
    """Being worked on, whole."""

    says: TaskText
    course: Course

    @property
    def unit(self) -> UnitId:
        return self.says.unit


@dataclass(frozen=True, slots=True)
class DividedTask:
    """Being worked on, in parts."""

    says: TaskText
    course: Course
    parts: tuple[Part, ...]

    @property
    def unit(self) -> UnitId:
        return self.says.unit


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """The unit says that it is done; `before` is what it falls back to when the claim is returned."""

    before: RunningTask | DividedTask
    claimed_on: date
    claimed_by: Actor

    @property
    def says(self) -> TaskText:
        return self.before.says

    @property
    def course(self) -> Course:
        return self.before.course

    @property
    def unit(self) -> UnitId:
        return self.before.unit


@dataclass(frozen=True, slots=True)
class SuspendedTask:
    """Resting; `before` is what it goes on as."""

    before: RunningTask | DividedTask
    suspended_on: date

    @property
    def says(self) -> TaskText:
        return self.before.says

    @property
    def course(self) -> Course:
        return self.before.course

    @property
    def unit(self) -> UnitId:
        return self.before.unit


@dataclass(frozen=True, slots=True)
class EndedTask:
    says: TaskText
    how: Literal["accepted", "cancelled"]

    @property
    def unit(self) -> UnitId:
        return self.says.unit


Task = RunningTask | DividedTask | ClaimedTask | SuspendedTask | EndedTask


def evolve_task(state: Task | None, event: Any) -> Task | None:
    match state, event:
        case None, TaskIssued():
            return RunningTask(_text_of(event), Course())
        case ((RunningTask() | DividedTask()), TaskAmended()):
            says = replace(
                state.says,
                revision=event.revision,
                title=event.title,
                co_units=event.co_units,
                leader_post=event.leader_post,
                leader_person=event.leader_person,
                requirement=event.requirement,
                standard=event.standard,
                due=event.due,
                weight=event.weight,
            )
            return replace(state, says=says)
        case RunningTask(), TaskSplit():
            return DividedTask(replace(state.says, revision=event.revision), state.course, event.parts)
        case RunningTask(), ProgressReported():
            report = Report(event.percent, event.done, event.period_from, event.period_to, event.by)
            return replace(state, course=replace(state.course, reports=(*state.course.reports, report)))
        case ((RunningTask() | DividedTask()), ProgressCorrected()):
            reports = tuple(
                replace(report, percent=event.percent, done=event.done, by=event.by) if at == event.report else report
                for at, report in enumerate(state.course.reports, start=1)
            )
            return replace(state, course=replace(state.course, reports=reports))
        case ((RunningTask() | DividedTask()), CompletionClaimed()):
            return ClaimedTask(state, event.claimed_on, event.by)
        case ClaimedTask(), CompletionReturned():
            return state.before
        case ClaimedTask(), CompletionAccepted():
            return EndedTask(state.says, "accepted")
        case ((RunningTask() | DividedTask()), ExtensionAsked()):
            asked = AskedExtension(event.extension, event.until, event.by)
            return replace(state, course=replace(state.course, asked=asked, extensions_asked=event.extension))
        case ((RunningTask() | DividedTask()), ExtensionGranted()):
            course = replace(state.course, asked=None, extensions_granted=state.course.extensions_granted + 1)
            return replace(state, says=replace(state.says, due=event.due, revision=event.revision), course=course)
        case ((RunningTask() | DividedTask()), ExtensionRefused()):
            return replace(state, course=replace(state.course, asked=None))
        case ((RunningTask() | DividedTask()), TaskSuspended()):
            return SuspendedTask(state, event.suspended_on)
        case RunningTask(), TaskDeclined():
            return replace(state, course=replace(state.course, declined_on=event.declined_on))
        case RunningTask(), TaskHandedOver():
            says = replace(
                state.says,
                unit=event.to,
                co_units=event.co_units,
                leader_post=event.leader_post,
                leader_person=event.leader_person,
                due=event.due,
                revision=event.revision,
            )
            return RunningTask(says, replace(state.course, asked=None, claim_signed=None, declined_on=None))
        case SuspendedTask(), TaskResumed():
            return replace(state.before, says=replace(state.says, due=event.due, revision=event.revision))
        case ((RunningTask() | DividedTask() | ClaimedTask() | SuspendedTask()), TaskCancelled()):
            return EndedTask(state.says, "cancelled")
        case ((RunningTask() | DividedTask()), TaskFellOverdue()):
            return replace(state, course=replace(state.course, fell_overdue=event.due))
        case ((RunningTask() | DividedTask()), ClaimSigned()):
            return replace(state, course=replace(state.course, claim_signed=event.version, declined_on=None))
    raise UnexpectedEvent(state, event)


def _text_of(event: TaskIssued) -> TaskText:
    return TaskText(
        event.task,
        event.plan,
        event.project,
        event.number,
        event.title,
        event.unit,
        event.co_units,
        event.leader_post,
        event.leader_person,
        event.requirement,
        event.standard,
        event.due,
        event.issued_on,
        event.weight,
        event.parent,
        event.direction,
        event.lineage,
        revision=1,
    )


# --- signatures -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LetterText:
    """What a responsibility letter says. It is never changed, so that its version is always 1."""

    letter: LetterId
    plan: PlanId
    plan_revision: int
    year: int
    giver: UnitId
    unit: UnitId
    title: PublicText
    text: PublicText
    revision: int = 1


@dataclass(frozen=True, slots=True)
class DrawnUpLetter:
    """Waiting for both signatures."""

    says: LetterText

    @property
    def unit(self) -> UnitId:
        return self.says.unit


@dataclass(frozen=True, slots=True)
class HalfSignedLetter:
    """Signed by one side; waiting for the other."""

    says: LetterText
    side: LetterSide
    by: Actor

    @property
    def unit(self) -> UnitId:
        return self.says.unit


@dataclass(frozen=True, slots=True)
class BindingLetter:
    """Signed by both sides."""

    says: LetterText

    @property
    def unit(self) -> UnitId:
        return self.says.unit


Letter = DrawnUpLetter | HalfSignedLetter | BindingLetter


def evolve_letter(state: Letter | None, event: Any) -> Letter | None:
    match state, event:
        case None, LetterDrawnUp():
            return DrawnUpLetter(
                LetterText(
                    event.letter,
                    event.plan,
                    event.plan_revision,
                    event.year,
                    event.giver,
                    event.unit,
                    event.title,
                    event.text,
                )
            )
        case DrawnUpLetter(), LetterSigned():
            return HalfSignedLetter(state.says, event.side, event.by)
        case HalfSignedLetter(), LetterSigned():
            return BindingLetter(state.says)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Endorsements:
    """Who endorsed which version of one subject: pairs of person and version."""

    unit: UnitId
    given: frozenset[tuple[str, int]]


def evolve_endorsements(state: Endorsements | None, event: Any) -> Endorsements | None:
    match event:
        case Endorsed():
            given = state.given if state else frozenset()
            return Endorsements(event.unit, given | {(event.by.on_behalf or event.by.subject, event.version)})
        case OpinionGiven():
            return state
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Commitment:
    commitment: CommitmentId
    unit: UnitId


def evolve_commitment(state: Commitment | None, event: Any) -> Commitment | None:
    match state, event:
        case None, CommitmentMade():
            return Commitment(event.commitment, event.unit)
    raise UnexpectedEvent(state, event)


# --- inspection -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComprehensiveChecks:
    """The comprehensive checks of one unit in one calendar year."""

    unit: UnitId
    inspections: tuple[InspectionId, ...]


def evolve_comprehensive_check(state: ComprehensiveChecks | None, event: Any) -> ComprehensiveChecks | None:
    match event:
        case ComprehensiveCheckCounted():
            return ComprehensiveChecks(event.unit, (*(state.inspections if state else ()), event.inspection))
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class OpenInspection:
    """`unit` is the inspecting organ, `targets` the units inspected."""

    inspection: InspectionId
    unit: UnitId
    targets: tuple[UnitId, ...]
    team: tuple[PersonId, ...]
    window_from: date
    window_to: date


@dataclass(frozen=True, slots=True)
class ClosedInspection:
    inspection: InspectionId
    unit: UnitId


Inspection = OpenInspection | ClosedInspection


def evolve_inspection(state: Inspection | None, event: Any) -> Inspection | None:
    match state, event:
        case None, InspectionOpened():
            return OpenInspection(
                event.inspection, event.unit, event.targets, event.team, event.window_from, event.window_to
            )
        case OpenInspection(), InspectionClosed():
            return ClosedInspection(state.inspection, state.unit)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class FoundMatter:
    """What never changes about a finding. `unit` is the unit inspected, `found_by` who recorded it."""

    finding: FindingId
    inspection: InspectionId
    inspecting_unit: UnitId
    unit: UnitId
    severity: Severity
    task: TaskId | None
    person: PersonId | None
    found_on: date
    found_by: Actor


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """Recorded; nothing is ordered yet."""

    matter: FoundMatter

    @property
    def unit(self) -> UnitId:
        return self.matter.unit


@dataclass(frozen=True, slots=True)
class OrderedRectification:
    """To be put right until `due`; `returned` counts how often a report was sent back."""

    matter: FoundMatter
    due: date
    returned: int

    @property
    def unit(self) -> UnitId:
        return self.matter.unit


@dataclass(frozen=True, slots=True)
class ReportedRectification:
    """The unit says that it is put right; somebody else has to look."""

    matter: FoundMatter
    due: date
    returned: int
    reported_on: date
    reported_by: Actor

    @property
    def unit(self) -> UnitId:
        return self.matter.unit


@dataclass(frozen=True, slots=True)
class VerifiedRectification:
    matter: FoundMatter

    @property
    def unit(self) -> UnitId:
        return self.matter.unit


@dataclass(frozen=True, slots=True)
class StruckOffFinding:
    matter: FoundMatter

    @property
    def unit(self) -> UnitId:
        return self.matter.unit


Finding = OpenFinding | OrderedRectification | ReportedRectification | VerifiedRectification | StruckOffFinding


def evolve_finding(state: Finding | None, event: Any) -> Finding | None:
    match state, event:
        case None, InspectionFound():
            return OpenFinding(
                FoundMatter(
                    event.finding,
                    event.inspection,
                    event.inspecting_unit,
                    event.unit,
                    event.severity,
                    event.task,
                    event.person,
                    event.found_on,
                    event.by,
                )
            )
        case OpenFinding(), FindingDescribed():
            return state
        case OpenFinding(), RectificationOrdered():
            return OrderedRectification(state.matter, event.due, returned=0)
        case OrderedRectification(), RectificationReported():
            return ReportedRectification(state.matter, state.due, state.returned, event.reported_on, event.by)
        case ReportedRectification(), RectificationReturned():
            return OrderedRectification(state.matter, event.due, state.returned + 1)
        case ReportedRectification(), RectificationVerified():
            return VerifiedRectification(state.matter)
        case VerifiedRectification(), FindingStruckOff():
            return StruckOffFinding(state.matter)
    raise UnexpectedEvent(state, event)


# --- what is signed ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommitmentText:
    """What somebody promises. `unit` is the unit of the post from which it is promised."""

    commitment: CommitmentId
    unit: UnitId
    text: PublicText
    revision: int = 1


def signable(says: PlanText | TaskText | LetterText | CommitmentText, parts: tuple[Part, ...] = ()) -> bytes:
    """What a signature is given under: the text as canonical JSON, with the parts of a split task.

    UTF-8, keys in the order of their code points, no spaces, no escapes but those JSON demands; dates as YYYY-MM-DD,
    decimals as strings. `kind` says what it is: plan, task, letter or commitment. Its SHA-256 in small hexadecimal
    digits is the hash that a signature stores, and anybody can reckon it again from the text.
    """
    kind = {PlanText: "plan", TaskText: "task", LetterText: "letter", CommitmentText: "commitment"}[type(says)]
    content = {"kind": kind, **_plain(says)}
    if isinstance(says, TaskText):
        content["parts"] = [_plain(part) for part in parts]
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signable_of(state: Plan | Task | Letter) -> bytes:
    """`signable` of a situation."""
    match state:
        case DividedTask():
            return signable(state.says, state.parts)
        case ClaimedTask() | SuspendedTask():
            return signable_of(state.before)
        case _:
            return signable(state.says)


def hash_of(signed: bytes) -> str:
    """SHA-256 in 64 small hexadecimal digits."""
    return hashlib.sha256(signed).hexdigest()


def _plain(value: Any) -> dict[str, Any]:
    return {name: _json(getattr(value, name)) for name in value.__dataclass_fields__}


def _json(value: Any) -> Any:
    match value:
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_json(item) for item in value]
        case _:
            return value


FOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "installation": evolve_installation,
    "unit-code": evolve_number,
    "credit-code": evolve_number,
    "chief-post": evolve_chief_post,
    "plan-code": evolve_number,
    "project-number": evolve_number,
    "task-number": evolve_number,
    "person": evolve_person,
    "unit": evolve_unit,
    "post": evolve_post,
    "portal": evolve_portal,
    "calendar": evolve_calendar,
    "term": evolve_term,
    "log": evolve_log,
    "clock": evolve_clock,
    "erasure": evolve_erasure,
    "plan": evolve_plan,
    "project": evolve_project,
    "task": evolve_task,
    "letter": evolve_letter,
    "endorsements": evolve_endorsements,
    "commitment": evolve_commitment,
    "comprehensive-check": evolve_comprehensive_check,
    "inspection": evolve_inspection,
    "finding": evolve_finding,
}
"""Prefix of a stream → how its events move its situation."""
