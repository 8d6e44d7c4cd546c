"""What the rules of the notifications service must remember, as named situations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.assessment.events import RoundClosed, RoundKind
from services.ledger.events import TaskAmended, TaskIssued
from services.notifications.events import (
    AuthorisationGiven,
    AuthorisationId,
    AuthorisationRevoked,
    Instrument,
    MailFailed,
    MailSent,
    NoticeAnswered,
    NoticeBodyWritten,
    NoticeDiscarded,
    NoticeDrafted,
    NoticeId,
    NoticeIssued,
    NoticeReleased,
    NoticeSettled,
    NoticeSignedFor,
    NoticeUnanswered,
    NoticeWritten,
    NumberAllotted,
    OrganCodeSet,
    OrganCodeTaken,
    PersonalNoticeWritten,
    WebhookDelivered,
    WebhookDisabled,
    WebhookFaltered,
    WebhookId,
    WebhookRecovered,
    WebhookSecretSet,
    WebhookSubscribed,
    WebhookUndelivered,
)
from shared.directory import PortalId
from shared.domain import PersonId, PublicText, UnitId
from shared.facts import PersonalDataErased


class UnexpectedEvent(Exception):
    """An event that cannot follow on the situation: the log was written by another program."""

    def __init__(self, state: Any, event: Any) -> None:
        super().__init__(f"{type(event).__name__} cannot follow on {type(state).__name__}")


# --- letters ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Organ:
    """The word with which an organ signs its letters."""

    unit: UnitId
    code: str


def evolve_organ(state: Organ | None, event: Any) -> Organ:
    match event:
        case OrganCodeSet():
            return Organ(event.unit, event.code)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class TakenCode:
    """A word that is some organ's."""

    unit: UnitId


def evolve_organ_code(state: TakenCode | None, event: Any) -> TakenCode:
    match state, event:
        case None, OrganCodeTaken():
            return TakenCode(event.unit)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Standing authorisations to issue letters of one kind, in the order in which they were given; none once revoked."""

    unit: UnitId
    given: tuple[AuthorisationGiven, ...]

    def on(self, day: date) -> AuthorisationId | None:
        """The one that holds on a day; of two, the later word."""
        return next((each.authorisation for each in reversed(self.given) if _holds(each, day)), None)


def _holds(given: AuthorisationGiven, day: date) -> bool:
    return given.valid_from <= day and (given.until is None or day <= given.until)


def evolve_authorisation(state: Authorisation | None, event: Any) -> Authorisation:
    match event:
        case AuthorisationGiven():
            return Authorisation(event.unit, (*(state.given if state is not None else ()), event))
        case AuthorisationRevoked() if state is not None:
            return replace(state, given=())
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Series:
    """How many letters of an organ have a number in a year."""

    last: int


def evolve_series(state: Series | None, event: Any) -> Series:
    match event:
        case NumberAllotted():
            return Series(event.number)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that is to leave; `unit` is who issues it, by whom permission is checked; `released` once it may leave."""

    notice: NoticeId
    unit: UnitId
    says: NoticeDrafted
    released: NoticeReleased | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A letter that left; `unit` is whom it is addressed to. `reply_due` None: no answer is expected."""

    notice: NoticeId
    unit: UnitId
    person: PersonId | None
    issuing_unit: UnitId
    instrument: Instrument
    title: PublicText
    reply_due: date | None
    reply_working_days: int | None
    signed_for: bool = False
    answered: bool = False
    settled: bool = False
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Discarded:
    """A letter that never left."""

    notice: NoticeId
    unit: UnitId


Notice = Draft | Issued | Discarded


def evolve_notice(state: Notice | None, event: Any) -> Notice:
    match state, event:
        case None, NoticeDrafted():
            return Draft(event.notice, event.issuing_unit, event, None)
        case Draft(), NoticeBodyWritten():
            return state
        case Draft(), NoticeReleased():
            return replace(state, released=event)
        case Draft(), NoticeDiscarded():
            return Discarded(state.notice, state.unit)
        case Draft(), NoticeIssued():
            return Issued(
                state.notice,
                event.unit,
                event.person,
                event.issuing_unit,
                event.instrument,
                event.title,
                event.reply_due,
                state.says.reply_working_days,
            )
        case Issued(), NoticeWritten() | PersonalNoticeWritten():
            return state
        case Issued(), NoticeSignedFor():
            return replace(state, signed_for=True)
        case Issued(), NoticeAnswered():
            return replace(state, answered=True)
        case Issued(), NoticeSettled():
            return replace(state, settled=True)
        case Issued(), NoticeUnanswered():
            return replace(state, unanswered=event.times, reply_due=event.due)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class NamedTask:
    """What the ledger calls a task."""

    number: str
    title: PublicText


def evolve_task(state: NamedTask | None, event: Any) -> NamedTask | None:
    match event:
        case TaskIssued():
            return NamedTask(event.number, event.title)
        case TaskAmended() if state is not None:
            return replace(state, title=event.title)
    return state


@dataclass(frozen=True, slots=True)
class ScoredRound:
    """A closed round of assessment: which, and over which period."""

    kind: RoundKind
    period_from: date
    period_to: date


def evolve_round(state: ScoredRound | None, event: Any) -> ScoredRound | None:
    if isinstance(event, RoundClosed):
        return ScoredRound(event.kind, event.period_from, event.period_to)
    return state


# --- erasure/… ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Erased:
    """The key of a letter is destroyed."""

    subject: str


def evolve_erasure(erased: Erased | None, event: PersonalDataErased) -> Erased:
    return Erased(event.subject)


# --- what is mailed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EndedMail:
    """It is settled whether the addressee of a notice was told by e-mail."""

    notice: NoticeId


def evolve_mail(state: EndedMail | None, event: Any) -> EndedMail:
    match state, event:
        case None, MailSent() | MailFailed():
            return EndedMail(event.notice)
    raise UnexpectedEvent(state, event)


# --- what is pushed to other systems (webhooks) -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiveWebhook:
    """An address to which facts are pushed. `failures` is how many in a row were not taken."""

    webhook: WebhookId
    unit: UnitId
    portal: PortalId | None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class DisabledWebhook:
    """An address to which nothing is pushed any more."""

    webhook: WebhookId
    unit: UnitId
    portal: PortalId | None


WebhookSituation = LiveWebhook | DisabledWebhook


def evolve_webhook(state: WebhookSituation | None, event: Any) -> WebhookSituation:
    match state, event:
        case None, WebhookSubscribed():
            return LiveWebhook(event.webhook, event.unit, event.portal)
        case LiveWebhook(), WebhookSecretSet():
            return state
        case LiveWebhook(), WebhookFaltered():
            return replace(state, failures=event.failures)
        case LiveWebhook(), WebhookRecovered():
            return replace(state, failures=0)
        case LiveWebhook(), WebhookDisabled():
            return DisabledWebhook(state.webhook, state.unit, state.portal)
    raise UnexpectedEvent(state, event)


@dataclass(frozen=True, slots=True)
class EndedDelivery:
    """It is settled whether a fact was taken."""

    webhook: WebhookId
    fact: str


def evolve_delivery(state: EndedDelivery | None, event: Any) -> EndedDelivery:
    match state, event:
        case None, WebhookDelivered() | WebhookUndelivered():
            return EndedDelivery(event.webhook, event.fact)
    raise UnexpectedEvent(state, event)


FOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "organ": evolve_organ,
    "organ-code": evolve_organ_code,
    "authorisation": evolve_authorisation,
    "series": evolve_series,
    "notice": evolve_notice,
    "ledger/task": evolve_task,
    "assessment/round": evolve_round,
    "erasure": evolve_erasure,
    "mail": evolve_mail,
    "webhook": evolve_webhook,
    "webhook-delivery": evolve_delivery,
}
"""By stream prefix, how a situation follows from the one before and an event."""
