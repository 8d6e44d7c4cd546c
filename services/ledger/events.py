"""Every fact the ledger records, beside those of the directory (`shared.directory`), the calendar and the kernel.

Facts about a task, a finding or a signature name the unit concerned again, and what a reader reckons with (plan, time
limit), so that whoever folds them by unit needs no look-up. People stand in them as pseudonyms. What is personal
(names, opinions, what was found about somebody) is in a private sibling of the same append.

Dates are dates in the log's zone. `by` is who acted: the rules that keep duties apart compare it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, NewType

from shared.directory import DIRECTORY_EVENTS
from shared.domain import Actor, KeyOf, PersonalText, PersonId, PostId, PublicText, UnitId
from shared.facts import ClockAdvanced, PersonErased
from shared.references import HolidayNoticeIssued

PlanId = NewType("PlanId", str)
ProjectId = NewType("ProjectId", str)
TaskId = NewType("TaskId", str)
LetterId = NewType("LetterId", str)
CommitmentId = NewType("CommitmentId", str)
InspectionId = NewType("InspectionId", str)
FindingId = NewType("FindingId", str)

ProjectKind = Literal["common", "specific", "extended"]
"""共性、个性、延伸."""

ProjectLevel = Literal["county", "department", "grassroots"]
"""县区、部门、基层."""

PhaseName = Literal["preparation", "consolidation", "rollout"]
"""前期准备、总结完善、全面推广, in this order."""

Direction = Literal["internal", "lateral", "downward"]
"""内分 to sections of the same unit, 外分 to co-operating units, 下分 to lower units."""

LetterSide = Literal["giver", "taker"]
"""Who hands a responsibility letter down, and who takes it on."""

InspectionKind = Literal[
    "daily", "concentrated", "special", "open-and-covert", "online", "joint", "roving", "second-look"
]
"""日常督查、集中督查、专项检查、明查暗访、网上监察、联合检查、巡察、回头看."""

Severity = Literal["minor", "ordinary", "serious"]
"""轻微、一般、严重."""


# --- values inside events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the three phases of a project: what is reached by its last day."""

    name: PhaseName
    goal: PublicText
    due: date


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split task (分解项). `lead` marks the lead unit's (牵头) of a lateral split; `weight` is per cent."""

    task: TaskId
    number: str
    title: PublicText
    unit: UnitId
    lead: bool
    weight: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that proves something: its title, its SHA-256 in 64 small hexadecimal digits, its size in bytes."""

    title: PublicText
    sha256: str
    size_bytes: int


# --- organisation -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AdministratorInstalled:
    """An empty installation has its first unit, post and administrator; it happens once.

    Decided by whoever installs, on the machine itself. Pseudonym only. Kept for ever. Private.
    """

    STREAM: ClassVar = "installation/ledger"
    unit: UnitId
    post: PostId
    person: PersonId


@dataclass(frozen=True, slots=True)
class PersonRegistered:
    """A person may hold posts from now on. Decided by the coordinator or an administrator.

    Nothing but the pseudonym; the name is in `person-named`. Kept for ever.
    """

    STREAM: ClassVar = "person/{person}"
    person: PersonId


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """What a person is called; a later one replaces it.

    Decided by the coordinator or an administrator. The name is personal and sealed with the person's key. Private.
    """

    STREAM: ClassVar = "person/{person}"
    person: PersonId
    name: Annotated[PersonalText, KeyOf("person")]


@dataclass(frozen=True, slots=True)
class PersonMailSet:
    """Where a person is told by e-mail that there is something to read; a later address replaces it.

    Decided by the person, or by an administrator. Personal, sealed with the person's key. Private.
    """

    STREAM: ClassVar = "person/{person}"
    person: PersonId
    mail: Annotated[PersonalText, KeyOf("person")]


@dataclass(frozen=True, slots=True)
class PersonMailDropped:
    """A person is told nothing by e-mail any more. Decided by the person, or by an administrator. Private."""

    STREAM: ClassVar = "person/{person}"
    person: PersonId


@dataclass(frozen=True, slots=True)
class UnitMailSet:
    """Where a unit is told by e-mail that there is something to read; None: nowhere any more.

    An office's address, not a person's. Decided by the unit's head or an administrator. Private. Kept for ever.
    """

    STREAM: ClassVar = "unit/{unit}"
    unit: UnitId
    mail: PublicText | None


@dataclass(frozen=True, slots=True)
class UnitCodeTaken:
    """An office's number for a unit is in use and stays so, also when the unit is dissolved. Private. Kept for ever."""

    STREAM: ClassVar = "unit-code/{code}"
    code: str
    unit: UnitId


@dataclass(frozen=True, slots=True)
class CreditCodeTaken:
    """A unified social credit code belongs to a unit, for ever: it is not given out twice.

    Private. Source: GB 32100-2015 (one subject, one code, unchanged for life).
    """

    STREAM: ClassVar = "credit-code/{credit_code}"
    credit_code: str
    unit: UnitId


# --- plan and project -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChiefPostTaken:
    """A unit has its chief post (一把手岗位), and gets no other until that one is abolished.

    Recorded with the post, so that two who create one at the same moment cannot both succeed. Private. Kept for ever.
    """

    STREAM: ClassVar = "chief-post/{unit}"
    unit: UnitId
    post: PostId


@dataclass(frozen=True, slots=True)
class ChiefPostGivenUp:
    """A unit's chief post was abolished; the unit may get another. Private. Kept for ever."""

    STREAM: ClassVar = "chief-post/{unit}"
    unit: UnitId
    post: PostId


@dataclass(frozen=True, slots=True)
class PlanCodeTaken:
    """The short code by which sheets and people call a plan is in use. Private. Kept for ever."""

    STREAM: ClassVar = "plan-code/{code}"
    code: str
    plan: PlanId


@dataclass(frozen=True, slots=True)
class PlanDrafted:
    """A plan (规划、分工方案) is being worked out; it binds nobody yet.

    Decided by the coordinator of `unit`, for whose division it is made. It covers the years `from_year` to `to_year`,
    both included. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "plan/{plan}"
    plan: PlanId
    code: str
    unit: UnitId
    title: PublicText
    from_year: int
    to_year: int
    basis: PublicText | None


@dataclass(frozen=True, slots=True)
class PlanAdopted:
    """A plan is in force: tasks may be issued under it.

    Recorded by the coordinator; `document` is the paper that adopted it, such as 云委发〔2026〕3号, `adopted_on` its date.
    No personal data. Kept for ever.
    """

    STREAM: ClassVar = "plan/{plan}"
    plan: PlanId
    unit: UnitId
    revision: int
    document: PublicText
    adopted_on: date


@dataclass(frozen=True, slots=True)
class PlanAmended:
    """A plan reads otherwise from now on: `revision` counts its versions, the draft being 1.

    Decided by the coordinator, with a reason. What was signed names the revision it was. No personal data.
    Kept for ever.
    """

    STREAM: ClassVar = "plan/{plan}"
    plan: PlanId
    unit: UnitId
    revision: int
    title: PublicText
    from_year: int
    to_year: int
    basis: PublicText | None
    reason: PublicText


@dataclass(frozen=True, slots=True)
class PlanClosed:
    """No task is issued under a plan any more; those that run go on. Decided by the coordinator. Kept for ever."""

    STREAM: ClassVar = "plan/{plan}"
    plan: PlanId
    unit: UnitId
    closed_on: date
    reason: PublicText


@dataclass(frozen=True, slots=True)
class ProjectNumberTaken:
    """A number is in use among the projects of a plan. Private. Kept for ever."""

    STREAM: ClassVar = "project-number/{plan}/{number}"
    plan: PlanId
    number: str
    project: ProjectId


@dataclass(frozen=True, slots=True)
class ProjectRegistered:
    """A project (项目) stands between a plan and its tasks; it may have none.

    Decided by the coordinator. `phases` is empty or names all three in their order. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "project/{project}"
    project: ProjectId
    plan: PlanId
    number: str
    title: PublicText
    unit: UnitId
    kind: ProjectKind
    level: ProjectLevel
    phases: tuple[Phase, ...]


# --- task -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaskNumberTaken:
    """A number is in use among the tasks of a plan, parts included. Private. Kept for ever."""

    STREAM: ClassVar = "task-number/{plan}/{number}"
    plan: PlanId
    number: str
    task: TaskId


@dataclass(frozen=True, slots=True)
class TaskIssued:
    """A unit has a task, with its four essentials (四到位): leader, unit, requirement with standard, time limit.

    Decided by the coordinator, or for a part by whoever split the whole. `leader_post` answers for it and
    `leader_person` held that post on `issued_on`; `due` is the last day. `weight` is its share in per cent: of the
    plan, or for a part of the whole. A part names its whole (`parent`), the direction of the split and in `lineage`
    the units of the wholes above it, topmost first. Pseudonym only. Kept for ever. Source: 四到位、任务分解.
    """

    STREAM: ClassVar = "task/{task}"
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


@dataclass(frozen=True, slots=True)
class TaskAmended:
    """A task reads otherwise from now on: all that can change, as it then stands, and why.

    Decided by the coordinator. `revision` counts its versions, the issue being 1. A later time limit given here is
    not counted as an extension. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    revision: int
    title: PublicText
    co_units: tuple[UnitId, ...]
    leader_post: PostId
    leader_person: PersonId
    requirement: PublicText
    standard: PublicText
    due: date
    weight: Decimal | None
    reason: PublicText


@dataclass(frozen=True, slots=True)
class TaskSplit:
    """A task was divided; from now on its progress is the weighted sum of its parts'.

    Decided by the coordinator of the task's unit, or by that unit's head. Two or more parts, whose weights add up to
    exactly 100; each has its own `task-issued` in the same append. `revision` as in `task-amended`. No personal data.
    Kept for ever. Source: 任务分解 (内分、外分、下分).
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    revision: int
    direction: Direction
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ProgressReported:
    """How far a unit is with a task: per cent, and what was done against the standard in a period.

    Decided by the unit itself. `report` counts the task's reports from 1. Evidence by hash. Pseudonym only.
    Kept for ever. Source: 一月一通报.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    report: int
    percent: Decimal
    done: PublicText
    evidence: tuple[Evidence, ...]
    period_from: date
    period_to: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ProgressCorrected:
    """A report was wrong and reads otherwise; the wrong one stays in the log beside the reason.

    Decided by the unit itself. `report` is the number of the report corrected; when it is the latest, the task's
    progress follows. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    report: int
    percent: Decimal
    done: PublicText
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class CompletionClaimed:
    """The unit says that a task meets its standard. Decided by the unit. Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    statement: PublicText
    evidence: tuple[Evidence, ...]
    claimed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class CompletionAccepted:
    """A task is finished (销号、办结): somebody other than the claimant found that it meets its standard.

    Decided by the coordinator. `days_overdue`: calendar days from `due` to the claim that was accepted, 0 when in
    time; it is fixed here. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    due: date
    claimed_on: date
    accepted_on: date
    days_overdue: int
    opinion: PublicText | None
    by: Actor


@dataclass(frozen=True, slots=True)
class CompletionReturned:
    """A claimed task does not meet its standard and goes on; the reason is about the work.

    Decided by the coordinator, never by the claimant. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class ExtensionAsked:
    """The unit asks for a later time limit, before it has passed. `extension` counts the task's requests from 1.

    Decided by the unit's head. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    extension: int
    until: date
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class ExtensionGranted:
    """A task has a later time limit. Decided by the coordinator, never by who asked. `was_due` is the earlier one.

    `revision` as in `task-amended`. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    revision: int
    extension: int
    was_due: date
    due: date
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class ExtensionRefused:
    """A task keeps its time limit. Decided by the coordinator, never by who asked. Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    extension: int
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class TaskSuspended:
    """A task rests and has no light. Recorded by the coordinator; `decision` is who decided it and where it is written.

    For example 市委常委会会议纪要〔2026〕3号. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    suspended_on: date
    reason: PublicText
    decision: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class TaskResumed:
    """A suspended task goes on, with the time limit named. Recorded by the coordinator.

    `revision` as in `task-amended`; it is the same as before when the time limit is. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    revision: int
    resumed_on: date
    due: date
    reason: PublicText
    decision: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class TaskDeclined:
    """The responsible unit says that a task is not its to do (推辞); it stays the unit's until somebody decides otherwise.

    Decided by a head of the unit, before it signed the claim. `revision` is the version of the task that was declined.
    Pseudonym only. Kept for ever. Source: 推诿扯皮.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    revision: int
    declined_on: date
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class TaskHandedOver:
    """A running task goes from the unit that had it, `unit`, to another, `to`, with its number, progress and history.

    Recorded by the coordinator; `decision` as in `task-suspended`. Leader, co-operating units, time limit and
    `revision` are those from now on; a claim signed or an extension asked before lapses. Whatever fell overdue with
    `unit` stays its own. Pseudonym only. Kept for ever. Source: 推诿扯皮.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    to: UnitId
    plan: PlanId
    revision: int
    co_units: tuple[UnitId, ...]
    leader_post: PostId
    leader_person: PersonId
    due: date
    handed_over_on: date
    reason: PublicText
    decision: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class TaskCancelled:
    """A task need not be done any more. Recorded by the coordinator; `decision` as in `task-suspended`.

    Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    cancelled_on: date
    reason: PublicText
    decision: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class TaskFellOverdue:
    """The last day of a task has passed without a claim of completion (逾期、红灯); once for each time limit.

    Issued by the deadline, on nobody's word. `leader_person` answered for the task then. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    due: date
    leader_post: PostId
    leader_person: PersonId


# --- signatures -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LetterDrawnUp:
    """The text of a responsibility letter (责任书) between two units stands, and waits for both signatures.

    Decided by the coordinator. `giver` hands down, `unit` takes on; `text` is what is signed, `plan_revision` the plan
    it refers to. No personal data. Kept for ever. Source: 党风廉政建设责任书逐级签订.
    """

    STREAM: ClassVar = "letter/{letter}"
    letter: LetterId
    plan: PlanId
    plan_revision: int
    year: int
    giver: UnitId
    unit: UnitId
    title: PublicText
    text: PublicText


@dataclass(frozen=True, slots=True)
class LetterSigned:
    """One side signed a responsibility letter (责任书); with the second signature it binds.

    Decided by the signer. `version` and `hash` (SHA-256, hexadecimal) are of what was signed, as
    `services.ledger.state.signable` writes it; `basis` is the legal ground. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "letter/{letter}"
    letter: LetterId
    plan: PlanId
    unit: UnitId
    side: LetterSide
    version: int
    hash: str
    basis: PublicText
    signed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ClaimSigned:
    """The head of the responsible unit took a task on in writing (认领书). Fields as in `letter-signed`.

    Decided by the signer. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "task/{task}"
    task: TaskId
    unit: UnitId
    plan: PlanId
    version: int
    hash: str
    basis: PublicText
    signed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class Endorsed:
    """Somebody read, gave an opinion on and signed a plan, a task (also as split) or a letter (背书).

    Decided by the signer. `subject` is its stream, such as `task/…`; `unit` the unit it concerns; other fields as in
    `letter-signed`. The opinion is in `opinion-given`. Pseudonym only. Kept for ever. Source: 签字背书.
    """

    STREAM: ClassVar = "endorsements/{subject}"
    subject: str
    unit: UnitId
    version: int
    hash: str
    basis: PublicText
    signed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class OpinionGiven:
    """What an endorser wrote. Personal, sealed with the endorser's key. Private. Sibling of `endorsed`."""

    STREAM: ClassVar = "endorsements/{subject}"
    subject: str
    person: PersonId
    version: int
    opinion: Annotated[PersonalText, KeyOf("person")]


@dataclass(frozen=True, slots=True)
class CommitmentMade:
    """The holder of a post promised something in public (廉政承诺), in the post's unit.

    Decided by the promiser. `hash` is the SHA-256 of what was signed, as `services.ledger.state.signable` writes it.
    The text is public; the promiser a pseudonym. Kept for ever.
    """

    STREAM: ClassVar = "commitment/{commitment}"
    commitment: CommitmentId
    unit: UnitId
    text: PublicText
    hash: str
    basis: PublicText
    made_on: date
    by: Actor


# --- inspection -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComprehensiveCheckCounted:
    """A unit is subject to a comprehensive check in a calendar year; a further one needs an authorisation.

    `authorisation` names it, None within the limit; `limit_per_year` is the term `comprehensive-checks-per-year` as it
    was applied. Sibling of `inspection-opened`. Private. Kept for ever. Source: 统筹规范督查检查考核.
    """

    STREAM: ClassVar = "comprehensive-check/{unit}/{year}"
    unit: UnitId
    year: int
    inspection: InspectionId
    limit_per_year: int
    authorisation: PublicText | None


@dataclass(frozen=True, slots=True)
class InspectionOpened:
    """An inspection (督查) of one or more units begins.

    Decided by an inspector of `unit`, the inspecting organ. `team` are those who may record findings, none of them of
    a unit in `targets` (回避). It may be carried out from `window_from` to `window_to`. Pseudonyms only. Kept for ever.
    """

    STREAM: ClassVar = "inspection/{inspection}"
    inspection: InspectionId
    unit: UnitId
    title: PublicText
    kind: InspectionKind
    comprehensive: bool
    targets: tuple[UnitId, ...]
    team: tuple[PersonId, ...]
    basis: PublicText
    window_from: date
    window_to: date
    authorisation: PublicText | None
    by: Actor


@dataclass(frozen=True, slots=True)
class InspectionClosed:
    """No further finding is recorded in an inspection. Decided by an inspector. Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "inspection/{inspection}"
    inspection: InspectionId
    unit: UnitId
    closed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class InspectionFound:
    """An inspection found something at a unit (问题).

    Decided by a member of the team. `category` is the office's own word; `bottom_line` the code of a bottom line
    (底线) that it touches; `task` and `person` whom it concerns, if anybody. What was found is in `finding-described`.
    Pseudonyms only. Kept for ever.
    """

    STREAM: ClassVar = "finding/{finding}"
    finding: FindingId
    inspection: InspectionId
    inspecting_unit: UnitId
    unit: UnitId
    category: PublicText
    severity: Severity
    bottom_line: str | None
    task: TaskId | None
    person: PersonId | None
    evidence: tuple[Evidence, ...]
    found_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class FindingDescribed:
    """What was found, in words. Personal, sealed with the finding's own key. Private. Sibling of `inspection-found`."""

    STREAM: ClassVar = "finding/{finding}"
    finding: FindingId
    narrative: PersonalText


@dataclass(frozen=True, slots=True)
class RectificationOrdered:
    """A unit has to put a finding right (整改) until `due`. Decided by an inspector. Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "finding/{finding}"
    finding: FindingId
    inspection: InspectionId
    unit: UnitId
    severity: Severity
    requirement: PublicText
    ordered_on: date
    due: date
    by: Actor


@dataclass(frozen=True, slots=True)
class RectificationReported:
    """The unit says that it put a finding right. Decided by the unit. Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "finding/{finding}"
    finding: FindingId
    inspection: InspectionId
    unit: UnitId
    severity: Severity
    done: PublicText
    evidence: tuple[Evidence, ...]
    reported_on: date
    due: date
    by: Actor


@dataclass(frozen=True, slots=True)
class RectificationVerified:
    """Somebody other than the reporter found that a finding is put right.

    Decided by an inspector. `days_late`: calendar days from `due` to the report that was verified, 0 when in time.
    Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "finding/{finding}"
    finding: FindingId
    inspection: InspectionId
    unit: UnitId
    severity: Severity
    due: date
    reported_on: date
    verified_on: date
    days_late: int
    by: Actor


@dataclass(frozen=True, slots=True)
class RectificationReturned:
    """A finding is not put right; the unit has until `due` to do it. Decided by an inspector, never by the reporter.

    Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "finding/{finding}"
    finding: FindingId
    inspection: InspectionId
    unit: UnitId
    severity: Severity
    reason: PublicText
    due: date
    by: Actor


@dataclass(frozen=True, slots=True)
class FindingStruckOff:
    """A verified finding leaves the account (销号). Decided by an inspector. Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "finding/{finding}"
    finding: FindingId
    inspection: InspectionId
    unit: UnitId
    severity: Severity
    struck_off_on: date
    by: Actor


PRIVATE: tuple[type, ...] = (
    AdministratorInstalled,
    PersonNamed,
    PersonMailSet,
    PersonMailDropped,
    UnitMailSet,
    UnitCodeTaken,
    CreditCodeTaken,
    ChiefPostTaken,
    ChiefPostGivenUp,
    PlanCodeTaken,
    ProjectNumberTaken,
    TaskNumberTaken,
    OpinionGiven,
    ComprehensiveCheckCounted,
    FindingDescribed,
)
"""Facts that never leave the ledger: what is personal, and which numbers are in use."""

OWN_PUBLISHED: tuple[type, ...] = (
    PersonRegistered,
    PlanDrafted,
    PlanAdopted,
    PlanAmended,
    PlanClosed,
    ProjectRegistered,
    TaskIssued,
    TaskAmended,
    TaskSplit,
    ProgressReported,
    ProgressCorrected,
    CompletionClaimed,
    CompletionAccepted,
    CompletionReturned,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
    TaskSuspended,
    TaskResumed,
    TaskCancelled,
    TaskDeclined,
    TaskHandedOver,
    TaskFellOverdue,
    LetterDrawnUp,
    LetterSigned,
    ClaimSigned,
    Endorsed,
    CommitmentMade,
    InspectionOpened,
    InspectionClosed,
    InspectionFound,
    RectificationOrdered,
    RectificationReported,
    RectificationVerified,
    RectificationReturned,
    FindingStruckOff,
)

EVENTS: tuple[type, ...] = (*PRIVATE, *OWN_PUBLISHED)
"""The ledger's own event classes, as `Service.events` wants them: without directory, calendar and kernel."""

PUBLISHED: tuple[type, ...] = (*OWN_PUBLISHED, *DIRECTORY_EVENTS, HolidayNoticeIssued, ClockAdvanced, PersonErased)
"""Everything that leaves the ledger."""
