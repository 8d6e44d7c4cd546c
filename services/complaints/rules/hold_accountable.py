"""The competent body decides that a person or a unit is held accountable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from services.complaints.events import (
    DecisionId,
    Form,
    PersonForm,
    PersonHeldAccountable,
    Responsibility,
    UnitForm,
    UnitHeldAccountable,
)
from services.complaints.refusals import DECIDED_ALREADY, EFFECT_ENDS_BEFORE, NOT_HEARD
from services.complaints.rules.duties import investigated, recused, text_missing
from services.complaints.rules.subjects import misfit
from services.complaints.state import Accountability, Proposed
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId, PublicText, UnitId
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class HoldAccountable:
    """作出责任追究决定。Decide on a proposal; what is given here replaces what was proposed.

    `effect_until` is the last day of the effect, nothing when it has none; `document` the paper of the decision.
    """

    decision: DecisionId
    document: PublicText
    effect_until: date | None = None
    bottom_lines: tuple[str, ...] = ()
    responsibility: Responsibility | None = None
    form: Form | None = None


def decide(
    command: HoldAccountable,
    decision: Accountability,
    directory: Directory,
    terms: Terms,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """After the person was heard; by nobody who investigated or proposed, or whom it concerns."""
    if not isinstance(decision, Proposed):
        return DECIDED_ALREADY.of()
    if not decision.heard:
        return NOT_HEARD.of()
    about = decision.substance
    bottom_lines = tuple(dict.fromkeys(command.bottom_lines)) or about.bottom_lines
    responsibility, form = command.responsibility or about.responsibility, command.form or about.form
    if refused := (
        investigated(actor, (*decision.investigators, PersonId(decision.proposed_by.subject)))
        or recused(actor, about.unit, (about.person,) if about.person else (), directory)
        or text_missing(command.document, "document", "决定文件")
        or misfit(about.person, about.subject_class, bottom_lines, responsibility, form, terms, moment.today)
    ):
        return refused
    if command.effect_until is not None and command.effect_until < moment.today:
        return EFFECT_ENDS_BEFORE.of(until=command.effect_until)
    body = deciding_body(actor, directory)
    if about.person is None:
        return [
            UnitHeldAccountable(
                decision.decision,
                about.unit,
                about.subject_class,
                bottom_lines,
                responsibility,
                cast(UnitForm, form),
                about.facts_on,
                body,
                moment.today,
                command.effect_until,
                command.document,
                actor,
            )
        ]
    return [
        PersonHeldAccountable(
            decision.decision,
            about.person,
            about.post,
            about.unit,
            about.subject_class,
            bottom_lines,
            responsibility,
            cast(PersonForm, form),
            about.facts_on,
            body,
            moment.today,
            command.effect_until,
            command.document,
            actor,
        )
    ]


def deciding_body(actor: Actor, directory: Directory) -> UnitId:
    """The unit in which the actor's post sits."""
    if actor.post is None:
        raise ValueError("who decides acts from a post")
    return directory.posts[actor.post].unit
