"""A plan is in force (印发)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import PlanAdopted, PlanId
from services.ledger.refusals import DATE_IN_FUTURE, PLAN_ALREADY_ADOPTED, PLAN_CLOSED
from services.ledger.rules.dates import occurring
from services.ledger.rules.texts import text_missing
from services.ledger.state import AdoptedPlan, ClosedPlan, DraftedPlan, Plan
from shared.domain import Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class AdoptPlan:
    """`document` is the paper that adopted it, such as 云委发〔2026〕3号; `adopted_on` its date, today if not given."""

    plan: PlanId
    document: PublicText
    adopted_on: date | None = None


def decide(command: AdoptPlan, plan: Plan, moment: Moment) -> Decision:
    match plan:
        case AdoptedPlan():
            return PLAN_ALREADY_ADOPTED.of()
        case ClosedPlan():
            return PLAN_CLOSED.of()
        case DraftedPlan():
            pass
    if refused := text_missing(command.document, "document", "印发文号"):
        return refused
    adopted_on = command.adopted_on or moment.today
    if adopted_on > moment.today:
        return DATE_IN_FUTURE.of(day=adopted_on, today=moment.today)
    adopted = PlanAdopted(command.plan, plan.unit, plan.says.revision, command.document, adopted_on)
    return occurring(adopted_on, moment, adopted)
