"""The committee establishes that a veto trigger has happened, and the unit is vetoed at once."""

from __future__ import annotations

from dataclasses import dataclass

from services.assessment.events import Grounds, TriggerConfirmed, TriggerId
from services.assessment.refusals import SCHEME_NOT_IN_FORCE, TRIGGER_DECIDED, TRIGGER_NOT_IN_SCHEME
from services.assessment.rules.duties import by_reporter, recused
from services.assessment.rules.texts import text_missing
from services.assessment.rules.veto_policy import veto_upon
from services.assessment.state import Decided, Reported, Scheme, Veto
from shared.directory import Directory
from shared.domain import Actor, Decision, PublicText


@dataclass(frozen=True, slots=True)
class ConfirmTrigger:
    """认定否决情形。Establish a reported trigger: the unit is vetoed at once.

    `document` is the paper on which the decision stands.
    """

    trigger: TriggerId
    document: PublicText


def decide(
    command: ConfirmTrigger,
    trigger: Reported | Decided,
    others: tuple[Scheme | Veto | None, ...],
    actor: Actor,
    directory: Directory,
) -> Decision:
    """A confirmed trigger vetoes whatever the score."""
    if isinstance(trigger, Decided):
        return TRIGGER_DECIDED.of()
    if refused := by_reporter(actor, trigger) or recused(actor, trigger.unit, directory):
        return refused
    if refused := text_missing(command.document, "document", "审定文件"):
        return refused
    scheme, veto = others
    if scheme is None or isinstance(scheme, Veto):
        return SCHEME_NOT_IN_FORCE.of()
    rule = next((rule for rule in scheme.provisions.triggers if rule.code == trigger.code), None)
    if rule is None:  # amended away since it was reported
        return TRIGGER_NOT_IN_SCHEME.of(code=trigger.code)
    grounds = Grounds(
        id=f"trigger/{trigger.trigger}",
        kind="trigger",
        scheme_version=scheme.version,
        score=None,
        pass_line=scheme.provisions.pass_line,
        position=0,
        feed_seq=0,
        legal_basis=rule.legal_basis,
        trigger=trigger.trigger,
    )
    before = veto if isinstance(veto, Veto) else None
    return [
        TriggerConfirmed(trigger.trigger, trigger.scheme, trigger.unit, trigger.code, command.document, actor),
        *veto_upon(trigger.scheme, trigger.unit, before, grounds),
    ]
