"""Every fact of the notifications service: letters that were drafted, issued, delivered, signed for and answered.

A notice names its cause, its addressee and its series; its text is rendered at issue, kept sealed, and known outside
by its hash alone. Persons stand here as pseudonyms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NewType

from shared.directory import PortalId
from shared.domain import Actor, KeyOf, PersonalText, PersonId, PostId, PublicText, UnitId

NoticeId = NewType("NoticeId", str)

Instrument = Literal[
    "urging-letter",
    "warning-notice",
    "inspection-opinion",
    "efficiency-advice",
    "work-advice",
    "feedback-opinion",
    "circular",
    "reminder",
    "decision-service",
    "health-report",
]
"""督办函、预警通知书、监督检查意见书、效能监察建议书、工作建议书、反馈意见书、通报、提醒、处理决定送达、体检报告单."""


@dataclass(frozen=True, slots=True)
class NoticeIssued:
    """A letter left: it has its number, and its text stands.

    Decided by the issuer (签发人): a person, or a policy on a standing authorisation that `authorisation` names. `series`
    and `number` make 云督〔2026〕6号; both None for what is not numbered (提醒). `unit` is the unit addressed, or that of the
    `person` addressed. `about` is the stream the letter is about, `cause` the event that led to it. `hash` is the
    SHA-256 of the text, keyed. `reply_due` is None when no answer is expected. Pseudonym only. Kept for ever.
    """

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    instrument: Instrument
    issuing_unit: UnitId
    series: str | None
    year: int | None
    number: int | None
    unit: UnitId
    person: PersonId | None
    about: str
    cause: str
    title: PublicText
    hash: str
    issued_on: date
    reply_due: date | None
    authorisation: str | None


# --- how a letter comes about, and what becomes of it --------------------------------------------------------------

AuthorisationId = NewType("AuthorisationId", str)

Policy = Literal[
    "overdue-urges",
    "due-soon-reminds",
    "finding-opines",
    "veto-warns",
    "veto-urges",
    "round-reports",
    "decision-is-served",
    "decision-is-published",
    "decision-taken-back",
    "clock-reminds",
    "unanswered-reminds",
    "unanswered-escalates",
    "webhook-ended",
    "by-hand",
]
"""Why a letter is drafted: the rows of `policies.py`, or a person who wrote it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that the text of a letter names: a date, a number, a document. Never personal, and nothing written by hand."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class OrganCodeSet:
    """An organ signs its letters with this word (机关代字), such as 云督, from now on.

    Decided by the coordinator or an administrator. No personal data. Kept for ever. Private. Source: GB/T 9704-2012 (发文字号).
    """

    STREAM: ClassVar = "organ/{unit}"
    unit: UnitId
    code: PublicText


@dataclass(frozen=True, slots=True)
class OrganCodeTaken:
    """A word is an organ's for good, so that no two organs number under the same one. No personal data. Kept for ever. Private.

    Recorded with `organ-code-set`, the first time. Source: GB/T 9704-2012 (发文字号).
    """

    STREAM: ClassVar = "organ-code/{code}"
    code: PublicText
    unit: UnitId


@dataclass(frozen=True, slots=True)
class AuthorisationGiven:
    """Letters of one kind may leave a unit on somebody's word given once and for all (常设授权).

    It holds for what is drafted from `valid_from` on, up to and with `until`, or for good. Decided by the person who answers
    for it. Pseudonym only. Kept for ever. Private.
    """

    STREAM: ClassVar = "authorisation/{unit}/{instrument}"
    unit: UnitId
    instrument: Instrument
    authorisation: AuthorisationId
    valid_from: date
    until: date | None
    document: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class AuthorisationRevoked:
    """A standing authorisation ends; what waits stays a draft for signature. Pseudonym only. Private."""

    STREAM: ClassVar = "authorisation/{unit}/{instrument}"
    unit: UnitId
    instrument: Instrument
    by: Actor


@dataclass(frozen=True, slots=True)
class NoticeDrafted:
    """A letter is to leave `issuing_unit`: by which policy, to whom, about what.

    Decided by nobody: it follows from `cause`, or somebody wrote it by hand. `copy_to` gets a copy (抄送), as the holder of
    `copy_post`. `reply_working_days` None: no answer is expected. Pseudonyms only. Kept for ever. Private.
    """

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    policy: Policy
    instrument: Instrument
    issuing_unit: UnitId
    unit: UnitId
    person: PersonId | None
    copy_to: PersonId | None
    copy_post: PostId | None
    about: str
    cause: str
    title: PublicText
    values: tuple[Value, ...]
    reply_working_days: int | None
    drafted_on: date


@dataclass(frozen=True, slots=True)
class NoticeBodyWritten:
    """What a letter that somebody writes by hand is to say, without heading and signature. Sibling of `notice-drafted`.

    Sealed with the letter's own key. Private. Kept for ever.
    """

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    text: PersonalText


@dataclass(frozen=True, slots=True)
class NoticeReleased:
    """A drafted letter may leave (签发): on a standing authorisation, on a person's word, or as it needs nobody's (提醒).

    What was signed stands here again, as in `notice-drafted`. Pseudonyms only. Kept for ever. Private.
    """

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    policy: Policy
    instrument: Instrument
    issuing_unit: UnitId
    unit: UnitId
    person: PersonId | None
    copy_to: PersonId | None
    copy_post: PostId | None
    title: PublicText
    values: tuple[Value, ...]
    reply_working_days: int | None
    authorisation: AuthorisationId | None
    by: Actor | None


@dataclass(frozen=True, slots=True)
class NoticeDiscarded:
    """A drafted letter does not leave. Decided by an issuer, with a reason about the matter. Pseudonym only. Private."""

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    unit: UnitId
    reason: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class NumberAllotted:
    """A letter has its number in the series of its organ and year: 1, 2, 3 … without gaps. Sibling of `notice-issued`.

    Private. Kept for ever. Source: GB/T 9704-2012 (发文字号: 年份用六角括号，序号不编虚位).
    """

    STREAM: ClassVar = "series/{unit}/{series}/{year}"
    unit: UnitId
    series: str
    year: int
    number: int
    notice: NoticeId


@dataclass(frozen=True, slots=True)
class NoticeWritten:
    """The text of an issued letter to a unit. Sealed with the letter's own key. Private. Sibling of `notice-issued`."""

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    text: PersonalText


@dataclass(frozen=True, slots=True)
class PersonalNoticeWritten:
    """The text of a letter to a person, which calls them by their name. Sealed with the person's key. Private. Sibling of
    `notice-issued`: an erasure of the person takes it along."""

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    person: PersonId
    text: Annotated[PersonalText, KeyOf("person")]


@dataclass(frozen=True, slots=True)
class NoticeSignedFor:
    """The addressee has the letter (签收). Decided by the person, or by somebody of the unit. Pseudonym. Private."""

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    unit: UnitId
    signed_for_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class NoticeAnswered:
    """The addressee answered. The words are sealed with the letter's own key. Pseudonym. Private. Kept for ever."""

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    unit: UnitId
    answer: PersonalText
    answered_on: date
    by: Actor


@dataclass(frozen=True, slots=True)
class NoticeSettled:
    """What came of a letter, as its issuer records it. Pseudonym only; about the matter. Private. Kept for ever."""

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    unit: UnitId
    outcome: PublicText
    by: Actor


@dataclass(frozen=True, slots=True)
class NoticeUnanswered:
    """The time for an answer passed; `times` counts that. Issued by the deadline, on nobody's word. Private."""

    STREAM: ClassVar = "notice/{notice}"
    notice: NoticeId
    issuing_unit: UnitId
    unit: UnitId
    person: PersonId | None
    instrument: Instrument
    title: PublicText
    times: int
    was_due: date
    due: date


NOTICE_PRIVATE: tuple[type, ...] = (
    OrganCodeSet,
    OrganCodeTaken,
    AuthorisationGiven,
    AuthorisationRevoked,
    NoticeDrafted,
    NoticeBodyWritten,
    NoticeReleased,
    NoticeDiscarded,
    NumberAllotted,
    NoticeWritten,
    PersonalNoticeWritten,
    NoticeSignedFor,
    NoticeAnswered,
    NoticeSettled,
    NoticeUnanswered,
)

# --- what is mailed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MailSent:
    """A mail server took the letter that says that there is a notice. No address. Kept for ever. Private."""

    STREAM: ClassVar = "mail/{notice}"
    notice: NoticeId
    attempts: int


@dataclass(frozen=True, slots=True)
class MailFailed:
    """The addressee was not told by e-mail that there is a notice, which stands in their inbox all the same.

    `why` is the server's code, or a word such as `no-address`. No address. Kept for ever. Private.
    """

    STREAM: ClassVar = "mail/{notice}"
    notice: NoticeId
    attempts: int
    why: str


MAIL_EVENTS: tuple[type, ...] = (MailSent, MailFailed)

# --- what is pushed to other systems (webhooks) -------------------------------------------------------------------

WebhookId = NewType("WebhookId", str)

Pushed = Literal[
    "unit-registered",
    "unit-renamed",
    "unit-moved",
    "unit-dissolved",
    "holiday-notice-issued",
    "plan-adopted",
    "task-issued",
    "notice-issued",
]
"""The facts that are pushed: about units, plans and tasks, and letters to units. Never about persons or complaints."""

WhyDisabled = Literal["withdrawn", "gone", "failing"]
"""已停用、接收方声明不再接收（410）、连续推送失败."""


@dataclass(frozen=True, slots=True)
class WebhookSubscribed:
    """Facts of a unit and those below it are pushed to an address from now on.

    Decided by an administrator, or by a portal (`portal` its client) for its unit. What it is signed with is in
    `webhook-secret-set`. No personal data. Kept for ever. Private.
    """

    STREAM: ClassVar = "webhook/{webhook}"
    webhook: WebhookId
    unit: UnitId
    url: str
    types: tuple[Pushed, ...]
    portal: PortalId | None


@dataclass(frozen=True, slots=True)
class WebhookSecretSet:
    """What is pushed is signed with this secret (`whsec_…`), which the receiver chose; for a while with the last one too.

    Sealed with the key of the stream. Kept until that is erased. Private. Source: Standard Webhooks 1.0.0.
    """

    STREAM: ClassVar = "webhook/{webhook}"
    webhook: WebhookId
    secret: PersonalText


@dataclass(frozen=True, slots=True)
class WebhookDelivered:
    """The receiver has taken a fact (`fact` its event id), at the attempt of this number. Kept for ever. Private."""

    STREAM: ClassVar = "webhook-delivery/{webhook}/{fact}"
    webhook: WebhookId
    fact: str
    attempts: int


@dataclass(frozen=True, slots=True)
class WebhookUndelivered:
    """A fact was not taken, and is not pushed any more. `why` is the last answer. Kept for ever. Private."""

    STREAM: ClassVar = "webhook-delivery/{webhook}/{fact}"
    webhook: WebhookId
    fact: str
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class WebhookFaltered:
    """So many facts in a row were not taken. Kept for ever. Private."""

    STREAM: ClassVar = "webhook/{webhook}"
    webhook: WebhookId
    failures: int


@dataclass(frozen=True, slots=True)
class WebhookRecovered:
    """A fact was taken again. Kept for ever. Private."""

    STREAM: ClassVar = "webhook/{webhook}"
    webhook: WebhookId


@dataclass(frozen=True, slots=True)
class WebhookDisabled:
    """Nothing is pushed there any more; what was open is dropped.

    Decided by whoever manages it (`withdrawn`), by the receiver (`gone`: it answered 410), or because too many facts in a
    row were not taken (`failing`; `most` is the term that was used). Kept for ever. Private.
    """

    STREAM: ClassVar = "webhook/{webhook}"
    webhook: WebhookId
    unit: UnitId
    why: WhyDisabled
    most: int | None


WEBHOOK_EVENTS: tuple[type, ...] = (
    WebhookSubscribed,
    WebhookSecretSet,
    WebhookDelivered,
    WebhookUndelivered,
    WebhookFaltered,
    WebhookRecovered,
    WebhookDisabled,
)

PUBLISHED: tuple[type, ...] = (NoticeIssued,)
"""Everything that leaves the notifications service."""

EVENTS: tuple[type, ...] = (*PUBLISHED, *NOTICE_PRIVATE, *MAIL_EVENTS, *WEBHOOK_EVENTS)
"""Everything that the notifications service records."""


def _draft(written: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 of a draft said to whom a copy goes, and not as the holder of which post."""
    return {"copy_post": None, **_with_appeal(written)}


def _signed(written: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 of what was signed named no copies."""
    return {"copy_to": None, "copy_post": None, **_with_appeal(written)}


def _with_appeal(written: dict[str, Any]) -> dict[str, Any]:
    """The time for an appeal stood in the layout of letters about decisions, as one month."""
    if written["policy"] != "decision-is-served":
        return written
    return {**written, "values": [*written["values"], {"name": "appeal_months", "text": "1"}]}


def _always_valid(written: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 of an authorisation named no first day: it held for whatever was drafted after it."""
    return {**written, "valid_from": "0001-01-01"}


UPCASTERS: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("authorisation-given", 1): _always_valid,
    ("notice-drafted", 1): _draft,
    ("notice-released", 1): _signed,
}
"""How facts of an earlier schema are read."""
