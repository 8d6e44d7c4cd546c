"""A decision is served, and has effect from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import AccountabilityServed, DecisionId
from services.complaints.refusals import NOT_DECIDED, SERVED_ALREADY, SERVED_BEFORE_DECIDED
from services.complaints.rules.duties import in_future
from services.complaints.state import Accountability, Proposed, Taken
from shared.calendar import WorkCalendar
from shared.domain import Actor, Decision, Moment, On
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class ServeDecision:
    """送达责任追究决定。Record that a decision was served on whom it concerns."""

    decision: DecisionId
    served_on: date


def decide(
    command: ServeDecision,
    decision: Accountability,
    terms: Terms,
    calendar: WorkCalendar,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """The time for an appeal begins. Source: 中国共产党问责条例, one month."""
    if isinstance(decision, Proposed):
        return NOT_DECIDED.of()
    if not isinstance(decision, Taken):
        return SERVED_ALREADY.of()
    if refused := in_future(command.served_on, moment):
        return refused
    if command.served_on < decision.decided_on:
        return SERVED_BEFORE_DECIDED.of(day=command.served_on)
    months = terms.whole("accountability-appeal-months", command.served_on)
    about = decision.substance
    served = AccountabilityServed(
        decision.decision,
        about.person,
        about.unit,
        about.subject_class,
        about.bottom_lines,
        about.responsibility,
        about.form,
        about.facts_on,
        command.served_on,
        calendar.add_months(command.served_on, months).date,
        decision.effect_until,
        actor,
    )
    return [On(command.served_on, served)]
