"""A served accountability decision vetoes where the scheme flags its bottom line; revoked, it does so no more.

The system alone does this, whenever a decision is served, changed or revoked.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import Grounds, SchemeId, VetoGroundsWithdrawn, VetoStatus, VetoStatusChanged
from services.assessment.refusals import SCHEME_NOT_IN_FORCE, STANDING_INCOMPLETE
from services.assessment.rules.veto_policy import is_below, veto_upon
from services.assessment.state import InForce, Scheme, StandingNow, Veto, evolve_veto
from shared.domain import Decision, Event, UnitId


@dataclass(frozen=True, slots=True)
class ReviewDecision:
    """`bottom_lines` are the codes that the decision cites now; none once it is revoked."""

    scheme: SchemeId
    unit: UnitId
    decision: str
    bottom_lines: tuple[str, ...]


def decide(
    command: ReviewDecision, veto: Veto | None, schemes: tuple[Scheme | None, ...], standing: StandingNow | None
) -> Decision:
    """Other grounds stay; without any, the unit is at risk or clear as its standing is now."""
    (scheme,) = schemes
    if not isinstance(scheme, InForce):
        return SCHEME_NOT_IN_FORCE.of()
    events: list[Event] = []
    now = veto
    ours = f"decision/{command.decision}/"
    flagged = [r for r in scheme.provisions.triggers if r.by_served_decision and r.code in command.bottom_lines]
    for rule in flagged:
        grounds = Grounds(
            id=f"{ours}{rule.code}",
            kind="decision",
            scheme_version=scheme.version,
            score=None,
            pass_line=scheme.provisions.pass_line,
            position=0,
            feed_seq=0,
            legal_basis=rule.legal_basis,
        )
        for event in veto_upon(command.scheme, command.unit, now, grounds):
            events.append(event)
            now = evolve_veto(now, event)
    wanted = {f"{ours}{rule.code}" for rule in flagged}
    gone = tuple(g.id for g in (now.standing if now else ()) if g.id.startswith(ours) and g.id not in wanted)
    if not gone or now is None:
        return events
    events.append(VetoGroundsWithdrawn(command.scheme, command.unit, gone, command.decision))
    if len(now.standing) > len(gone):
        return events
    if standing is None or standing.incomplete:
        return STANDING_INCOMPLETE.of(count=1)
    left = Grounds(
        id=f"withdrawal/{command.decision}/{standing.position}",
        kind="withdrawal",
        scheme_version=standing.scheme_version,
        score=standing.score,
        pass_line=standing.pass_line,
        position=standing.position,
        feed_seq=standing.feed_seq,
        legal_basis=standing.veto_basis,
        lifted=gone,
    )
    status: VetoStatus = "at-risk" if is_below(left) else "clear"
    return [*events, VetoStatusChanged(command.scheme, command.unit, "vetoed", status, left)]
