"""A finding is not put right (退回整改)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import FindingId, RectificationReturned
from services.ledger.refusals import OWN_REPORT_RETURNED, REASON_MISSING, RECTIFICATION_DUE_PASSED
from services.ledger.rules.duties import finding_refused, same_hand
from services.ledger.rules.texts import is_blank
from services.ledger.rules.verify_rectification import reported_or_refused
from services.ledger.state import Finding
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText, Refused


@dataclass(frozen=True, slots=True)
class ReturnRectification:
    """`due` is until when the unit has to do it then."""

    finding: FindingId
    reason: PublicText
    due: date


def decide(
    command: ReturnRectification, finding: Finding, moment: Moment, actor: Actor, directory: Directory
) -> Decision:
    """Sent back by an inspector who did not report it, with a reason and another time limit."""
    reported = reported_or_refused(finding)
    if isinstance(reported, Refused):
        return reported
    matter = reported.matter
    if same_hand(actor, reported.reported_by):
        return OWN_REPORT_RETURNED.of()
    if refused := finding_refused(actor, directory, matter):
        return refused
    if is_blank(command.reason):
        return REASON_MISSING.of()
    if command.due < moment.today:
        return RECTIFICATION_DUE_PASSED.of(due=command.due, today=moment.today)
    return [
        RectificationReturned(
            command.finding, matter.inspection, matter.unit, matter.severity, command.reason, command.due, actor
        )
    ]
