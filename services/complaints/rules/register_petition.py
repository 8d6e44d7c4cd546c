"""A report is registered by the body that received it."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import Category, ComplaintId, PetitionRegistered
from services.complaints.refusals import (
    ABOUT_ONESELF,
    RECLASSIFIED_WITHOUT_REASON,
    REPEAT_OF_ITSELF,
    REPORT_NOT_RECEIVED_HERE,
    REPORT_UNKNOWN,
)
from services.complaints.rules.jurisdiction import about_itself
from services.complaints.state import PetitionSituation, Report
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PublicText, UnitId


@dataclass(frozen=True, slots=True)
class RegisterPetition:
    """信访登记。Register a report that `unit` received, under the class that it belongs to.

    `reason` says why, where that is not the class under which it was lodged; `repeat_of` names an earlier report of the same
    matter: both are kept, and counted.
    """

    complaint: ComplaintId
    unit: UnitId
    category: Category
    reason: PublicText | None = None
    repeat_of: ComplaintId | None = None


def decide(
    command: RegisterPetition,
    petition: PetitionSituation | None,
    reports: tuple[Report | None, ...],
    directory: Directory,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """Registered already: nothing is to be recorded."""
    if petition is not None:
        return []
    (report,) = reports
    if report is None:
        return REPORT_UNKNOWN.of()
    lodged = report.lodged
    if lodged.received_by != command.unit:
        return REPORT_NOT_RECEIVED_HERE.of()
    if about_itself(command.unit, lodged.unit, directory):
        return ABOUT_ONESELF.of()
    if command.category != lodged.category and not (command.reason or "").strip():
        return RECLASSIFIED_WITHOUT_REASON.of()
    if command.repeat_of == command.complaint:
        return REPEAT_OF_ITSELF.of()
    return [
        PetitionRegistered(
            command.complaint,
            command.unit,
            lodged.unit,
            command.category,
            lodged.category,
            command.reason if command.category != lodged.category else None,
            command.repeat_of,
            lodged.by_name,
            lodged.reachable,
            lodged.lodged_on,
            moment.today,
            actor,
        )
    ]
