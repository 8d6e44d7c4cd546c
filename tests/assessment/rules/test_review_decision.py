"""A served decision on a flagged bottom line counts as a confirmed trigger, until it is revoked or reads otherwise."""

from __future__ import annotations

from decimal import Decimal

from services.assessment.events import (
    Grounds,
    VetoGroundsAdded,
    VetoGroundsWithdrawn,
    VetoLifted,
    VetoStatusChanged,
)
from services.assessment.rules.review_decision import ReviewDecision
from services.assessment.state import StandingNow
from shared.domain import PublicText
from tests.assessment.city import BASIS, COMMITTEE, CONCEALED, SCHEME, SYSTEM, WATER, YUNLING, assessment, in_force

ID = "decision/决定一/Y01"
SERVED = ReviewDecision(SCHEME, WATER, "决定一", ("Y01", "DX-03"))
REVOKED = ReviewDecision(SCHEME, WATER, "决定一", ())
NOW = StandingNow(90, 40, 1, Decimal(86), Decimal(80), BASIS, False)


def grounds(id: str = ID) -> Grounds:
    return Grounds(id, "decision", 1, None, Decimal(80), 0, 0, CONCEALED.legal_basis)


VETOED = VetoStatusChanged(SCHEME, WATER, "clear", "vetoed", grounds())
WITHDRAWN = VetoGroundsWithdrawn(SCHEME, WATER, (ID,), "决定一")


def test_a_flagged_bottom_line_vetoes_at_once_on_its_legal_basis() -> None:
    assessment.given(*in_force()).when(SERVED, by=SYSTEM, asked=NOW).then(VETOED)


def test_one_that_is_not_flagged_vetoes_nobody() -> None:
    other = ReviewDecision(SCHEME, WATER, "决定一", ("Y02", "DX-03"))
    assessment.given(*in_force()).when(other, by=SYSTEM, asked=NOW).then()


def test_the_same_again_changes_nothing() -> None:
    assessment.given(*in_force(), VETOED).when(SERVED, by=SYSTEM, asked=NOW).then()


def test_a_revoked_decision_takes_its_veto_back() -> None:
    left = Grounds("withdrawal/决定一/90", "withdrawal", 1, Decimal(86), Decimal(80), 90, 40, BASIS, lifted=(ID,))
    assessment.given(*in_force(), VETOED).when(REVOKED, by=SYSTEM, asked=NOW).then(
        WITHDRAWN, VetoStatusChanged(SCHEME, WATER, "vetoed", "clear", left)
    )


def test_with_a_standing_below_the_line_the_unit_is_at_risk_then() -> None:
    low = StandingNow(90, 40, 1, Decimal("79.995"), Decimal(80), BASIS, False)
    outcome = assessment.given(*in_force(), VETOED).when(REVOKED, by=SYSTEM, asked=low)
    assert outcome.event(VetoStatusChanged).status == "at-risk"


def test_other_grounds_stay() -> None:
    second = VetoGroundsAdded(SCHEME, WATER, grounds("decision/决定二/Y01"))
    assessment.given(*in_force(), VETOED, second).when(REVOKED, by=SYSTEM, asked=NOW).then(WITHDRAWN)


def test_what_the_committee_lifted_does_not_veto_again() -> None:
    lifted = VetoLifted(SCHEME, WATER, (ID,), "appeal", PublicText("申诉成立"), PublicText("纪要"), COMMITTEE)
    clear = VetoStatusChanged(
        SCHEME, WATER, "vetoed", "clear", Grounds("lifting/90", "lifting", 1, Decimal(86), Decimal(80), 90, 40, BASIS)
    )
    assessment.given(*in_force(), VETOED, lifted, clear).when(SERVED, by=SYSTEM, asked=NOW).then()


def test_a_standing_that_cannot_be_read_and_a_scheme_not_in_force_are_told() -> None:
    parked = StandingNow(90, 40, 1, Decimal(86), Decimal(80), BASIS, True)
    assessment.given(*in_force(), VETOED).when(REVOKED, by=SYSTEM, asked=parked).then_refused("standing-incomplete")
    assessment.given(*YUNLING).when(SERVED, by=SYSTEM, asked=NOW).then_refused("scheme-not-in-force")
