"""Somebody is to handle a report."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionHandlerAssigned
from services.complaints.refusals import PETITION_ENDED
from services.complaints.rules.duties import unfit_to_handle
from services.complaints.state import Petition, PetitionSituation
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId


@dataclass(frozen=True, slots=True)
class AssignPetition:
    """指定信访件承办人。Let somebody of the body handle a report; nobody of the unit that it is about."""

    complaint: ComplaintId
    handler: PersonId


def decide(
    command: AssignPetition, petition: PetitionSituation, directory: Directory, actor: Actor, moment: Moment
) -> Decision:
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    if refused := unfit_to_handle(command.handler, petition.unit, petition.about_unit, (), directory, moment):
        return refused
    return [PetitionHandlerAssigned(petition.complaint, petition.unit, command.handler, actor)]
