"""What a report says is taken up as a clue."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionTurnedIntoClue
from services.complaints.refusals import (
    CLUE_NOT_FOR_CLASS,
    PETITION_ENDED,
    PETITION_NOT_ACCEPTED_YET,
    TURNED_ALREADY,
)
from services.complaints.state import Petition, PetitionSituation
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class TurnIntoClue:
    """转为问题线索。Take an accusation up as a clue; the clue is then opened with `petition/…` as its source."""

    complaint: ComplaintId


def decide(command: TurnIntoClue, petition: PetitionSituation, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    if petition.category != "accusation":
        return CLUE_NOT_FOR_CLASS.of()
    if petition.accepted_on is None:
        return PETITION_NOT_ACCEPTED_YET.of()
    if petition.is_clue:
        return TURNED_ALREADY.of()
    return [PetitionTurnedIntoClue(petition.complaint, petition.unit, moment.today, actor)]
