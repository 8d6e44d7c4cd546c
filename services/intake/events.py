"""Every fact of the sealed intake log: what citizens report, without their words, and when they come back.

Nothing here is finer than the window in which it was admitted: times are dates, identities are random, and the order
inside a window is drawn by lot (docs/privacy.md). Words and names are in private siblings, sealed with the complaint's
key and the reporter's; they never leave this service but through its port, when somebody who may read them does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal, NewType

from shared.domain import Actor, KeyOf, PersonalText, PersonId, PublicText, UnitId

ComplaintId = NewType("ComplaintId", str)
DisclosureId = NewType("DisclosureId", str)
HandedUpId = NewType("HandedUpId", str)
"""A complaint that went up: the same identity, of which the log knows nothing else."""

Category = Literal["suggestion", "accusation", "redress"]
"""建议意见、检举控告、申诉求决: each has its own path and clocks."""

Channel = Literal["web", "app", "portal", "phone", "letter", "visit", "hotline"]
"""网页、客户端、门户接口、电话、来信、来访、热线转办."""

Word = Literal["message", "evidence", "objection", "review-request", "final-review-request"]
"""补充说明、补充证据、不予受理异议、复查申请、复核申请: what a reporter may come back with."""

Satisfaction = Literal["satisfied", "basically-satisfied", "dissatisfied"]
"""满意、基本满意、不满意."""


@dataclass(frozen=True, slots=True)
class ComplaintLodged:
    """Somebody reported something (信访举报). Decided by the reporter; written down by a clerk if `channel` says so.

    `unit` is the unit complained of or addressed, `about_chief` whether it is against that unit's chief (一把手), `task`
    a task it concerns. `received_by` is the body that received it. `by_name`: the reporter gave a name (实名);
    `reachable`: and an address, so that they can be told in writing. No words, no names. Kept for ever.
    """

    STREAM: ClassVar = "complaint/{complaint}"
    complaint: ComplaintId
    category: Category
    channel: Channel
    unit: UnitId
    about_chief: bool
    task: str | None
    received_by: UnitId
    by_name: bool
    reachable: bool
    lodged_on: date


@dataclass(frozen=True, slots=True)
class ReporterWrote:
    """The reporter came back with the receipt. `number` counts what they sent, 1 being the first after the report.

    Decided by the reporter. The words are in a private sibling. Kept for ever.
    """

    STREAM: ClassVar = "complaint/{complaint}"
    complaint: ComplaintId
    number: int
    word: Word
    wrote_on: date


@dataclass(frozen=True, slots=True)
class AnswerRated:
    """The reporter says how satisfied they are with the answer. Decided by the reporter. Kept for ever."""

    STREAM: ClassVar = "complaint/{complaint}"
    complaint: ComplaintId
    satisfaction: Satisfaction
    rated_on: date


@dataclass(frozen=True, slots=True)
class HandedUp:
    """A report that belongs to an upper body was sent up unopened; neither its words nor whom it names entered here.

    Decided by the intake clerk on the holding row. `received_by` is the body that had received it, `to` names the upper
    body. Its key is erased once that body has confirmed receipt. Kept for ever. Source: 处理检举控告工作规则.
    """

    STREAM: ClassVar = "handed-up/{complaint}"
    complaint: ComplaintId
    received_by: UnitId
    to: PublicText
    handed_up_on: date


@dataclass(frozen=True, slots=True)
class ReporterIdentityDisclosed:
    """Somebody was shown who reported (公开举报人身份): their name and addresses, on the day that they gave a reason.

    Decided by the privacy officer; every opening is one such fact. The reason is in a private sibling. Pseudonyms only.
    Kept for ever. Source: 信访工作条例 (2022), duty not to reveal a petitioner to those complained of.
    """

    STREAM: ClassVar = "disclosure/{disclosure}"
    disclosure: DisclosureId
    complaint: ComplaintId
    disclosed_on: date
    by: Actor


PUBLISHED: tuple[type, ...] = (ComplaintLodged, ReporterWrote, AnswerRated, HandedUp, ReporterIdentityDisclosed)
"""Everything that leaves the intake."""


# --- the words, and who wrote them: never leave -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """What a report says. `accused` is whom it names, as the reporter calls them.

    Decided by the reporter. Sealed with the complaint's key until that is erased. Sibling of `complaint-lodged`.
    """

    STREAM: ClassVar = "complaint/{complaint}"
    complaint: ComplaintId
    words: PersonalText
    accused: PersonalText | None


@dataclass(frozen=True, slots=True)
class ReporterNamed:
    """Who reported (实名举报人). `reporter` is a pseudonym made for this report alone.

    Decided by the reporter. Sealed with the reporter's key until that is erased; opened only with a
    `reporter-identity-disclosed`. Sibling of `complaint-lodged`.
    """

    STREAM: ClassVar = "complaint/{complaint}"
    complaint: ComplaintId
    reporter: PersonId
    name: Annotated[PersonalText, KeyOf("reporter")]
    identity_number: Annotated[PersonalText | None, KeyOf("reporter")]
    phone: Annotated[PersonalText | None, KeyOf("reporter")]
    address: Annotated[PersonalText | None, KeyOf("reporter")]


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """What the reporter sent later. Decided by the reporter. Sealed with the complaint's key. Sibling of `reporter-wrote`."""

    STREAM: ClassVar = "complaint/{complaint}"
    complaint: ComplaintId
    number: int
    words: PersonalText


@dataclass(frozen=True, slots=True)
class DisclosureReasoned:
    """Why a reporter's identity was opened. Sealed with a key of its own. Sibling of `reporter-identity-disclosed`."""

    STREAM: ClassVar = "disclosure/{disclosure}"
    disclosure: DisclosureId
    reason: PersonalText


@dataclass(frozen=True, slots=True)
class HandedUpExported:
    """The sealed content of a report that was handed up left as a file that only the upper body can open.

    Decided by the intake clerk, once. `recipient_key` is the upper body's public key (X25519, base64url), for which alone
    the file is made. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "handed-up/{complaint}"
    complaint: ComplaintId
    recipient_key: str
    exported_on: date


@dataclass(frozen=True, slots=True)
class HandedUpConfirmed:
    """The upper body confirmed that it has the report; with it goes the erasure of everything that was kept here.

    Recorded by the intake clerk. `document` names the confirmation. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "handed-up/{complaint}"
    complaint: ComplaintId
    document: PublicText
    confirmed_on: date


EVENTS: tuple[type, ...] = (
    *PUBLISHED,
    ReportWritten,
    ReporterNamed,
    MessageWritten,
    DisclosureReasoned,
    HandedUpExported,
    HandedUpConfirmed,
)
"""Everything the intake may record."""
