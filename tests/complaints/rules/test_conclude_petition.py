"""A report is dealt with: substantiated or not, and never without an answer."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.conclude_petition import ConcludePetition
from shared.domain import PersonalText
from tests.complaints.city import ACCEPTED_PETITION, DISCIPLINE, HANDLER, REPORT, TODAY, WATER, complaints, of_class

ANSWER = e.ReporterTold(REPORT, DISCIPLINE, "answer", PersonalText("答复意见"), TODAY, HANDLER)


def test_an_accusation_is_substantiated_or_not() -> None:
    complaints.given(*ACCEPTED_PETITION).when(ConcludePetition(REPORT, True), by=HANDLER).then(
        e.PetitionConcluded(REPORT, DISCIPLINE, WATER, "accusation", True, True, TODAY, HANDLER)
    )
    complaints.given(*ACCEPTED_PETITION).when(ConcludePetition(REPORT), by=HANDLER).then_refused(
        "substantiation-missing"
    )


def test_redress_needs_its_answer_first() -> None:
    given = of_class("redress")
    complaints.given(*given).when(ConcludePetition(REPORT, True), by=HANDLER).then_refused("petition-answer-missing")
    complaints.given(*given, ANSWER).when(ConcludePetition(REPORT, True), by=HANDLER).then_types(e.PetitionConcluded)


def test_a_suggestion_states_no_fact() -> None:
    given = (*of_class("suggestion"), ANSWER)
    complaints.given(*given).when(ConcludePetition(REPORT, True), by=HANDLER).then_refused("substantiation-not-meant")
    complaints.given(*given).when(ConcludePetition(REPORT), by=HANDLER).then_types(e.PetitionConcluded)
