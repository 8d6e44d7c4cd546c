"""A finding is put right, as somebody who neither recorded nor reported it saw (核查整改)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import FindingId, RectificationVerified
from services.ledger.refusals import (
    FINDING_STRUCK_OFF,
    FINDING_VERIFIED,
    OWN_FINDING_VERIFIED,
    RECTIFICATION_NOT_REPORTED,
)
from services.ledger.rules.duties import finding_refused, same_hand
from services.ledger.state import (
    Finding,
    ReportedRectification,
    StruckOffFinding,
    VerifiedRectification,
    whole_days_after,
)
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, Refused


@dataclass(frozen=True, slots=True)
class VerifyRectification:
    finding: FindingId


def decide(
    command: VerifyRectification, finding: Finding, moment: Moment, actor: Actor, directory: Directory
) -> Decision:
    """Whoever recorded a fact does not verify it. The days late are counted to the report, and fixed here."""
    reported = reported_or_refused(finding)
    if isinstance(reported, Refused):
        return reported
    matter = reported.matter
    if same_hand(actor, matter.found_by) or same_hand(actor, reported.reported_by):
        return OWN_FINDING_VERIFIED.of()
    if refused := finding_refused(actor, directory, matter):
        return refused
    return [
        RectificationVerified(
            command.finding,
            matter.inspection,
            matter.unit,
            matter.severity,
            reported.due,
            reported.reported_on,
            moment.today,
            whole_days_after(reported.reported_on, reported.due),
            actor,
        )
    ]


def reported_or_refused(finding: Finding) -> ReportedRectification | Refused:
    """The rectification that waits to be looked at, or why there is none."""
    match finding:
        case ReportedRectification():
            return finding
        case VerifiedRectification():
            return FINDING_VERIFIED.of()
        case StruckOffFinding():
            return FINDING_STRUCK_OFF.of()
        case _:
            return RECTIFICATION_NOT_REPORTED.of()
