"""Projects, tasks and letters stand under a plan that is in force."""

from __future__ import annotations

from services.ledger.events import PlanId
from services.ledger.refusals import PLAN_CLOSED, PLAN_NOT_ADOPTED, PLAN_UNKNOWN
from services.ledger.state import AdoptedPlan, ClosedPlan, DraftedPlan, Plan
from shared.domain import Refused


def plan_in_force(plan: Plan | None, named: PlanId) -> AdoptedPlan | Refused:
    """The plan, when it is adopted and not closed; otherwise a refusal that says why not."""
    match plan:
        case AdoptedPlan():
            return plan
        case DraftedPlan():
            return PLAN_NOT_ADOPTED.of()
        case ClosedPlan():
            return PLAN_CLOSED.of()
        case None:
            return PLAN_UNKNOWN.of(plan=named)
