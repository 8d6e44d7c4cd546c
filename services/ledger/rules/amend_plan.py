"""A plan reads otherwise from now on."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import PlanAmended, PlanId
from services.ledger.refusals import NOTHING_CHANGED, PLAN_CLOSED, REASON_MISSING
from services.ledger.rules.draft_plan import years_refused
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import AdoptedPlan, ClosedPlan, DraftedPlan, Plan
from shared.domain import Decision, PublicText


@dataclass(frozen=True, slots=True)
class AmendPlan:
    """What is not given stays as it is."""

    plan: PlanId
    reason: PublicText
    title: PublicText | None = None
    from_year: int | None = None
    to_year: int | None = None
    basis: PublicText | None = None


def decide(command: AmendPlan, plan: Plan) -> Decision:
    """Drafts and adopted plans alike, always with a reason; earlier signatures keep naming the version they were given to."""
    match plan:
        case ClosedPlan():
            return PLAN_CLOSED.of()
        case DraftedPlan() | AdoptedPlan():
            pass
    says = plan.says
    title = says.title if command.title is None else command.title
    from_year = says.from_year if command.from_year is None else command.from_year
    to_year = says.to_year if command.to_year is None else command.to_year
    basis = says.basis if command.basis is None else command.basis
    if is_blank(command.reason):
        return REASON_MISSING.of()
    if refused := text_missing(title, "title", "规划名称") or years_refused(from_year, to_year):
        return refused
    if (title, from_year, to_year, basis) == (says.title, says.from_year, says.to_year, says.basis):
        return NOTHING_CHANGED.of()
    return [
        PlanAmended(
            plan=command.plan,
            unit=plan.unit,
            revision=says.revision + 1,
            title=title,
            from_year=from_year,
            to_year=to_year,
            basis=basis,
            reason=command.reason,
        )
    ]
