"""The body to which a report was forwarded gives it back: it is not its own."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionReturned
from services.complaints.refusals import (
    OBJECTION_TOO_LATE,
    PETITION_ACCEPTED,
    PETITION_ENDED,
    PETITION_NOT_FORWARDED,
)
from services.complaints.rules.duties import text_missing
from services.complaints.state import Petition, PetitionSituation
from shared.calendar import WorkCalendar
from shared.domain import Actor, Decision, Moment, PublicText
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class ReturnPetition:
    """对转送、交办提出异议并退还。Give a report back to the body that received it, with a reason."""

    complaint: ComplaintId
    reason: PublicText


def decide(
    command: ReturnPetition,
    petition: PetitionSituation,
    terms: Terms,
    calendar: WorkCalendar,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """Within 5 working days. Source: 信访工作条例 (2022) 第二十三条."""
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    if petition.accepted_on is not None:
        return PETITION_ACCEPTED.of()
    if petition.forwarded_on is None:
        return PETITION_NOT_FORWARDED.of()
    limit = terms.whole("clock/not-ours", petition.forwarded_on)
    until = calendar.add_working_days(petition.forwarded_on, limit).date
    if moment.today > until:
        return OBJECTION_TOO_LATE.of(until=until)
    if refused := text_missing(command.reason, "reason", "退还理由"):
        return refused
    return [
        PetitionReturned(petition.complaint, petition.unit, petition.received_by, command.reason, moment.today, actor)
    ]
