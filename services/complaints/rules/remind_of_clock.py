"""A clock is about to run out, or has. The system alone records it, by a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import ClockReminded, ClockStage, MatterKind
from shared.domain import Decision, PersonId, UnitId


@dataclass(frozen=True, slots=True)
class RemindOfClock:
    """As the view of the clocks has it on the day."""

    kind: MatterKind
    matter: str
    clock: str
    stage: ClockStage
    unit: UnitId
    handler: PersonId | None
    due: date


def decide(command: RemindOfClock, reminded: object | None) -> Decision:
    return [
        ClockReminded(
            command.kind,
            command.matter,
            command.clock,
            command.stage,
            command.unit,
            command.handler,
            command.due,
        )
    ]
