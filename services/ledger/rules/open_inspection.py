"""An inspection (督查) of one or more units begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.ledger.events import ComprehensiveCheckCounted, InspectionId, InspectionKind, InspectionOpened
from services.ledger.refusals import (
    COMPREHENSIVE_CHECK_AGAIN,
    TARGET_TWICE,
    TARGETS_MISSING,
    TEAM_MEMBER_TWICE,
    TEAM_MEMBER_WITHOUT_POST,
    TEAM_MISSING,
    TEAM_OF_INSPECTED_UNIT,
    WINDOW_REVERSED,
)
from services.ledger.rules.duties import own_unit_refused
from services.ledger.rules.essentials import unit_refused
from services.ledger.rules.powers import name_of, out_of_reach
from services.ledger.rules.texts import is_blank, text_missing
from services.ledger.state import ComprehensiveChecks
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId, PublicText, Refused, UnitId
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class OpenInspection:
    """`inspection` is allotted. `unit` is the inspecting organ, `team` those who may record findings.

    A `comprehensive` inspection counts for the year in which its window begins; `authorisation` names who allowed a
    further one.
    """

    inspection: InspectionId
    unit: UnitId
    title: PublicText
    kind: InspectionKind
    targets: tuple[UnitId, ...]
    team: tuple[PersonId, ...]
    basis: PublicText
    window_from: date
    window_to: date
    comprehensive: bool = False
    authorisation: PublicText | None = None


def checks_of_the_year(command: OpenInspection, state: None) -> list[str]:
    """The counts of comprehensive checks that this one adds to, in the order of the targets."""
    if not command.comprehensive:
        return []
    return [f"comprehensive-check/{target}/{command.window_from.year}" for target in command.targets]


def decide(
    command: OpenInspection,
    state: None,
    checks: tuple[ComprehensiveChecks | None, ...],
    moment: Moment,
    actor: Actor,
    directory: Directory,
    terms: Terms,
) -> Decision:
    """Nobody inspects their own unit, and no unit is checked comprehensively more often than the term allows without authorisation."""
    if refused := text_missing(command.title, "title", "督查名称") or text_missing(command.basis, "basis", "督查依据"):
        return refused
    if command.window_to < command.window_from:
        return WINDOW_REVERSED.of()
    if refused := _targets_refused(command, actor, directory) or _team_refused(command, moment, directory):
        return refused
    authorisation = None if is_blank(command.authorisation) else command.authorisation
    year, limit = command.window_from.year, terms.whole("comprehensive-checks-per-year", moment.today)
    counted: list[ComprehensiveCheckCounted] = []
    for target, earlier in zip(command.targets if command.comprehensive else (), checks, strict=True):
        used_up = earlier is not None and len(earlier.inspections) >= limit
        if used_up and authorisation is None:
            return COMPREHENSIVE_CHECK_AGAIN.of(unit=name_of(directory, target), year=year, limit=limit)
        needed = authorisation if used_up else None
        counted.append(ComprehensiveCheckCounted(target, year, command.inspection, limit, needed))
    opened = InspectionOpened(
        command.inspection,
        command.unit,
        command.title,
        command.kind,
        command.comprehensive,
        command.targets,
        command.team,
        command.basis,
        command.window_from,
        command.window_to,
        authorisation,
        actor,
    )
    return [opened, *counted]


def _targets_refused(command: OpenInspection, actor: Actor, directory: Directory) -> Refused | None:
    if not command.targets:
        return TARGETS_MISSING.of()
    if len(set(command.targets)) < len(command.targets):
        return TARGET_TWICE.of()
    for target in command.targets:
        refused = (
            unit_refused(directory, target)
            or out_of_reach(actor, directory, target)
            or own_unit_refused(actor, directory, target)
        )
        if refused:
            return refused
    return None


def _team_refused(command: OpenInspection, moment: Moment, directory: Directory) -> Refused | None:
    if not command.team:
        return TEAM_MISSING.of()
    if len(set(command.team)) < len(command.team):
        return TEAM_MEMBER_TWICE.of()
    for member in command.team:
        own = [held.unit for held in directory.principal(member, moment.today).posts if held.on_behalf is None]
        if not own:
            return TEAM_MEMBER_WITHOUT_POST.of(person=member)
        for target in command.targets:
            if any(directory.is_within(unit, target) for unit in own):
                return TEAM_OF_INSPECTED_UNIT.of(person=member, unit=name_of(directory, target))
    return None
