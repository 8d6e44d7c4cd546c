"""Who has not been told yet by e-mail that there is a notice?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.notifications.events import MailFailed, MailSent, NoticeId, NoticeIssued
from shared.domain import PublicText
from shared.facts import Fact
from shared.references import References
from shared.views import Key, View


@dataclass(frozen=True, slots=True)
class MailRow:
    """A notice whose addressee is to be told. `to` is the key of the address: `person/…`, or `unit/…` of a unit.

    `number` is the notice's as it is written, 云督〔2026〕6号; None for one without.
    """

    notice: NoticeId
    to: str
    number: str | None
    title: PublicText
    issued_on: date


def _route(fact: Fact, refs: References) -> Iterable[Key]:
    return [(fact.event.notice,)] if not fact.history else []


def _evolve(row: MailRow | None, fact: Fact, refs: References) -> MailRow | None:
    match fact.event:
        case NoticeIssued() as event:
            to = f"person/{event.person}" if event.person is not None else f"unit/{event.unit}"
            number = f"{event.series}〔{event.year}〕{event.number}号" if event.series is not None else None
            return MailRow(event.notice, to, number, event.title, event.issued_on)
        case _:
            return None


MAILS: View[MailRow] = View(
    name="mails",
    version=1,
    row=MailRow,
    key=("notice",),
    events=(NoticeIssued, MailSent, MailFailed),
    route=_route,
    evolve=_evolve,
)
