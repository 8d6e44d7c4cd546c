"""A decision is revoked: an appeal is answered so, or a mistake corrected."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import AccountabilityRevoked, DecisionId
from services.complaints.refusals import NOT_SERVED
from services.complaints.rules.duties import text_missing
from services.complaints.rules.second_look import barred
from services.complaints.state import Accountability, InEffect
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class RevokeDecision:
    """撤销责任追究决定。Revoke a decision: it counts as never made, and every effect is taken back."""

    decision: DecisionId
    document: PublicText


def decide(
    command: RevokeDecision, decision: Accountability, directory: Directory, actor: Actor, moment: Moment
) -> Decision:
    if not isinstance(decision, InEffect):
        return NOT_SERVED.of()
    if refused := barred(actor, decision, directory) or text_missing(command.document, "document", "撤销文件"):
        return refused
    about = decision.substance
    return [
        AccountabilityRevoked(
            decision.decision, about.person, about.unit, decision.served_on, moment.today, command.document, actor
        )
    ]
