"""A unit has to put a finding right (责令整改)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import FindingId, RectificationOrdered
from services.ledger.refusals import RECTIFICATION_DUE_PASSED, RECTIFICATION_ORDERED
from services.ledger.rules.duties import finding_refused
from services.ledger.rules.texts import text_missing
from services.ledger.state import Finding, OpenFinding
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText


@dataclass(frozen=True, slots=True)
class OrderRectification:
    """`requirement` is what has to be done, readable by everybody; `due` the last day."""

    finding: FindingId
    requirement: PublicText
    due: date


def decide(
    command: OrderRectification, finding: Finding, moment: Moment, actor: Actor, directory: Directory
) -> Decision:
    """Ordered once, with a requirement and a time limit that lies ahead."""
    if not isinstance(finding, OpenFinding):
        return RECTIFICATION_ORDERED.of()
    if refused := finding_refused(actor, directory, finding.matter):
        return refused
    if refused := text_missing(command.requirement, "requirement", "整改要求"):
        return refused
    if command.due < moment.today:
        return RECTIFICATION_DUE_PASSED.of(due=command.due, today=moment.today)
    matter = finding.matter
    return [
        RectificationOrdered(
            command.finding,
            matter.inspection,
            matter.unit,
            matter.severity,
            command.requirement,
            moment.today,
            command.due,
            actor,
        )
    ]
