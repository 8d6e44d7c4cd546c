"""A case that names its handler is taken from them."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.name_in_case import NameInCase
from tests.complaints.city import (
    CASE,
    CASE_CONCLUDED,
    CASE_RUNNING,
    DISCIPLINE,
    FANG,
    HANDLER,
    HE,
    SECOND,
    SUPERVISOR,
    complaints,
)


def test_whom_it_names_works_on_it_no_more() -> None:
    complaints.given(*CASE_RUNNING).when(NameInCase(CASE, (FANG,)), by=SUPERVISOR).then(
        e.CaseConcerns(CASE, DISCIPLINE, (FANG,), SUPERVISOR), e.HandlerTakenOff(CASE, DISCIPLINE, FANG, True)
    )


def test_others_are_named_and_nobody_is_taken_off() -> None:
    complaints.given(*CASE_RUNNING).when(NameInCase(CASE, (HE,)), by=HANDLER).then(
        e.CaseConcerns(CASE, DISCIPLINE, (HE,), HANDLER)
    )


def test_only_those_who_work_on_it_name_people() -> None:
    complaints.given(*CASE_RUNNING).when(NameInCase(CASE, (HE,)), by=SECOND).then_refused("not-yours-to-handle")


def test_after_the_conclusion_nobody_is_named() -> None:
    complaints.given(*CASE_CONCLUDED).when(NameInCase(CASE, (HE,)), by=HANDLER).then_refused("case-over")
