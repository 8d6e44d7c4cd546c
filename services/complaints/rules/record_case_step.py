"""A step of an investigation is recorded, in words that are sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.complaints.events import CaseId, CaseStepRecorded
from services.complaints.refusals import CASE_OVER
from services.complaints.rules.duties import in_future, not_handled_by, recused, text_missing
from services.complaints.state import Case, RunningCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText


@dataclass(frozen=True, slots=True)
class RecordCaseStep:
    """记录办案步骤。Record a step of the investigation."""

    case: CaseId
    narrative: PersonalText
    taken_on: date


def decide(command: RecordCaseStep, case: Case, directory: Directory, actor: Actor, moment: Moment) -> Decision:
    if not isinstance(case, RunningCase):
        return CASE_OVER.of()
    if refused := (
        not_handled_by(actor, case.handlers, moment, directory)
        or recused(actor, case.about_unit, case.about_persons, directory)
        or text_missing(command.narrative, "narrative", "步骤内容")
        or in_future(command.taken_on, moment)
    ):
        return refused
    return [CaseStepRecorded(case.case, case.unit, case.steps + 1, command.narrative, command.taken_on, actor)]
