"""The other side signs: a clue changes hands."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ClueId, CustodyTaken
from services.complaints.refusals import CLUE_CLOSED, CUSTODY_NOT_OFFERED
from services.complaints.rules.duties import recused
from services.complaints.state import Clue, OpenClue
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class TakeCustody:
    """接收问题线索（接收人签字）。Sign for a clue that was signed over to you."""

    clue: ClueId


def decide(command: TakeCustody, clue: Clue, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if clue.offered_to is None or actor.subject != clue.offered_to:
        return CUSTODY_NOT_OFFERED.of()
    if refused := recused(actor, clue.about_unit, clue.about_persons, directory):
        return refused
    return [CustodyTaken(clue.clue, clue.unit, clue.custodian, clue.offered_to, moment.today)]
