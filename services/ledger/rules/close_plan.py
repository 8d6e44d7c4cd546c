"""No task is issued under a plan any more."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import PlanClosed, PlanId
from services.ledger.refusals import PLAN_CLOSED, PLAN_NOT_ADOPTED, REASON_MISSING
from services.ledger.rules.texts import is_blank
from services.ledger.state import AdoptedPlan, ClosedPlan, DraftedPlan, Plan
from shared.domain import Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class ClosePlan:
    plan: PlanId
    reason: PublicText


def decide(command: ClosePlan, plan: Plan, moment: Moment) -> Decision:
    """Tasks that run go on."""
    match plan:
        case DraftedPlan():
            return PLAN_NOT_ADOPTED.of()
        case ClosedPlan():
            return PLAN_CLOSED.of()
        case AdoptedPlan():
            pass
    if is_blank(command.reason):
        return REASON_MISSING.of()
    return [PlanClosed(command.plan, plan.unit, moment.today, command.reason)]
