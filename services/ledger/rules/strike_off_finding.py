"""A verified finding leaves the account (销号)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import FindingId, FindingStruckOff
from services.ledger.refusals import FINDING_NOT_VERIFIED, FINDING_STRUCK_OFF
from services.ledger.rules.duties import finding_refused
from services.ledger.state import Finding, StruckOffFinding, VerifiedRectification
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class StrikeOffFinding:
    finding: FindingId


def decide(command: StrikeOffFinding, finding: Finding, moment: Moment, actor: Actor, directory: Directory) -> Decision:
    """Only what was verified is struck off."""
    match finding:
        case StruckOffFinding():
            return FINDING_STRUCK_OFF.of()
        case VerifiedRectification():
            pass
        case _:
            return FINDING_NOT_VERIFIED.of()
    if refused := finding_refused(actor, directory, finding.matter):
        return refused
    matter = finding.matter
    return [FindingStruckOff(command.finding, matter.inspection, matter.unit, matter.severity, moment.today, actor)]
