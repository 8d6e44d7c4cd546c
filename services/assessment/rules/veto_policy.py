"""The one-vote veto (一票否决): what grounds do to a unit's status. Source: domain.md 3.

- A confirmed trigger vetoes at once; a score vetoes when a round closes; between rounds a standing below the pass
  line puts at risk, unless the scheme says `live`.
- Compared is the exact decimal: 79.995 is below 80.
- Grounds that were lifted do not veto again. A live standing vetoes again only if it falls lower than where it was
  lifted, or has been above the line in between.
- Nothing but a lifting ends a veto; a standing that rises ends only the risk.
"""

from __future__ import annotations

from services.assessment.events import (
    Grounds,
    SchemeId,
    VetoGroundsAdded,
    VetoStatus,
    VetoStatusChanged,
    VetoTiming,
)
from services.assessment.state import Veto
from shared.domain import Event, UnitId


def is_below(grounds: Grounds) -> bool:
    """Whether the score of the grounds lies below the line, as exact numbers."""
    return grounds.score is not None and grounds.score < grounds.pass_line


def veto_upon(scheme: SchemeId, unit: UnitId, veto: Veto | None, grounds: Grounds) -> list[Event]:
    """The unit is vetoed on these grounds, unless it is so already or they were lifted."""
    now = veto or Veto(unit, "clear")
    if grounds.id in now.lifted or any(known.id == grounds.id for known in now.standing):
        return []
    if now.status == "vetoed":
        return [VetoGroundsAdded(scheme, unit, grounds)]
    return [VetoStatusChanged(scheme, unit, now.status, "vetoed", grounds)]


def upon_round(scheme: SchemeId, unit: UnitId, veto: Veto | None, grounds: Grounds) -> list[Event]:
    """A round was closed with this score."""
    return veto_upon(scheme, unit, veto, grounds) if is_below(grounds) else []


def upon_standing(
    scheme: SchemeId, unit: UnitId, veto: Veto | None, grounds: Grounds, timing: VetoTiming
) -> list[Event]:
    """The live standing is another one. A standing of an earlier position than the last says nothing any more."""
    now = veto or Veto(unit, "clear")
    if grounds.position <= now.position:
        return []
    if is_below(grounds) and timing == "live" and _vetoes_again(now, grounds):
        if any(known.kind == "standing" for known in now.standing):
            return []
        return veto_upon(scheme, unit, veto, grounds)
    status: VetoStatus = "at-risk" if is_below(grounds) else "clear"
    if now.status in ("vetoed", status):
        return []
    return [VetoStatusChanged(scheme, unit, now.status, status, grounds)]


def _vetoes_again(veto: Veto, grounds: Grounds) -> bool:
    return veto.lifted_at is None or (grounds.score is not None and grounds.score < veto.lifted_at)
