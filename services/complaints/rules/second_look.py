"""Who may not decide on an appeal or a correction."""

from __future__ import annotations

from services.complaints.refusals import DECIDER_AGAIN
from services.complaints.rules.duties import investigated, people_of, recused
from services.complaints.state import InEffect
from shared.directory import Directory
from shared.domain import Actor, Refused


def barred(actor: Actor, decision: InEffect, directory: Directory) -> Refused | None:
    """Whoever decided before, investigated, or is concerned."""
    if any(people_of(actor) & people_of(decider) for decider in decision.deciders):
        return DECIDER_AGAIN.of()
    about = decision.substance
    return investigated(actor, decision.investigators) or recused(
        actor, about.unit, (about.person,) if about.person else (), directory
    )
