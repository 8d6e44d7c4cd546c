"""What follows from facts, beside what the standing's own watch asks for."""

from __future__ import annotations

from collections.abc import Iterable

from services.assessment.events import Grounds, UnitScored
from services.assessment.rules.review_decision import ReviewDecision
from services.assessment.rules.review_veto import ReviewVeto
from services.assessment.schemes import assessed_unit
from services.complaints.events import AccountabilityChanged, AccountabilityRevoked, AccountabilityServed
from shared.facts import Fact
from shared.references import References
from shared.views import Issue, Reaction


def when_unit_scored_then_review_veto(fact: Fact, refs: References) -> Iterable[Issue]:
    """A score vetoes when its round closes."""
    scored: UnitScored = fact.event
    if scored.score >= scored.pass_line:
        return []
    grounds = Grounds(
        id=f"round/{scored.kind}",
        kind="round",
        scheme_version=scored.scheme_version,
        score=scored.score,
        pass_line=scored.pass_line,
        position=scored.position,
        feed_seq=scored.feed_seq,
        legal_basis=scored.veto_basis,
        round=scored.kind,
    )
    return [Issue(ReviewVeto(scored.scheme, scored.unit, "at-close", grounds))]


def when_decision_served_then_review_decision(fact: Fact, refs: References) -> Iterable[Issue]:
    """A served decision on a flagged bottom line counts as a confirmed trigger; what becomes of it later counts too."""
    event, schemes = fact.event, refs.own
    unit = assessed_unit(refs.directory, event.unit)
    version = schemes.of_unit(refs.directory, event.served_on.year, unit)
    if version is None:
        return []
    cited = () if isinstance(event, AccountabilityRevoked) else event.bottom_lines
    return [Issue(ReviewDecision(version.scheme, unit, event.decision, cited))]


REACTIONS = (
    Reaction(
        "decision-served-then-review-decision",
        (AccountabilityServed, AccountabilityChanged, AccountabilityRevoked),
        when_decision_served_then_review_decision,
    ),
    Reaction("unit-scored-then-review-veto", (UnitScored,), when_unit_scored_then_review_veto),
)
