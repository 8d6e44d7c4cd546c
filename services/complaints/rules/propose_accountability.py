"""It is proposed to hold a person or a unit accountable for what a case established."""

from __future__ import annotations

from dataclasses import dataclass

from services.complaints.events import (
    AccountabilityProposed,
    CaseId,
    DecisionId,
    FactsFound,
    Form,
    Ground,
    Responsibility,
    SubjectClass,
)
from services.complaints.refusals import (
    CASE_NOT_SUBSTANTIATED,
    CASE_UNKNOWN,
    GROUND_TEXT_MISSING,
    PERSON_NOT_CONCERNED,
    UNIT_NOT_OF_CASE,
)
from services.complaints.rules.duties import not_handled_by, recused, text_missing
from services.complaints.rules.subjects import misfit
from services.complaints.state import Accountability, Case, ConcludedCase
from shared.directory import Directory
from shared.domain import Actor, Decision, Moment, PersonalText, PersonId, PostId, PublicText, UnitId
from shared.references import Terms


@dataclass(frozen=True, slots=True)
class ProposeAccountability:
    """提出责任追究建议。Propose to hold somebody accountable: `person`, or without one the `unit` itself.

    `post` is the one the person held at the time of the facts. `bottom_lines` are codes of the catalogue; `ground` and
    `ground_text` say why it should be lighter or heavier; `facts` what was found.
    """

    decision: DecisionId
    case: CaseId
    unit: UnitId
    subject_class: SubjectClass
    bottom_lines: tuple[str, ...]
    responsibility: Responsibility
    form: Form
    facts: PersonalText
    person: PersonId | None = None
    post: PostId | None = None
    ground: Ground = "ordinary"
    ground_text: PublicText | None = None


def decide(
    command: ProposeAccountability,
    decision: Accountability | None,
    cases: tuple[Case | None, ...],
    directory: Directory,
    terms: Terms,
    actor: Actor,
    moment: Moment,
) -> Decision:
    """Only for what a case established, of those whom it is about or who answered for them (一案双查)."""
    (case,) = cases
    if case is None:
        return CASE_UNKNOWN.of()
    if not isinstance(case, ConcludedCase) or not case.substantiated:
        return CASE_NOT_SUBSTANTIATED.of()
    if refused := not_handled_by(actor, case.handlers, moment, directory):
        return refused
    if command.person is None and command.unit != case.about_unit:
        return UNIT_NOT_OF_CASE.of()
    if command.person is not None:
        if command.person not in (*case.about_persons, *case.signers):
            return PERSON_NOT_CONCERNED.of()
        if command.unit not in directory.units_of(command.person):
            return UNIT_NOT_OF_CASE.of()
    bottom_lines = tuple(dict.fromkeys(command.bottom_lines))
    if refused := (
        recused(actor, command.unit, (command.person,) if command.person else (), directory)
        or misfit(
            command.person,
            command.subject_class,
            bottom_lines,
            command.responsibility,
            command.form,
            terms,
            moment.today,
        )
        or text_missing(command.facts, "facts", "违纪违法事实")
    ):
        return refused
    if command.ground != "ordinary" and not (command.ground_text or "").strip():
        return GROUND_TEXT_MISSING.of()
    return [
        AccountabilityProposed(
            command.decision,
            case.case,
            command.unit,
            command.person,
            command.post,
            command.subject_class,
            bottom_lines,
            command.responsibility,
            command.form,
            command.ground,
            command.ground_text,
            case.facts_on,
            case.investigators,
            moment.today,
            actor,
        ),
        FactsFound(command.decision, command.facts),
    ]
