"""A report is not accepted, and its reporter is told why."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionNotAccepted, ReporterTold
from services.complaints.refusals import PETITION_ACCEPTED, PETITION_ENDED
from services.complaints.rules.duties import text_missing
from services.complaints.state import Petition, PetitionSituation
from shared.domain import Actor, Decision, Moment, PersonalText, PublicText


@dataclass(frozen=True, slots=True)
class RefusePetition:
    """不予受理。Do not accept a report: `ground` is the article, `text` what the reporter reads."""

    complaint: ComplaintId
    ground: PublicText
    text: PersonalText


def decide(command: RefusePetition, petition: PetitionSituation, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    if petition.accepted_on is not None:
        return PETITION_ACCEPTED.of()
    if refused := text_missing(command.ground, "ground", "不予受理的依据") or text_missing(
        command.text, "text", "告知内容"
    ):
        return refused
    return [
        PetitionNotAccepted(petition.complaint, petition.unit, command.ground, moment.today, actor),
        ReporterTold(petition.complaint, petition.unit, "refusal", command.text, moment.today, actor),
    ]
