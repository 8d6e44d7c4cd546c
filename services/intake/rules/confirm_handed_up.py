"""The upper body has the report; what was kept of it here is erased."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake.events import ComplaintId, HandedUpConfirmed, HandedUpId
from services.intake.refusals import ALREADY_CONFIRMED, NOT_EXPORTED, TEXT_MISSING
from services.intake.state import Up
from shared.domain import Decision, Event, Moment, PersonalText, PersonId, PublicText
from shared.facts import PersonalDataErased


@dataclass(frozen=True, slots=True)
class ConfirmHandedUp:
    """登记上级机关收妥。Record that the upper body confirmed receipt; the keys of the report are destroyed.

    `document` names the confirmation, as it is filed.
    """

    handed_up: HandedUpId
    document: PublicText


def decide(command: ConfirmHandedUp, up: Up, reporter: PersonId | None, moment: Moment) -> Decision:
    """Only after it left. `reporter` is whose key seals the identity, None for an anonymous report."""
    if up.confirmed_on is not None:
        return ALREADY_CONFIRMED.of()
    if up.recipient_key is None:
        return NOT_EXPORTED.of()
    if not command.document.strip():
        return TEXT_MISSING.of(field="document", field_zh="收妥凭据")
    keys = [f"stream/complaint/{command.handed_up}", *([f"person/{reporter}"] if reporter else [])]
    erased: list[Event] = [PersonalDataErased(key, PersonalText(command.document)) for key in keys]
    return [HandedUpConfirmed(ComplaintId(command.handed_up), command.document, moment.today), *erased]
