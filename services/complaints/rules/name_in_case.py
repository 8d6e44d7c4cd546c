"""It becomes known whom else a case is about; handlers whom it names are taken off it in the same moment."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import CaseConcerns, CaseId, HandlerTakenOff
from services.complaints.refusals import CASE_OVER
from services.complaints.rules.duties import concerned, not_handled_by, persons_unknown
from services.complaints.state import Case, RunningCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonId


@dataclass(frozen=True, slots=True)
class NameInCase:
    """补充案件涉及人员。Name further persons whom a case is about."""

    case: CaseId
    persons: tuple[PersonId, ...]


def decide(command: NameInCase, case: Case, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    """A case that names its handler is taken from them (回避)."""
    if not isinstance(case, RunningCase):
        return CASE_OVER.of()
    if refused := not_handled_by(actor, case.handlers, moment, directory) or persons_unknown(
        command.persons, directory
    ):
        return refused
    new = tuple(person for person in dict.fromkeys(command.persons) if person not in case.about_persons)
    if not new:
        return []
    off = [h.person for h in case.handlers if concerned(h.person, case.about_unit, new, directory)]
    return [
        CaseConcerns(case.case, case.unit, new, actor),
        *(HandlerTakenOff(case.case, case.unit, person, True) for person in off),
    ]
