"""What the intake can be told to do, row by row.

Lodging, messages, ratings and handing up are not in the table: they enter by holding (`services.intake.doors`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from services.intake.rules import (
    confirm_handed_up,
    disclose_identity,
    erase_complaint,
    erase_reporter,
    export_handed_up,
)
from services.intake.state import Lodged
from shared.actions import Action, Asked, Streams, no_unit

Ask = Callable[[Any, Any, Any], Awaitable[Any]]


def _complaint(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"complaint/{command.complaint}",)


def _erasure_of_content(command: Any, situation: Any) -> tuple[str, ...]:
    return (f"erasure/stream/complaint/{command.complaint}",)


def _erasure_of_reporter(command: Any, lodged: Lodged | None) -> tuple[str, ...]:
    return (f"erasure/person/{lodged.reporter}",) if lodged is not None and lodged.reporter else ()


def actions(reporter_erased: Ask, held_reporter: Ask) -> tuple[Action, ...]:
    """THE table. What is read of the holding table is handed in by `main`, so that rules import no view.

    Whoever may open or erase an identity is asked about the installation as a whole: complaints know no such officer.
    """
    return (
        Action(
            disclose_identity.DiscloseIdentity,
            disclose_identity.decide,
            stream="disclosure/{disclosure}",
            path="disclosures",
            may=("privacy-officer",),
            unit=no_unit,
            reads=(Streams(_complaint), Asked(reporter_erased), "directory", "actor", "moment"),
            creates="disclosure",
            needs_state=False,
        ),
        Action(
            erase_complaint.EraseComplaint,
            erase_complaint.decide,
            stream="complaint/{complaint}",
            path="complaints/{complaint}/erase",
            may=("privacy-officer",),
            unit=no_unit,
            reads=(Streams(_erasure_of_content),),
        ),
        Action(
            erase_reporter.EraseReporter,
            erase_reporter.decide,
            stream="complaint/{complaint}",
            path="complaints/{complaint}/erase-reporter",
            may=("privacy-officer",),
            unit=no_unit,
            reads=(Streams(_erasure_of_reporter),),
        ),
        Action(
            export_handed_up.ExportHandedUp,
            export_handed_up.decide,
            stream="handed-up/{handed_up}",
            path="handed-up/{handed_up}/export",
            may=("intake-clerk",),
            reads=("moment",),
        ),
        Action(
            confirm_handed_up.ConfirmHandedUp,
            confirm_handed_up.decide,
            stream="handed-up/{handed_up}",
            path="handed-up/{handed_up}/confirm",
            may=("intake-clerk",),
            reads=(Asked(held_reporter), "moment"),
        ),
    )
