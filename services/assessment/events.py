"""Every fact the assessment service records: schemes, rounds with their scores, the one-vote veto, days overdue.

What it scores from are facts of the ledger (`services.ledger.events`). Points are decimals of a scheme whose full
marks are 100; dates are dates in the log's zone. People stand in these facts as pseudonyms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal, NewType

from services.complaints.events import Form
from services.intake.events import Category
from shared.directory import Level, UnitKind
from shared.domain import Actor, PersonalText, PublicText, UnitId

SchemeId = NewType("SchemeId", str)
TriggerId = NewType("TriggerId", str)

SourceKind = Literal[
    "on-time-completion", "overdue-days", "findings", "rectification", "accountability", "substantiated-complaints"
]
"""按时办结、逾期天数、督查发现问题、整改时效、责任追究、信访举报查实: what a leaf of the tree is scored from."""

MissingRule = Literal["full", "zero", "left-out"]
"""When there is nothing to score from: 得满分、不得分、不计该项 (the other leaves then bear its weight in proportion)."""

VetoTiming = Literal["at-close", "live"]
"""Whether a score vetoes only when a round closes, or as soon as the standing falls below the pass line."""

RoundKind = Literal["mid-year", "year-end"]
"""年中、年终; each is held once under a scheme."""

VetoStatus = Literal["clear", "at-risk", "vetoed"]
"""正常、预警、一票否决."""

GroundsKind = Literal["standing", "round", "trigger", "decision", "lifting", "withdrawal"]
"""The live standing, a closed round, a confirmed trigger, a served accountability decision on a flagged bottom line; a
decision of the committee that lifts; the revocation or change of such a decision."""

LiftingCause = Literal["appeal", "correction"]
"""申诉、更正."""

OverdueSubject = Literal["task", "rectification"]

Severity = Literal["minor", "ordinary", "serious"]
"""轻微、一般、严重, as the ledger's inspections grade them."""

EvidenceKind = Literal[
    "task-fell-overdue",
    "overdue-days-counted",
    "completion-claimed",
    "completion-returned",
    "completion-accepted",
    "time-limit-changed",
    "task-suspended",
    "task-resumed",
    "task-cancelled",
    "task-handed-over",
    "inspection-found",
    "rectification-ordered",
    "rectification-reported",
    "rectification-returned",
    "rectification-verified",
    "accountability-served",
    "accountability-changed",
    "accountability-revoked",
    "complaint-evidence-counted",
]
"""What a fact says to the score; `time-limit-changed` stands for an extension or an amendment of a task."""


# --- values inside events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitClass:
    """Comparable units (同类单位): those below `root`, itself excluded, of one of the levels and one of the kinds."""

    name: PublicText
    root: UnitId
    levels: tuple[Level, ...]
    kinds: tuple[UnitKind, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """What the scheme itself says: number (such as 第九条第二款) and text of the clause (条款)."""

    number: PublicText
    text: PublicText


@dataclass(frozen=True, slots=True)
class SeverityPoints:
    """How many points a finding of one severity costs."""

    severity: Severity
    points: Decimal


@dataclass(frozen=True, slots=True)
class FormPoints:
    """How many points a served accountability decision of one form costs (责任追究方式)."""

    form: Form
    points: Decimal


@dataclass(frozen=True, slots=True)
class CategoryPoints:
    """How many points each substantiated complaint of one class costs (信访举报类别)."""

    category: Category
    points: Decimal


@dataclass(frozen=True, slots=True)
class Source:
    """How a leaf is scored. Deductions are points of the scheme's 100; a leaf never loses more than its full marks.

    - `on-time-completion`: full marks times the share of tasks completed in time, among those whose outcome is known.
      No parameter but the months.
    - `overdue-days`: `per_day` for each calendar day that a task is overdue.
    - `findings`: `per_severity` for each finding.
    - `rectification`: `per_case` for each rectification reported late or not at all, `per_day` for each calendar day it
      is late, `per_return` each time it is sent back.

    - `accountability`: `per_form` for each decision served in the period, whenever its facts happened: for until it is
      served nobody knows it. It counts as it reads now, and not at all once it is revoked.
    - `substantiated-complaints`: `per_category` for each complaint that a half-year's count tells of.

    `cap` is the most that the leaf may lose (None: all of it). `from_month` and `to_month` (1 to 12, both included) limit
    it to facts that occurred in these months; None: all of them.
    """

    kind: SourceKind
    missing: MissingRule
    per_day: Decimal | None = None
    per_case: Decimal | None = None
    per_return: Decimal | None = None
    per_severity: tuple[SeverityPoints, ...] = ()
    cap: Decimal | None = None
    from_month: int | None = None
    to_month: int | None = None
    per_form: tuple[FormPoints, ...] = ()
    per_category: tuple[CategoryPoints, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """A node of the tree (指标). `weight` is its per cent of its parent, of the whole when `parent` is None.

    A leaf has `source` and `clause`, a branch neither. Siblings are in the order in which they are listed.
    """

    code: str
    parent: str | None
    name: PublicText
    weight: Decimal
    source: Source | None = None
    clause: Clause | None = None


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """Something that vetoes whatever the score (否决情形).

    `by_served_decision`: a served accountability decision that cites this code counts as confirmed.
    """

    code: str
    text: PublicText
    legal_basis: PublicText
    by_served_decision: bool


@dataclass(frozen=True, slots=True)
class Provisions:
    """What a scheme provides, in one version. `pass_line` is in points; `ranking` lets ranks be shown."""

    title: PublicText
    indicators: tuple[Indicator, ...]
    pass_line: Decimal
    veto_timing: VetoTiming
    veto_basis: PublicText
    triggers: tuple[TriggerRule, ...]
    ranking: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One point gained or lost, and why: the answer to "why is my score 79.5".

    `points` add up to the score over all lines, exactly; `lost` is what this line kept from the full marks. `demanded`
    is what the clause asks for this fact before the leaf's cap, None where nothing is deducted. `event` is the fact, at
    `position` of the assessment's log, number `source_seq` in the feed of `source`; `recorded_by` the pseudonym of who
    recorded it there. `subject` is the stream it is about. A leaf's opening line names the scheme's own fact.
    """

    leaf: str
    points: Decimal
    lost: Decimal
    demanded: Decimal | None
    why: PublicText
    clause: Clause
    event: str
    type: str
    subject: str
    position: int
    source: str
    source_seq: int | None
    recorded_by: str
    occurred: date


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a veto status rests on; enough to reckon it again from the log.

    `id` tells grounds apart: the same never veto twice after they were lifted. `score` is exact, compared as it is with
    `pass_line`. Facts count up to `position` of the assessment's own log, which holds the ledger's feed up to number
    `feed_seq` for this unit. `lifted` names the grounds that a lifting removed.
    """

    id: str
    kind: GroundsKind
    scheme_version: int
    score: Decimal | None
    pass_line: Decimal
    position: int
    feed_seq: int
    legal_basis: PublicText
    round: RoundKind | None = None
    trigger: TriggerId | None = None
    lifted: tuple[str, ...] = ()


# --- scheme -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SchemeDrafted:
    """A scheme (考核办法) for a year and a class of comparable units is being worked out; nobody is scored by it yet.

    Decided by the coordinator of `unit`, the division for which it is made. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "scheme/{scheme}"
    scheme: SchemeId
    unit: UnitId
    year: int
    units: UnitClass
    provisions: Provisions


@dataclass(frozen=True, slots=True)
class SchemeAdopted:
    """A scheme is in force for the whole of its year: every unit of its class has a standing from now on.

    Decided by the committee; `document` is the paper that adopted it, such as 云委发〔2026〕2号. No personal data.
    Kept for ever.
    """

    STREAM: ClassVar = "scheme/{scheme}"
    scheme: SchemeId
    unit: UnitId
    version: int
    document: PublicText
    adopted_on: date


@dataclass(frozen=True, slots=True)
class SchemeAmended:
    """A scheme provides otherwise from now on; closed rounds keep the version they were closed under.

    Decided by the coordinator while it is a draft, by the committee once it is in force, with a reason. `version`
    counts from the draft's 1. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "scheme/{scheme}"
    scheme: SchemeId
    unit: UnitId
    version: int
    provisions: Provisions
    reason: PublicText


@dataclass(frozen=True, slots=True)
class UnitsPutUnderScheme:
    """A class of units is assessed under a scheme in a year; no other scheme of that year may cover one of them.

    Sibling of `scheme-adopted`. Private. Kept for ever.
    """

    STREAM: ClassVar = "scheme-year/{year}"
    year: int
    scheme: SchemeId
    units: UnitClass


# --- rounds -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoundOpened:
    """A round of assessment (年中、年终考核) is held over a period, both days included.

    Decided by an assessor or the coordinator. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "round/{scheme}/{kind}"
    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    period_from: date
    period_to: date
    by: Actor


@dataclass(frozen=True, slots=True)
class RoundClosed:
    """The scores of a round stand: facts of its period count that were learned up to `position` of this log.

    Decided by an assessor or the coordinator. Days overdue are fixed as of `days_until`. `units` is how many were
    scored, each by a `unit-scored` of the same append. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "round/{scheme}/{kind}"
    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    scheme_version: int
    period_from: date
    period_to: date
    position: int
    days_until: date
    units: int
    by: Actor


@dataclass(frozen=True, slots=True)
class UnitScored:
    """A unit's score in a closed round, exact. Sibling of `round-closed`.

    `feed_seq` is the number in the ledger's feed of the last fact that counts for the unit, 0 for none; `veto_basis` is
    the scheme's ground for a veto by score. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "round/{scheme}/{kind}"
    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    scheme_version: int
    score: Decimal
    pass_line: Decimal
    position: int
    feed_seq: int
    veto_basis: PublicText


@dataclass(frozen=True, slots=True)
class UnitScoreExplained:
    """Every point behind a `unit-scored`, its sibling. Pseudonyms only. Private. Kept for ever."""

    STREAM: ClassVar = "round/{scheme}/{kind}"
    scheme: SchemeId
    kind: RoundKind
    unit: UnitId
    lines: tuple[Line, ...]


# --- one-vote veto ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TriggerReported:
    """Somebody reports that a veto trigger of the scheme has happened at a unit; it has no effect until confirmed.

    Decided by an inspector or the coordinator. The narrative is sealed with the trigger's own key. Private.
    Kept for ever; the narrative until its key is erased.
    """

    STREAM: ClassVar = "trigger/{trigger}"
    trigger: TriggerId
    scheme: SchemeId
    unit: UnitId
    code: str
    happened_on: date
    narrative: PersonalText
    by: Actor


@dataclass(frozen=True, slots=True)
class TriggerConfirmed:
    """A reported trigger is established, and vetoes at once. Decided by the committee, never by who reported it.

    `document` is the paper on which the decision stands. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "trigger/{trigger}"
    trigger: TriggerId
    scheme: SchemeId
    unit: UnitId
    code: str
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class TriggerRejected:
    """A reported trigger is not established. Decided by the committee, never by who reported it.

    Pseudonym only; the reason is about the matter. Private. Kept for ever.
    """

    STREAM: ClassVar = "trigger/{trigger}"
    trigger: TriggerId
    scheme: SchemeId
    unit: UnitId
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class VetoStatusChanged:
    """A unit's veto status under a scheme is another one, on these grounds.

    Decided by the system from a standing or a closed round, by the committee from a trigger or when it lifts.
    No personal data. Kept for ever. Source: 一票否决 of the scheme, cited in the grounds.
    """

    STREAM: ClassVar = "veto/{scheme}/{unit}"
    scheme: SchemeId
    unit: UnitId
    was: VetoStatus
    status: VetoStatus
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class VetoGroundsAdded:
    """A unit that is vetoed already is so on further grounds too; lifting the first leaves these. Kept for ever."""

    STREAM: ClassVar = "veto/{scheme}/{unit}"
    scheme: SchemeId
    unit: UnitId
    grounds: Grounds


@dataclass(frozen=True, slots=True)
class VetoLifted:
    """Grounds of a veto no longer stand, and will not veto again.

    Decided by the committee alone, after an appeal or a correction, with a reason about the matter. `grounds` names
    them; `document` is the paper on which the decision stands. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "veto/{scheme}/{unit}"
    scheme: SchemeId
    unit: UnitId
    grounds: tuple[str, ...]
    cause: LiftingCause
    reason: PublicText
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class VetoGroundsWithdrawn:
    """The decision on which grounds of a veto rested was revoked, or cites their bottom line no more.

    Recorded by the system when it learns that; should the decision cite it again, it vetoes again. `decision` is the
    decision's pseudonym. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "veto/{scheme}/{unit}"
    scheme: SchemeId
    unit: UnitId
    grounds: tuple[str, ...]
    decision: str


# --- time -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OverdueDaysCounted:
    """A task or a rectification is so many calendar days overdue as of a date; it changes the unit's standing.

    Issued by the daily deadline, on nobody's word. `number` is the task's or the finding's. No personal data.
    Kept for ever.
    """

    STREAM: ClassVar = "overdue/{subject}/{number}"
    subject: OverdueSubject
    number: str
    unit: UnitId
    due: date
    as_of: date
    days: int


PRIVATE: tuple[type, ...] = (
    UnitsPutUnderScheme,
    UnitScoreExplained,
    TriggerReported,
    TriggerRejected,
    OverdueDaysCounted,
)
"""Facts that stay here: what is personal or not established, which classes are taken, and single days."""

PUBLISHED: tuple[type, ...] = (
    SchemeDrafted,
    SchemeAdopted,
    SchemeAmended,
    RoundOpened,
    RoundClosed,
    UnitScored,
    TriggerConfirmed,
    VetoStatusChanged,
    VetoGroundsAdded,
    VetoLifted,
    VetoGroundsWithdrawn,
)
"""Everything that leaves the assessment service."""

EVENTS: tuple[type, ...] = (*PRIVATE, *PUBLISHED)
"""The service's own event classes."""


def _priced_by_form_and_class(written: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 of a scheme's facts knew no decisions and no complaints to score from: it prices none."""
    provisions = written["provisions"]
    indicators = [
        {**indicator, "source": {**indicator["source"], "per_form": [], "per_category": []}}
        if indicator["source"] is not None
        else indicator
        for indicator in provisions["indicators"]
    ]
    return {**written, "provisions": {**provisions, "indicators": indicators}}


UPCASTERS: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("scheme-drafted", 1): _priced_by_form_and_class,
    ("scheme-amended", 1): _priced_by_form_and_class,
}
"""How facts of an earlier schema are read, here and by whoever receives them."""
