"""Whom a decision concerns appeals against it."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import AccountabilityAppealed, AppealWritten, DecisionId
from services.complaints.refusals import APPEAL_NOT_YOURS, APPEAL_TOO_LATE, APPEALED_ALREADY, NOT_SERVED
from services.complaints.rules.duties import text_missing
from services.complaints.state import Accountability, InEffect
from shared.calendar import WorkCalendar
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class AppealDecision:
    """对责任追究决定提出申诉。Appeal against a served decision; it is executed meanwhile."""

    decision: DecisionId
    statement: PersonalText


def decide(
    command: AppealDecision,
    decision: Accountability,
    directory: Directory,
    terms: Terms,
    calendar: WorkCalendar,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """By the person, or for a unit by whoever holds its chief post; within a month of service, once."""
    about = decision.substance if isinstance(decision, InEffect) else None
    if about is None or not isinstance(decision, InEffect):
        return NOT_SERVED.of()
    mine = (
        actor.subject == about.person
        if about.person is not None
        else actor.subject == directory.leader(about.unit, moment.today)
    )
    if not mine:
        return APPEAL_NOT_YOURS.of()
    if decision.appealed_on is not None:
        return APPEALED_ALREADY.of()
    if moment.today > decision.appeal_until:
        return APPEAL_TOO_LATE.of(until=decision.appeal_until)
    if refused := text_missing(command.statement, "statement", "申诉理由"):
        return refused
    months = terms.whole("clock/appeal-decision", moment.today)
    return [
        AccountabilityAppealed(
            decision.decision,
            about.person,
            about.unit,
            moment.today,
            calendar.add_months(moment.today, months).date,
            actor,
        ),
        AppealWritten(decision.decision, command.statement),
    ]
