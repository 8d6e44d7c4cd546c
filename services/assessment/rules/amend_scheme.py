"""A scheme provides otherwise from now on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.assessment.events import Indicator, Provisions, SchemeAmended, SchemeId, TriggerRule, VetoTiming
from services.assessment.refusals import AMENDED_BY_COMMITTEE, NOTHING_AMENDED
from services.assessment.rules.provisions import fault
from services.assessment.rules.texts import text_missing
from services.assessment.state import InForce, Scheme
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText


@dataclass(frozen=True, slots=True)
class AmendScheme:
    """修订考核办法。Make a new version of a scheme.

    All that the scheme then provides, not only what changes. Year and class of units stay.
    """

    scheme: SchemeId
    reason: PublicText
    title: PublicText
    indicators: tuple[Indicator, ...]
    veto_basis: PublicText
    pass_line: Decimal
    triggers: tuple[TriggerRule, ...] = ()
    veto_timing: VetoTiming = "at-close"
    ranking: bool = False


def decide(command: AmendScheme, scheme: Scheme, actor: Actor, directory: Directory) -> Decision:
    """A new version with a reason; once in force, only the committee amends. Closed rounds keep theirs."""
    post = directory.posts.get(actor.post) if actor.post else None
    if isinstance(scheme, InForce) and (post is None or "committee" not in post.roles):
        return AMENDED_BY_COMMITTEE.of()
    if refused := text_missing(command.reason, "reason", "修订理由"):
        return refused
    provisions = Provisions(
        command.title,
        command.indicators,
        command.pass_line,
        command.veto_timing,
        command.veto_basis,
        command.triggers,
        command.ranking,
    )
    if refused := fault(provisions):
        return refused
    if provisions == scheme.provisions:
        return NOTHING_AMENDED.of()
    return [SchemeAmended(command.scheme, scheme.unit, scheme.version + 1, provisions, command.reason)]
