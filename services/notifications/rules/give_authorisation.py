"""Somebody signs for all letters of a kind, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.notifications.events import AuthorisationGiven, AuthorisationId, Instrument
from services.notifications.refusals import AUTHORISATION_BACKDATED, AUTHORISATION_ENDED
from services.notifications.rules.texts import text_missing
from services.notifications.state import Authorisation
from shared.domain import Actor, Decision, Moment, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class GiveAuthorisation:
    """常设授权。Let letters of one kind of `unit` leave without a signature for each; `document` is where that stands.

    It holds from `valid_from`, or from today, up to and with `until`, or for good. What was drafted before stays a draft.
    """

    authorisation: AuthorisationId
    unit: UnitId
    instrument: Instrument
    document: PublicText
    valid_from: date | None = None
    until: date | None = None


def decide(command: GiveAuthorisation, given: Authorisation | None, actor: Actor, moment: Moment) -> Decision:
    """The one who gave it is named by every letter that leaves on it. From its first day it takes the place of the last."""
    since = command.valid_from or moment.today
    if since < moment.today:
        return AUTHORISATION_BACKDATED.of(valid_from=since, today=moment.today)
    if command.until is not None and command.until < since:
        return AUTHORISATION_ENDED.of(until=command.until, valid_from=since)
    if refused := text_missing(command.document, "document", "授权文件"):
        return refused
    return [
        AuthorisationGiven(
            command.unit, command.instrument, command.authorisation, since, command.until, command.document, actor
        )
    ]
