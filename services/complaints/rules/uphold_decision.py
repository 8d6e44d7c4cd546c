"""An appeal is answered: the decision stands."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import AccountabilityUpheld, DecisionId
from services.complaints.refusals import NOT_APPEALED, NOT_SERVED
from services.complaints.rules.duties import text_missing
from services.complaints.rules.second_look import barred
from services.complaints.state import Accountability, InEffect
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class UpholdDecision:
    """维持责任追究决定。Answer an appeal: the decision stands."""

    decision: DecisionId
    document: PublicText


def decide(
    command: UpholdDecision, decision: Accountability, directory: Directory, actor: Actor, moment: Moment
) -> Decision:
    if not isinstance(decision, InEffect):
        return NOT_SERVED.of()
    if decision.appealed_on is None or decision.answered:
        return NOT_APPEALED.of()
    if refused := barred(actor, decision, directory) or text_missing(command.document, "document", "申诉处理文件"):
        return refused
    about = decision.substance
    return [AccountabilityUpheld(decision.decision, about.person, about.unit, moment.today, command.document, actor)]
