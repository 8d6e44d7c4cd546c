"""A report is accepted by the body that handles it."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionAccepted
from services.complaints.refusals import PETITION_ACCEPTED, PETITION_ENDED
from services.complaints.state import Petition, PetitionSituation
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class AcceptPetition:
    """受理。Accept a report; a matter of redress is to be answered within 60 days from now on."""

    complaint: ComplaintId


def decide(command: AcceptPetition, petition: PetitionSituation, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    if petition.accepted_on is not None:
        return PETITION_ACCEPTED.of()
    return [PetitionAccepted(petition.complaint, petition.unit, petition.category, moment.today, actor)]
