"""A standing or a closed round gives reason to look at a unit's veto status. The system alone does this."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import Grounds, SchemeId, VetoTiming
from services.assessment.rules.veto_policy import upon_round, upon_standing
from services.assessment.state import Veto
from shared.domain import Decision, UnitId


@dataclass(frozen=True, slots=True)
class ReviewVeto:
    """`grounds` are of kind `standing` or `round`, as the fact behind it left them; `timing` is the scheme's."""

    scheme: SchemeId
    unit: UnitId
    timing: VetoTiming
    grounds: Grounds


def decide(command: ReviewVeto, veto: Veto | None) -> Decision:
    if command.grounds.kind == "round":
        return upon_round(command.scheme, command.unit, veto, command.grounds)
    return upon_standing(command.scheme, command.unit, veto, command.grounds, command.timing)
