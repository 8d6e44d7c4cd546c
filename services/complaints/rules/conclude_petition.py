"""A report is dealt with."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ComplaintId, PetitionConcluded
from services.complaints.refusals import (
    ANSWER_MISSING,
    NOT_YOURS_TO_HANDLE,
    PETITION_ENDED,
    PETITION_NOT_ACCEPTED_YET,
    SUBSTANTIATION_MISSING,
    SUBSTANTIATION_NOT_MEANT,
)
from services.complaints.state import Petition, PetitionSituation
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class ConcludePetition:
    """办结。Conclude a report; `substantiated` says 查实 or 失实, nothing for a suggestion."""

    complaint: ComplaintId
    substantiated: bool | None = None


def decide(
    command: ConcludePetition, petition: PetitionSituation, directory: Directory, actor: Actor, moment: Moment
) -> Decision:
    """A matter of redress, and a suggestion, only once the reporter has the answer."""
    if not isinstance(petition, Petition):
        return PETITION_ENDED.of()
    post = directory.posts.get(actor.post) if actor.post else None
    supervises = post is not None and "case-supervisor" in post.roles
    if not supervises and actor.subject != petition.handler:
        return NOT_YOURS_TO_HANDLE.of()
    if petition.accepted_on is None:
        return PETITION_NOT_ACCEPTED_YET.of()
    if petition.category == "suggestion" and command.substantiated is not None:
        return SUBSTANTIATION_NOT_MEANT.of()
    if petition.category != "suggestion" and command.substantiated is None:
        return SUBSTANTIATION_MISSING.of()
    if petition.category != "accusation" and "answer" not in petition.told:
        return ANSWER_MISSING.of()
    return [
        PetitionConcluded(
            petition.complaint,
            petition.unit,
            petition.about_unit,
            petition.category,
            petition.by_name,
            command.substantiated,
            moment.today,
            actor,
        )
    ]
