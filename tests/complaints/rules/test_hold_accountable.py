"""The competent body decides, after hearing, with nobody in it who investigated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.complaints import events as e
from services.complaints.rules.hold_accountable import HoldAccountable
from tests.complaints.city import (
    CASE_CONCLUDED,
    CHAIR,
    DECISION,
    DECISION_HEARD,
    DECISION_PROPOSED,
    HANDLER,
    HEARD,
    HELD,
    PAPER,
    PROPOSED,
    SUPERVISOR,
    TODAY,
    WATER_DEPUTY,
    complaints,
)

HOLD = HoldAccountable(DECISION, PAPER, date(2026, 9, 2))


def test_a_person_is_held_accountable_by_the_body_of_who_decides() -> None:
    complaints.given(*DECISION_HEARD).when(HOLD, by=CHAIR).then(replace(HELD, decided_on=TODAY))


def test_not_before_they_were_heard() -> None:
    complaints.given(*DECISION_PROPOSED).when(HOLD, by=CHAIR).then_refused("person-not-heard")


def test_not_by_who_investigated_or_proposed() -> None:
    complaints.given(*DECISION_HEARD).when(HOLD, by=HANDLER).then_refused("investigator-decides")
    complaints.given(*DECISION_HEARD).when(HOLD, by=SUPERVISOR).then_refused("investigator-decides")


def test_nobody_of_the_unit_decides() -> None:
    complaints.given(*DECISION_HEARD).when(HOLD, by=WATER_DEPUTY).then_refused("recused")


def test_an_effect_does_not_end_before_it_begins() -> None:
    ended = replace(HOLD, effect_until=date(2026, 3, 1))
    complaints.given(*DECISION_HEARD).when(ended, by=CHAIR).then_refused("effect-ends-before")


def test_a_lighter_form_may_be_decided_than_was_proposed() -> None:
    lighter = replace(HOLD, form="circular")
    complaints.given(*DECISION_HEARD).when(lighter, by=CHAIR).then(replace(HELD, decided_on=TODAY, form="circular"))


def test_a_unit_is_held_accountable() -> None:
    unit = replace(
        PROPOSED, person=None, post=None, subject_class="committee", responsibility="principal", form="circular"
    )
    given = (*CASE_CONCLUDED, unit, HEARD)
    complaints.given(*given).when(HOLD, by=CHAIR).then_types(e.UnitHeldAccountable)
