"""Every fact of the complaints service: petitions, clues, cases, and those who are held accountable.

What is published stands first, complete: pseudonyms, units, codes of the catalogues and dates. A served decision names
no case and no complaint; complaint evidence leaves as a class and a count. What was found, said and decided about
people in words is in private siblings of the same append.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, NewType

from services.intake.events import Category as Category  # its words, ours too
from services.intake.events import ComplaintId as ComplaintId
from shared.domain import Actor, PersonalText, PersonId, PostId, PublicText, UnitId

ClueId = NewType("ClueId", str)
CaseId = NewType("CaseId", str)
DecisionId = NewType("DecisionId", str)

SubjectClass = Literal["committee", "chief", "member", "discipline-body"]
"""党委（党组）、党委（党组）主要负责人、领导班子成员、纪委（纪检组）及其负责人: the four classes of subject (责任主体)."""

Responsibility = Literal["overall-leadership", "main-leadership", "important-leadership", "principal", "supervisory"]
"""全面领导责任、主要领导责任、重要领导责任、主体责任、监督责任."""

UnitForm = Literal["written-inspection", "circular", "reorganisation"]
"""检查、通报、改组: the forms for organisations. Source: 中国共产党问责条例第八条."""

PersonForm = Literal["circular", "admonition", "organisational-measure", "disciplinary-action"]
"""通报、诫勉、组织调整或者组织处理、纪律处分: the forms for persons. Source: 中国共产党问责条例第八条."""

Form = Literal[
    "written-inspection", "circular", "reorganisation", "admonition", "organisational-measure", "disciplinary-action"
]

ClockStage = Literal["due-soon", "overdue"]
"""临期、逾期."""

MatterKind = Literal["complaint", "clue", "case", "decision"]


# --- accountability: what leaves ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonHeldAccountable:
    """It is decided that a person is held accountable (责任追究). It has effect once it is served.

    Decided by the competent body, `decided_by`, after the person was heard; nobody who investigated takes part. `post` is
    the one held at the time of the facts, in `unit`. `bottom_lines` are codes of the catalogue of bottom lines (底线), at
    least one. `effect_until` is the last day of the effect, None when it has none. What was found is in a private sibling.
    Pseudonym only. Kept for ever. Source: 中国共产党问责条例.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    person: PersonId
    post: PostId | None
    unit: UnitId
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: PersonForm
    facts_on: date
    decided_by: UnitId
    decided_on: date
    effect_until: date | None
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class UnitHeldAccountable:
    """It is decided that a unit is held accountable. Fields as in `person-held-accountable`. Kept for ever."""

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    unit: UnitId
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: UnitForm
    facts_on: date
    decided_by: UnitId
    decided_on: date
    effect_until: date | None
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class AccountabilityServed:
    """A decision was served (送达) on whom it concerns, and has effect from now on.

    Recorded by the case supervisor. `person` is None for a unit. `facts_on` is when the facts happened, `appeal_until`
    the last day for an appeal (问责条例, one month). The decision's substance stands here again, so that whoever folds by
    unit needs no look-up. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    person: PersonId | None
    unit: UnitId
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    facts_on: date
    served_on: date
    appeal_until: date
    effect_until: date | None
    by: Actor


@dataclass(frozen=True, slots=True)
class AccountabilityAppealed:
    """Whom a decision concerns appeals against it (申诉); it is executed meanwhile.

    Decided by that person, or the unit's head. Decided upon until `decide_until`. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    person: PersonId | None
    unit: UnitId
    appealed_on: date
    decide_until: date
    by: Actor


@dataclass(frozen=True, slots=True)
class AccountabilityUpheld:
    """An appeal is answered: the decision stands. Decided by a committee none of whom decided before. Kept for ever."""

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    person: PersonId | None
    unit: UnitId
    upheld_on: date
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class AccountabilityChanged:
    """The decision reads otherwise from now on, and has always had this effect: what it had before is taken back.

    Decided as in `accountability-upheld`, or as a correction. Fields as in `accountability-served`. Kept for ever.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    person: PersonId | None
    unit: UnitId
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    facts_on: date
    served_on: date
    changed_on: date
    effect_until: date | None
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class AccountabilityRevoked:
    """The decision is revoked (撤销) and counts as never made: every effect is taken back everywhere.

    Decided as in `accountability-upheld`, or as a correction of a wrong decision. Kept for ever.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    person: PersonId | None
    unit: UnitId
    served_on: date
    revoked_on: date
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class AccountabilityEnded:
    """The effect of a decision ended on its date. Issued by the deadline. Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    person: PersonId | None
    unit: UnitId
    ended_on: date


# --- complaint evidence and clocks: what leaves -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComplaintEvidenceCounted:
    """So many complaints of a class against a unit were substantiated in a period; the lineage ends here.

    Issued by the deadline at the end of each half-year, only when `count` reaches `minimum_cell`, the term as applied;
    fewer wait for the next period's end. Neither complaint nor reporter can be told from it. Kept for ever.
    """

    STREAM: ClassVar = "complaint-evidence/{unit}/{category}/{period_to}"
    unit: UnitId
    category: Category
    period_from: date
    period_to: date
    count: int
    minimum_cell: int


@dataclass(frozen=True, slots=True)
class ClockReminded:
    """A clock of a matter is about to run out, or has run out, and somebody is to be told.

    Issued by the deadline. `matter` is the pseudonym of the complaint, clue, case or decision; `clock` the code of the
    clock in `terms.yaml`; `handler` whose act is awaited, None while nobody handles it: then the supervisors of `unit`,
    the handling body. `stage` says which. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "reminders/{kind}/{matter}"
    kind: MatterKind
    matter: str
    clock: str
    stage: ClockStage
    unit: UnitId
    handler: PersonId | None
    due: date


# --- petition: stays here -----------------------------------------------------------------------------------------

ToldOf = Literal["acceptance", "refusal", "extension", "answer", "review", "final-review", "result", "message"]
"""受理告知、不予受理告知、延期告知、答复意见、复查意见、复核意见、结果告知、补充沟通."""


@dataclass(frozen=True, slots=True)
class PetitionRegistered:
    """A report was registered (登记) by the body that received it, `unit`, under the class that it belongs to.

    Decided by an intake clerk; `lodged_as` is the reporter's own word for the class, and `reclassified` why it is another.
    `repeat_of` names the earlier report of the same matter. No words of the report. Private. Kept for ever.
    Source: 信访工作条例 (2022) 第二十二条.
    """

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    about_unit: UnitId
    category: Category
    lodged_as: Category
    reclassified: PublicText | None
    repeat_of: ComplaintId | None
    by_name: bool
    reachable: bool
    lodged_on: date
    registered_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionForwarded:
    """A report goes to the body that has to handle it (转送、交办), from `was_with` to `unit`. Private. Kept for ever."""

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    was_with: UnitId
    unit: UnitId
    forwarded_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionReturned:
    """The body to which a report was forwarded says that it is not its own, and gives it back to `unit`, with a reason.

    Within the term `clock/not-ours`. Private. Kept for ever. Source: 信访工作条例 (2022) 第二十三条.
    """

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    was_with: UnitId
    unit: UnitId
    reason: PublicText
    returned_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionAccepted:
    """A report is accepted (受理) by the body that handles it. Private. Kept for ever."""

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    category: Category
    accepted_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionNotAccepted:
    """A report is not accepted (不予受理), on a ground of the regulation. Private. Kept for ever."""

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    ground: PublicText
    decided_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionHandlerAssigned:
    """Somebody handles a report from now on. Decided by the case supervisor. Private. Kept for ever."""

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    handler: PersonId
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionExtended:
    """There is more time to answer a matter of redress (延期), by at most the term; approved by another than the handler.

    Private. Kept for ever. Source: 信访工作条例 (2022) 第三十四条.
    """

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    days: int
    reason: PublicText
    extended_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ReporterTold:
    """The reporter is told something, as it stands here: they read it with their receipt. Sealed with the petition's key.

    Private. Kept for ever; the text until its key is erased.
    """

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    of: ToldOf
    text: PersonalText
    told_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionConcluded:
    """A report is dealt with (办结). `substantiated`: 查实 or 失实; None for a suggestion, which states no fact.

    Private: what leaves is a class and a count, and no sooner than at the end of the half-year. Kept for ever.
    """

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    about_unit: UnitId
    category: Category
    by_name: bool
    substantiated: bool | None
    concluded_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class PetitionTurnedIntoClue:
    """What a report says is taken up as a clue, which names it as its source. Private. Kept for ever."""

    STREAM: ClassVar = "petition/{complaint}"
    complaint: ComplaintId
    unit: UnitId
    turned_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ComplaintEvidenceWithheld:
    """At the end of a half-year too few complaints of a class were substantiated against a unit to be told; they wait.

    Issued by the deadline. Private: the number itself would tell. Kept for ever.
    """

    STREAM: ClassVar = "complaint-evidence/{unit}/{category}/{period_to}"
    unit: UnitId
    category: Category
    period_to: date
    minimum_cell: int


PETITION_PRIVATE: tuple[type, ...] = (
    PetitionRegistered,
    PetitionForwarded,
    PetitionReturned,
    PetitionAccepted,
    PetitionNotAccepted,
    PetitionHandlerAssigned,
    PetitionExtended,
    ReporterTold,
    PetitionConcluded,
    PetitionTurnedIntoClue,
    ComplaintEvidenceWithheld,
)
"""Facts about petitions: they never leave."""


# --- clue: stays here ---------------------------------------------------------------------------------------------

ClueOrigin = Literal["petition", "finding", "transfer"]
"""信访举报、督查发现、其他机关移送: where a clue (问题线索) comes from."""

Disposal = Literal["talk-or-letter", "preliminary-verification", "kept-pending", "settled"]
"""谈话函询、初步核实、暂存待查、予以了结. Source: 监督执纪工作规则 (the four ways of disposal)."""

ClueStep = Literal["letter-sent", "letter-answered", "talk-held", "talk-reported", "verification-reported"]
"""发函、函复、谈话、谈话报告、初核报告."""

ReportedTo = Literal["same-level-committee", "upper-discipline-body"]
"""同级党委、上级纪委: the two to whom a clue is reported (双报告)."""


@dataclass(frozen=True, slots=True)
class ClueOpened:
    """A clue is on the books: `unit` is the body that handles it, `about_unit` and `about_persons` whom it is about.

    Decided by the case supervisor. `source` names where it comes from: `petition/…`, `finding/…` or the paper of a
    transfer. `custodian` has it in custody from now on. What it says is in `clue-described`. Pseudonyms only. Private.
    Kept for ever.
    """

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    origin: ClueOrigin
    source: str
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    custodian: PersonId
    opened_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ClueDescribed:
    """What a clue says. Sealed with the clue's own key. Private. Sibling of `clue-opened`."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    narrative: PersonalText


@dataclass(frozen=True, slots=True)
class CustodyOffered:
    """Whoever has a clue in custody signs it over to somebody; until that one signs, it stays where it is. Private."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    giver: PersonId
    taker: PersonId
    offered_on: date


@dataclass(frozen=True, slots=True)
class CustodyTaken:
    """The other side signed: a clue is in their custody from now on. Both signatures are kept for ever. Private."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    giver: PersonId
    taker: PersonId
    taken_on: date


@dataclass(frozen=True, slots=True)
class CustodyWithdrawn:
    """A clue is taken from whoever has it, as it names them (回避), and is with the supervisor until handed on. Private."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    withdrawn_from: PersonId
    custodian: PersonId
    withdrawn_on: date


@dataclass(frozen=True, slots=True)
class ClueConcerns:
    """It became known whom else a clue is about. Recorded by its custodian or the supervisor. Pseudonyms. Private."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    persons: tuple[PersonId, ...]
    by: Actor


@dataclass(frozen=True, slots=True)
class DisposalProposed:
    """The way in which a clue is to be disposed of was studied together; `study` is the meeting's paper. Private."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    disposal: Disposal
    study: PublicText
    proposed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class DisposalApproved:
    """The disposal is approved, by somebody other than who proposed it; a settled clue is closed with it. Private."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    disposal: Disposal
    document: PublicText
    approved_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ClueStepTaken:
    """One step of the approved disposal was taken. Recorded by the custodian. Private. Kept for ever."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    step: ClueStep
    taken_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ClueReportedUp:
    """A clue was reported to one of the two that must know (双报告); `document` is the paper. Private. Kept for ever."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    to: ReportedTo
    document: PublicText
    reported_on: date
    by: Actor


# --- case: stays here ---------------------------------------------------------------------------------------------

FourForms = Literal["first", "second", "third", "fourth"]
"""第一至第四种形态: 批评教育、轻处分、重处分、涉嫌犯罪. Source: 监督执纪四种形态."""

SignatureKind = Literal["letter", "claim", "endorsement", "commitment", "task-leader"]
"""责任书、认领书、背书、承诺、任务分管领导: by what somebody had answered for it."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who had signed or endorsed, or led the task, at the time of the facts: by which fact of the ledger.

    `event` is that fact's id, `signed_on` its day.
    """

    person: PersonId
    post: PostId | None
    kind: SignatureKind
    subject: str
    signed_on: date
    event: str


@dataclass(frozen=True, slots=True)
class CaseFiled:
    """A case is filed (立案) from a clue whose preliminary verification is reported. `document` is the approval.

    Decided by the committee of the handling body `unit`. Other fields as in `clue-opened`; `facts_on` is when the facts
    happened. Private. Kept for ever.
    """

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    clue: ClueId
    unit: UnitId
    about_unit: UnitId
    about_persons: tuple[PersonId, ...]
    task: str | None
    facts_on: date
    document: PublicText
    filed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class ClueBecameCase:
    """A clue went on as a case and is closed. Sibling of `case-filed`. Private. Kept for ever."""

    STREAM: ClassVar = "clue/{clue}"
    clue: ClueId
    unit: UnitId
    case: CaseId


@dataclass(frozen=True, slots=True)
class HandlerAssigned:
    """Somebody works on a case. `zone` is the coordination zone (办案协作区) they come from, and `until` when their access
    ends; None: theirs is the handling body, and without end. Decided by the case supervisor. Private. Kept for ever."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    handler: PersonId
    zone: PublicText | None
    until: date | None
    by: Actor


@dataclass(frozen=True, slots=True)
class HandlerTakenOff:
    """Somebody works on a case no more: as the case names them (回避), or as the supervisor decided. Private."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    handler: PersonId
    because_named: bool


@dataclass(frozen=True, slots=True)
class CaseConcerns:
    """It became known whom else a case is about. Recorded by a handler or the supervisor. Pseudonyms. Private."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    persons: tuple[PersonId, ...]
    by: Actor


@dataclass(frozen=True, slots=True)
class CaseStepRecorded:
    """A step of the investigation. The words are sealed with the case's own key. Recorded by a handler. Private."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    number: int
    narrative: PersonalText
    taken_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class CaseTransferred:
    """A case or a part of it went to another organ, or came from it; both sides signed the paper. Private."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    organ: PublicText
    incoming: bool
    document: PublicText
    signed_here: PersonId
    signed_there: PublicText
    transferred_on: date


@dataclass(frozen=True, slots=True)
class AmountRecovered:
    """Money was recovered (追缴); `amount_minor` in fen. Recorded by a handler. Private. Kept for ever."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    amount_minor: int
    recovered_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class FormRecorded:
    """Which of the four forms (四种形态) was applied to somebody, and on which basis. Private. Kept for ever."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    person: PersonId
    form: FourForms
    basis: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class CaseConcluded:
    """The investigation is over: what the case was about is established, or is not. Decided by the committee.

    Nobody who investigated takes part. `major` marks a major case (大案要案). Private. Kept for ever.
    """

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    substantiated: bool
    major: bool
    document: PublicText
    concluded_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class LeadershipInquiryOpened:
    """Who had answered for the unit or task at the time of the facts is asked into too (一案双查).

    Follows from a substantiated conclusion; `signers` are listed from the ledger's published facts as known at `position`
    of this log. Pseudonyms. Private. Kept for ever.
    """

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    about_unit: UnitId
    task: str | None
    facts_on: date
    signers: tuple[Signer, ...]
    position: int


@dataclass(frozen=True, slots=True)
class LeadershipInquiryConcluded:
    """The inquiry into the leadership is over; who is to be held accountable is proposed apart. Private."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    answerable: tuple[PersonId, ...]
    document: PublicText
    concluded_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """A case is closed; a substantiated one only after its leadership inquiry. Decided by the case supervisor. Private."""

    STREAM: ClassVar = "case/{case}"
    case: CaseId
    unit: UnitId
    closed_on: date
    by: Actor


# --- accountability: stays here -----------------------------------------------------------------------------------

Ground = Literal["ordinary", "lighter", "heavier"]
"""一般、从轻减轻、从重加重."""


@dataclass(frozen=True, slots=True)
class AccountabilityProposed:
    """It is proposed to hold somebody accountable. `unit` is the unit concerned, `person` None for the unit itself.

    Decided by the case supervisor or who handled `case`. `investigators` are those who handled it: they do not decide.
    `ground` and `ground_text` say why it should be lighter or heavier. Pseudonyms. Private. Kept for ever.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    case: CaseId
    unit: UnitId
    person: PersonId | None
    post: PostId | None
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    ground: Ground
    ground_text: PublicText | None
    facts_on: date
    investigators: tuple[PersonId, ...]
    proposed_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class FactsFound:
    """What was found about whom it is proposed to hold accountable. Sealed with the decision's own key. Private."""

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    narrative: PersonalText


@dataclass(frozen=True, slots=True)
class PersonHeard:
    """Whom it concerns was heard (陈述申辩), or waived it in writing. `statement` is theirs, under the decision's key.

    Recorded by the case supervisor. Private. Kept for ever; the statement until its key is erased.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    unit: UnitId
    waived: bool
    statement: PersonalText | None
    heard_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class NotHeldAccountable:
    """It is decided not to hold somebody accountable: on an exempting ground (容错), or as it was not established.

    `exemption` is the catalogue's code, None where it was not established. Decided by the committee. Private. Kept for ever.
    """

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    unit: UnitId
    exemption: str | None
    document: PublicText
    decided_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class AppealWritten:
    """What is said against a decision. Sealed with the decision's own key. Private. Sibling of `accountability-appealed`."""

    STREAM: ClassVar = "decision/{decision}"
    decision: DecisionId
    statement: PersonalText


CASE_PRIVATE: tuple[type, ...] = (
    ClueOpened,
    ClueDescribed,
    CustodyOffered,
    CustodyTaken,
    CustodyWithdrawn,
    ClueConcerns,
    DisposalProposed,
    DisposalApproved,
    ClueStepTaken,
    ClueReportedUp,
    ClueBecameCase,
    CaseFiled,
    HandlerAssigned,
    HandlerTakenOff,
    CaseConcerns,
    CaseStepRecorded,
    CaseTransferred,
    AmountRecovered,
    FormRecorded,
    CaseConcluded,
    LeadershipInquiryOpened,
    LeadershipInquiryConcluded,
    CaseClosed,
    AccountabilityProposed,
    FactsFound,
    PersonHeard,
    NotHeldAccountable,
    AppealWritten,
)
"""Facts about clues, cases and proposals: they never leave."""


PUBLISHED: tuple[type, ...] = (
    PersonHeldAccountable,
    UnitHeldAccountable,
    AccountabilityServed,
    AccountabilityAppealed,
    AccountabilityUpheld,
    AccountabilityChanged,
    AccountabilityRevoked,
    AccountabilityEnded,
    ComplaintEvidenceCounted,
    ClockReminded,
)
"""Everything that leaves the complaints service."""

EVENTS: tuple[type, ...] = (*PETITION_PRIVATE, *CASE_PRIVATE, *PUBLISHED)
"""Everything that the complaints service records."""
