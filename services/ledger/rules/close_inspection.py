"""No further finding is recorded in an inspection (督查结束)."""

from __future__ import annotations

from dataclasses import dataclass

from services.ledger.events import InspectionClosed, InspectionId
from services.ledger.refusals import INSPECTION_CLOSED
from services.ledger.state import ClosedInspection, Inspection, OpenInspection
from shared.domain import Actor, Decision, Moment


@dataclass(frozen=True, slots=True)
class CloseInspection:
    inspection: InspectionId


def decide(command: CloseInspection, inspection: Inspection, moment: Moment, actor: Actor) -> Decision:
    """It is closed once; what was found goes on until it is struck off."""
    match inspection:
        case ClosedInspection():
            return INSPECTION_CLOSED.of()
        case OpenInspection():
            return [InspectionClosed(command.inspection, inspection.unit, moment.today, actor)]
