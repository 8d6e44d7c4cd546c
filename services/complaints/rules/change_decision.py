"""A decision reads otherwise from now on: an appeal is answered so, or a mistake corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import AccountabilityChanged, DecisionId, Form, Responsibility
from services.complaints.refusals import EFFECT_ENDS_BEFORE, NOT_SERVED, NOTHING_CHANGED
from services.complaints.rules.duties import text_missing
from services.complaints.rules.second_look import barred
from services.complaints.rules.subjects import misfit
from services.complaints.state import Accountability, InEffect
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class ChangeDecision:
    """变更责任追究决定。Let a decision read otherwise: it counts as if it had always read so."""

    decision: DecisionId
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    document: PublicText
    effect_until: date | None = None


def decide(
    command: ChangeDecision,
    decision: Accountability,
    directory: Directory,
    terms: Terms,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """What it had effected before is taken back by whoever counted it."""
    if not isinstance(decision, InEffect):
        return NOT_SERVED.of()
    about = decision.substance
    bottom_lines = tuple(dict.fromkeys(command.bottom_lines))
    if refused := (
        barred(actor, decision, directory)
        or text_missing(command.document, "document", "变更文件")
        or misfit(
            about.person, about.subject_class, bottom_lines, command.responsibility, command.form, terms, moment.today
        )
    ):
        return refused
    if command.effect_until is not None and command.effect_until < moment.today:
        return EFFECT_ENDS_BEFORE.of(until=command.effect_until)
    before = (about.bottom_lines, about.responsibility, about.form, decision.effect_until)
    if (bottom_lines, command.responsibility, command.form, command.effect_until) == before:
        return NOTHING_CHANGED.of()
    return [
        AccountabilityChanged(
            decision.decision,
            about.person,
            about.unit,
            about.subject_class,
            bottom_lines,
            command.responsibility,
            command.form,
            about.facts_on,
            decision.served_on,
            moment.today,
            command.effect_until,
            command.document,
            actor,
        )
    ]
