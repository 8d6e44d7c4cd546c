"""The effect of a decision ends on its date. The system alone records it, by a deadline."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import AccountabilityEnded, DecisionId
from services.complaints.refusals import EFFECT_NOT_OVER, NOT_SERVED
from services.complaints.state import Accountability, InEffect
from shared.domain import Decision, Moment


@dataclass(frozen=True, slots=True)
class EndEffect:
    """`effect_until` of the decision has passed."""

    decision: DecisionId


def decide(command: EndEffect, decision: Accountability, moment: Moment) -> Decision:
    if not isinstance(decision, InEffect) or decision.effect_until is None:
        return NOT_SERVED.of()
    if moment.today <= decision.effect_until:
        return EFFECT_NOT_OVER.of(until=decision.effect_until)
    about = decision.substance
    return [AccountabilityEnded(decision.decision, about.person, about.unit, decision.effect_until)]
