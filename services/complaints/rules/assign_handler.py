"""Somebody is to work on a case, perhaps from a coordination zone and for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import CaseId, HandlerAssigned
from services.complaints.refusals import ACCESS_ENDED_BEFORE, CASE_CLOSED, ZONE_WITHOUT_END
from services.complaints.rules.duties import unfit_to_handle
from services.complaints.state import Case, ClosedCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId, PublicText


@dataclass(frozen=True, slots=True)
class AssignHandler:
    """指定案件承办人。Let somebody work on a case; from a `zone` (办案协作区) only `until` a day.

    Who comes from a zone has a post in the body for that time, recorded in the ledger.
    """

    case: CaseId
    handler: PersonId
    zone: PublicText | None = None
    until: date | None = None


def decide(command: AssignHandler, case: Case, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    """Nobody whom the case names, nor anybody of the unit it is about."""
    if isinstance(case, ClosedCase):
        return CASE_CLOSED.of()
    if command.zone is not None and command.until is None:
        return ZONE_WITHOUT_END.of()
    if command.until is not None and command.until < moment.today:
        return ACCESS_ENDED_BEFORE.of(until=command.until)
    if refused := unfit_to_handle(command.handler, case.unit, case.about_unit, case.about_persons, directory, moment):
        return refused
    return [HandlerAssigned(case.case, case.unit, command.handler, command.zone, command.until, actor)]
