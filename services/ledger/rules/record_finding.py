"""An inspection found something at a unit (登记问题)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import (
    Evidence,
    FindingDescribed,
    FindingId,
    InspectionFound,
    InspectionId,
    Severity,
    TaskId,
)
from services.ledger.refusals import (
    BOTTOM_LINE_INVALID,
    DATE_IN_FUTURE,
    FINDING_ABOUT_ONESELF,
    INSPECTION_CLOSED,
    INSPECTION_UNKNOWN,
    NOT_IN_TEAM,
    OUTSIDE_WINDOW,
    TASK_OF_OTHER_UNIT,
    TASK_UNKNOWN,
    TEXT_MISSING,
    UNIT_NOT_INSPECTED,
)
from services.ledger.rules.dates import occurring
from services.ledger.rules.duties import names, own_unit_refused
from services.ledger.rules.powers import name_of
from services.ledger.rules.proof import evidence_refused
from services.ledger.rules.texts import number_invalid, text_missing
from services.ledger.state import ClosedInspection, Inspection, OpenInspection, Task
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText, PersonId, PublicText, Refused, UnitId


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """`finding` is allotted. `unit` is the unit inspected; `narrative` what was found, kept sealed.

    `category` is the office's own word; `bottom_line` the code of a bottom line (底线) that is touched; `task` and
    `person` whom it concerns, if anybody. `found_on` is today when it is not given.
    """

    finding: FindingId
    inspection: InspectionId
    unit: UnitId
    category: PublicText
    severity: Severity
    narrative: PersonalText
    bottom_line: str | None = None
    task: TaskId | None = None
    person: PersonId | None = None
    evidence: tuple[Evidence, ...] = ()
    found_on: date | None = None


def inspection_and_task(command: RecordFinding, state: None) -> list[str]:
    return [f"inspection/{command.inspection}", *([f"task/{command.task}"] if command.task else [])]


def decide(
    command: RecordFinding,
    state: None,
    inspection_and_task: tuple[Inspection | Task | None, ...],
    moment: Moment,
    actor: Actor,
    directory: Directory,
) -> Decision:
    """Found by a member of the team, at a unit inspected, while the inspection runs; never about oneself."""
    inspection, *tasks = inspection_and_task
    found_on = command.found_on or moment.today
    match inspection:
        case OpenInspection():
            refused = _not_of_this_inspection(command, inspection, actor, directory, found_on)
        case ClosedInspection():
            refused = INSPECTION_CLOSED.of()
        case _:
            refused = INSPECTION_UNKNOWN.of(inspection=command.inspection)
    if refused:
        return refused
    if found_on > moment.today:
        return DATE_IN_FUTURE.of(day=found_on, today=moment.today)
    if names(actor, command.person):
        return FINDING_ABOUT_ONESELF.of()
    if refused := own_unit_refused(actor, directory, command.unit) or _contents_refused(command):
        return refused
    for task in tasks:
        if task is None or isinstance(task, Inspection):
            return TASK_UNKNOWN.of(task=command.task)
        if command.unit not in (task.unit, *task.says.co_units):
            return TASK_OF_OTHER_UNIT.of(task=command.task)
    assert isinstance(inspection, OpenInspection)  # noqa: S101 — for the type checker; refused above otherwise
    found = InspectionFound(
        command.finding,
        command.inspection,
        inspection.unit,
        command.unit,
        command.category,
        command.severity,
        command.bottom_line,
        command.task,
        command.person,
        command.evidence,
        found_on,
        actor,
    )
    described = FindingDescribed(command.finding, command.narrative)
    return occurring(found_on, moment, found, described)


def _not_of_this_inspection(
    command: RecordFinding, inspection: OpenInspection, actor: Actor, directory: Directory, found_on: date
) -> Refused | None:
    if actor.subject not in inspection.team:
        return NOT_IN_TEAM.of()
    if not any(directory.is_within(command.unit, target) for target in inspection.targets):
        return UNIT_NOT_INSPECTED.of(unit=name_of(directory, command.unit))
    if not inspection.window_from <= found_on <= inspection.window_to:
        return OUTSIDE_WINDOW.of(day=found_on, window_from=inspection.window_from, window_to=inspection.window_to)
    return None


def _contents_refused(command: RecordFinding) -> Refused | None:
    if refused := text_missing(command.category, "category", "问题类别"):
        return refused
    if not command.narrative:
        return TEXT_MISSING.of(field="narrative", field_zh="问题描述")
    if command.bottom_line is not None and number_invalid(command.bottom_line):
        return BOTTOM_LINE_INVALID.of(code=command.bottom_line[:60])
    return evidence_refused(command.evidence)
