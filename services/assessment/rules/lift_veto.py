"""The committee lifts grounds of a veto, after an appeal or a correction."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import (
    Grounds,
    LiftingCause,
    SchemeId,
    VetoLifted,
    VetoStatus,
    VetoStatusChanged,
)
from services.assessment.refusals import GROUNDS_MISSING, GROUNDS_UNKNOWN, NOT_VETOED, STANDING_INCOMPLETE
from services.assessment.rules.duties import recused
from services.assessment.rules.texts import text_missing
from services.assessment.rules.veto_policy import is_below
from services.assessment.state import StandingNow, Veto
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class LiftVeto:
    """解除一票否决。Lift grounds of a veto after an appeal or a correction.

    `grounds` are the ids of those that no longer stand; `document` the paper on which the decision stands.
    """

    scheme: SchemeId
    unit: UnitId
    grounds: tuple[str, ...]
    cause: LiftingCause
    reason: PublicText
    document: PublicText


def decide(command: LiftVeto, veto: Veto, standing: StandingNow | None, actor: Actor, directory: Directory) -> Decision:
    """The unit stays vetoed while other grounds stand; else it is at risk or clear, as its standing is now."""
    if veto.status != "vetoed":
        return NOT_VETOED.of()
    if refused := recused(actor, command.unit, directory):
        return refused
    if refused := text_missing(command.reason, "reason", "解除理由") or text_missing(
        command.document, "document", "审定文件"
    ):
        return refused
    if not command.grounds:
        return GROUNDS_MISSING.of()
    standing_ids = {grounds.id for grounds in veto.standing}
    if unknown := next((each for each in command.grounds if each not in standing_ids), None):
        return GROUNDS_UNKNOWN.of(grounds=unknown[:100])
    if standing is None or standing.incomplete:
        return STANDING_INCOMPLETE.of(count=1)
    lifted = VetoLifted(
        command.scheme, command.unit, command.grounds, command.cause, command.reason, command.document, actor
    )
    if standing_ids - set(command.grounds):
        return [lifted]
    grounds = Grounds(
        id=f"lifting/{standing.position}",
        kind="lifting",
        scheme_version=standing.scheme_version,
        score=standing.score,
        pass_line=standing.pass_line,
        position=standing.position,
        feed_seq=standing.feed_seq,
        legal_basis=standing.veto_basis,
        lifted=command.grounds,
    )
    status: VetoStatus = "at-risk" if is_below(grounds) else "clear"
    return [lifted, VetoStatusChanged(command.scheme, command.unit, "vetoed", status, grounds)]
