"""A proposed disposal is approved, by somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import ClueId, DisposalApproved
from services.complaints.refusals import CLUE_CLOSED, DISPOSAL_BY_PROPOSER, DISPOSAL_NOT_STUDIED
from services.complaints.rules.duties import people_of, recused, text_missing
from services.complaints.state import Clue, OpenClue
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class ApproveDisposal:
    """批准线索处置意见。Approve the disposal that was proposed; `document` is the approval."""

    clue: ClueId
    document: PublicText


def decide(command: ApproveDisposal, clue: Clue, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if clue.proposed is None or clue.proposed_by is None:
        return DISPOSAL_NOT_STUDIED.of()
    if people_of(actor) & people_of(clue.proposed_by):
        return DISPOSAL_BY_PROPOSER.of()
    if refused := text_missing(command.document, "document", "批准文件") or recused(
        actor, clue.about_unit, clue.about_persons, directory
    ):
        return refused
    return [DisposalApproved(clue.clue, clue.unit, clue.proposed, command.document, moment.today, actor)]
