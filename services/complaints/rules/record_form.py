"""Which of the four forms was applied to somebody."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import CaseId, FormRecorded, FourForms
from services.complaints.refusals import CASE_CLOSED, CASE_NOT_CONCLUDED, PERSON_NOT_CONCERNED
from services.complaints.rules.duties import text_missing
from services.complaints.state import Case, ClosedCase, RunningCase
from shared.domain import Actor, Decision, PersonId, PublicText


@dataclass(frozen=True, slots=True)
class RecordForm:
    """登记“四种形态”运用。Record which of the four forms was applied to somebody, and on which basis."""

    case: CaseId
    person: PersonId
    form: FourForms
    basis: PublicText


def decide(command: RecordForm, case: Case, actor: Actor) -> Decision:
    if isinstance(case, ClosedCase):
        return CASE_CLOSED.of()
    if isinstance(case, RunningCase):
        return CASE_NOT_CONCLUDED.of()
    if command.person not in case.about_persons and command.person not in case.signers:
        return PERSON_NOT_CONCERNED.of()
    if refused := text_missing(command.basis, "basis", "依据"):
        return refused
    return [FormRecorded(case.case, case.unit, command.person, command.form, command.basis, actor)]
