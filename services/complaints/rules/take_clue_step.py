"""A step of the approved disposal is taken: letter, answer, talk, report, or the report of the verification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import ClueId, ClueStep, ClueStepTaken, Disposal
from services.complaints.refusals import (
    CLUE_CLOSED,
    CUSTODIAN_NOT_YOU,
    STEP_NOT_OF_DISPOSAL,
    STEP_TOO_EARLY,
)
from services.complaints.rules.duties import in_future
from services.complaints.state import Clue, OpenClue
from shared.domain import Actor, Decision, Moment

STEPS: dict[ClueStep, tuple[Disposal, ClueStep | None]] = {
    "letter-sent": ("talk-or-letter", None),
    "letter-answered": ("talk-or-letter", "letter-sent"),
    "talk-held": ("talk-or-letter", None),
    "talk-reported": ("talk-or-letter", "talk-held"),
    "verification-reported": ("preliminary-verification", None),
}
"""Of each step the disposal it belongs to, and the step that must be there before it."""


@dataclass(frozen=True, slots=True)
class TakeClueStep:
    """记录线索处置步骤。Record a step of the approved disposal, on the day on which it was taken."""

    clue: ClueId
    step: ClueStep
    taken_on: date


def decide(command: TakeClueStep, clue: Clue, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(clue, OpenClue):
        return CLUE_CLOSED.of()
    if actor.subject != clue.custodian:
        return CUSTODIAN_NOT_YOU.of()
    disposal, before = STEPS[command.step]
    if clue.approved != disposal:
        return STEP_NOT_OF_DISPOSAL.of()
    if before is not None and before not in clue.steps:
        return STEP_TOO_EARLY.of()
    if refused := in_future(command.taken_on, moment):
        return refused
    return [ClueStepTaken(clue.clue, clue.unit, command.step, command.taken_on, actor)]
