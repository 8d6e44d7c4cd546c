"""A registered report goes to the body that has to handle it."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionForwarded
from services.complaints.refusals import (
    ABOUT_ONESELF,
    FORWARDED_TO_ITSELF,
    PETITION_ACCEPTED,
    PETITION_ENDED,
    UNIT_UNKNOWN,
)
from services.complaints.rules.jurisdiction import about_itself
from services.complaints.state import Petition, PetitionSituation
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, UnitId


@dataclass(frozen=True, slots=True)
class ForwardPetition:
    """转送、交办。Send a report to the body `to`; never to whom it is about."""

    complaint: ComplaintId
    to: UnitId


def decide(
    command: ForwardPetition, petition: PetitionSituation, directory: Directory, actor: Actor, moment: Moment
) -> Decision:
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    if petition.accepted_on is not None:
        return PETITION_ACCEPTED.of()
    if command.to not in directory.units:
        return UNIT_UNKNOWN.of(unit=command.to)
    if command.to == petition.unit:
        return FORWARDED_TO_ITSELF.of()
    if about_itself(command.to, petition.about_unit, directory):
        return ABOUT_ONESELF.of()
    return [PetitionForwarded(petition.complaint, petition.unit, command.to, moment.today, actor)]
