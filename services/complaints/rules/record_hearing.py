"""Whom it concerns is heard, or waives it in writing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import DecisionId, PersonHeard
from services.complaints.refusals import DECIDED_ALREADY, HEARD_ALREADY
from services.complaints.rules.duties import in_future, recused, text_missing
from services.complaints.state import Accountability, Proposed
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText


@dataclass(frozen=True, slots=True)
class RecordHearing:
    """记录陈述申辩。Record what whom it concerns said; without a `statement`, that they waived it in writing."""

    decision: DecisionId
    heard_on: date
    statement: PersonalText | None = None


def decide(
    command: RecordHearing, decision: Accountability, directory: Directory, actor: Actor, moment: Moment
) -> Decision:
    if not isinstance(decision, Proposed):
        return DECIDED_ALREADY.of()
    if decision.heard:
        return HEARD_ALREADY.of()
    about = decision.substance
    if refused := in_future(command.heard_on, moment) or recused(
        actor, about.unit, (about.person,) if about.person else (), directory
    ):
        return refused
    if command.statement is not None and (refused := text_missing(command.statement, "statement", "陈述申辩内容")):
        return refused
    waived = command.statement is None
    return [PersonHeard(decision.decision, decision.unit, waived, command.statement, command.heard_on, actor)]
