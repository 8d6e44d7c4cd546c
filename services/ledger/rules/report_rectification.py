"""The unit says that it put a finding right (上报整改)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import Evidence, FindingId, RectificationReported
from services.ledger.refusals import (
    FINDING_STRUCK_OFF,
    FINDING_VERIFIED,
    RECTIFICATION_NOT_ORDERED,
    RECTIFICATION_REPORTED,
)
from services.ledger.rules.proof import evidence_refused
from services.ledger.rules.texts import text_missing
from services.ledger.state import (
    Finding,
    OpenFinding,
    OrderedRectification,
    ReportedRectification,
    StruckOffFinding,
    VerifiedRectification,
)
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class ReportRectification:
    finding: FindingId
    done: PublicText
    evidence: tuple[Evidence, ...] = ()


def decide(command: ReportRectification, finding: Finding, moment: Moment, actor: Actor) -> Decision:
    """Reported after it was ordered, and again after each return."""
    match finding:
        case OpenFinding():
            return RECTIFICATION_NOT_ORDERED.of()
        case ReportedRectification():
            return RECTIFICATION_REPORTED.of()
        case VerifiedRectification():
            return FINDING_VERIFIED.of()
        case StruckOffFinding():
            return FINDING_STRUCK_OFF.of()
        case OrderedRectification():
            pass
    if refused := text_missing(command.done, "done", "整改情况") or evidence_refused(command.evidence):
        return refused
    matter = finding.matter
    return [
        RectificationReported(
            command.finding,
            matter.inspection,
            matter.unit,
            matter.severity,
            command.done,
            command.evidence,
            moment.today,
            finding.due,
            actor,
        )
    ]
