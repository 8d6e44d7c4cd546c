"""The committee lifts grounds of a veto with a reason; the unit is then as its standing is, or vetoed by what remains."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from services.assessment.events import Grounds, TriggerId, VetoGroundsAdded, VetoLifted, VetoStatusChanged
from services.assessment.rules.lift_veto import LiftVeto
from services.assessment.state import StandingNow
from shared.domain import PublicText
from tests.assessment.city import BASIS, COMMITTEE, CONCEALED, SCHEME, WATER, WATER_MEMBER, assessment, in_force
from tests.assessment.rules.test_review_veto import changed, closed

REASON, PAPER = PublicText("申诉成立，原扣分事实有误"), PublicText("云考委〔2026〕5号")
LIFT = LiftVeto(SCHEME, WATER, ("round/mid-year",), "appeal", REASON, PAPER)
LIFTED = VetoLifted(SCHEME, WATER, ("round/mid-year",), "appeal", REASON, PAPER, COMMITTEE)
VETOED = changed("at-risk", "vetoed", closed("79"))
TRIGGERED = Grounds("trigger/T1", "trigger", 1, None, Decimal(80), 0, 0, CONCEALED.legal_basis, None, TriggerId("T1"))


def standing(score: str) -> StandingNow:
    return StandingNow(300, 44, 1, Decimal(score), Decimal(80), BASIS, incomplete=False)


def lifting(command: LiftVeto, *before: Any, score: str = "88", by: Any = COMMITTEE) -> Any:
    return assessment.given(*in_force(), *before).when(command, by=by, asked=standing(score))


def afterwards(score: str) -> Grounds:
    return Grounds("lifting/300", "lifting", 1, Decimal(score), Decimal(80), 300, 44, BASIS, lifted=("round/mid-year",))


def test_a_unit_whose_standing_is_above_the_line_is_clear_again() -> None:
    lifting(LIFT, VETOED).then(LIFTED, VetoStatusChanged(SCHEME, WATER, "vetoed", "clear", afterwards("88")))


def test_a_unit_whose_standing_is_still_below_is_at_risk() -> None:
    lifting(LIFT, VETOED, score="79.995").then(
        LIFTED, VetoStatusChanged(SCHEME, WATER, "vetoed", "at-risk", afterwards("79.995"))
    )


def test_other_grounds_keep_the_unit_vetoed() -> None:
    vetoed_twice = (changed("clear", "vetoed", TRIGGERED), VetoGroundsAdded(SCHEME, WATER, closed("79")))

    lifting(LIFT, *vetoed_twice).then(LIFTED)


def test_only_grounds_that_stand_are_lifted() -> None:
    lifting(replace(LIFT, grounds=("trigger/T9",)), VETOED).then_refused("veto-grounds-unknown", grounds="trigger/T9")
    lifting(replace(LIFT, grounds=()), VETOED).then_refused("veto-grounds-missing")


def test_a_unit_that_is_not_vetoed_has_nothing_lifted() -> None:
    lifting(LIFT, changed("clear", "at-risk", replace(closed("79"), kind="standing"))).then_refused("not-vetoed")


def test_a_reason_and_a_paper_are_given() -> None:
    lifting(replace(LIFT, reason=PublicText(" ")), VETOED).then_refused("text-missing", field="reason")
    lifting(replace(LIFT, document=PublicText("")), VETOED).then_refused("text-missing", field="document")


def test_a_member_who_holds_a_post_in_the_unit_is_recused() -> None:
    lifting(LIFT, VETOED, by=WATER_MEMBER).then_refused("recused")


def test_nothing_is_lifted_on_an_incomplete_standing() -> None:
    incomplete = replace(standing("88"), incomplete=True)

    assessment.given(*in_force(), VETOED).when(LIFT, by=COMMITTEE, asked=incomplete).then_refused("standing-incomplete")
