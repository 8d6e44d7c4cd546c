"""There is more time to answer a matter of redress, and the reporter is told why."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionExtended, ReporterTold
from services.complaints.refusals import (
    EXTENDED_ALREADY,
    EXTENDED_BY_HANDLER,
    EXTENSION_NOT_FOR_CLASS,
    EXTENSION_OUT_OF_RANGE,
    PETITION_ENDED,
    PETITION_NOT_ACCEPTED_YET,
)
from services.complaints.rules.duties import people_of, text_missing
from services.complaints.state import Petition, PetitionSituation
from shared.domain import Actor, Decision, Moment, PersonalText, PublicText
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class ExtendPetition:
    """批准延期。Approve `days` calendar days more; `text` is what the reporter is told."""

    complaint: ComplaintId
    days: int
    reason: PublicText
    text: PersonalText


def decide(
    command: ExtendPetition, petition: PetitionSituation, terms: Terms, actor: Actor, moment: Moment
) -> Decision:
    """Once, by at most 30 days, approved by another than the handler. Source: 信访工作条例 (2022) 第三十四条."""
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    if petition.category != "redress":
        return EXTENSION_NOT_FOR_CLASS.of()
    if petition.accepted_on is None:
        return PETITION_NOT_ACCEPTED_YET.of()
    if petition.extended:
        return EXTENDED_ALREADY.of()
    if petition.handler in people_of(actor):
        return EXTENDED_BY_HANDLER.of()
    most = terms.whole("clock/redress-extension", moment.today)
    if not 1 <= command.days <= most:
        return EXTENSION_OUT_OF_RANGE.of(days=command.days, most=most)
    if refused := text_missing(command.reason, "reason", "延期理由") or text_missing(command.text, "text", "告知内容"):
        return refused
    return [
        PetitionExtended(petition.complaint, petition.unit, command.days, command.reason, moment.today, actor),
        ReporterTold(petition.complaint, petition.unit, "extension", command.text, moment.today, actor),
    ]
