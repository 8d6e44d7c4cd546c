"""How a clue is to be disposed of is studied together and proposed."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ClueId, Disposal, DisposalProposed
from services.complaints.refusals import CLUE_CLOSED, CUSTODIAN_NOT_YOU, DISPOSAL_APPROVED_ALREADY
from services.complaints.rules.duties import recused, text_missing
from services.complaints.state import Clue, OpenClue
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class ProposeDisposal:
    """提出线索处置意见。Propose one of the four disposals; `study` is the paper of the meeting that studied it."""

    clue: ClueId
    disposal: Disposal
    study: PublicText


def decide(command: ProposeDisposal, clue: Clue, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    """A clue kept pending may later be disposed of otherwise; any other disposal stands."""
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if actor.subject != clue.custodian:
        return CUSTODIAN_NOT_YOU.of()
    if clue.approved not in (None, "kept-pending"):
        return DISPOSAL_APPROVED_ALREADY.of()
    if refused := text_missing(command.study, "study", "集体研究文件") or recused(
        actor, clue.about_unit, clue.about_persons, directory
    ):
        return refused
    return [DisposalProposed(clue.clue, clue.unit, command.disposal, command.study, moment.today, actor)]
