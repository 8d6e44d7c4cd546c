"""What a standing or a closed round does to a unit's veto status; every sentence of the rule is an example here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.assessment.events import (
    Grounds,
    GroundsKind,
    RoundKind,
    VetoGroundsAdded,
    VetoLifted,
    VetoStatus,
    VetoStatusChanged,
    VetoTiming,
)
from services.assessment.rules.review_veto import ReviewVeto
from shared.domain import PublicText
from tests.assessment.city import BASIS, COMMITTEE, SCHEME, SYSTEM, WATER, assessment

PAPER = PublicText("云考委〔2026〕5号")


def grounds(
    kind: GroundsKind, score: str, position: int, *, id: str | None = None, round_: RoundKind | None = None
) -> Grounds:
    named = id or (f"round/{round_}" if round_ else f"{kind}/{position}")
    return Grounds(named, kind, 1, Decimal(score), Decimal(80), position, 7, BASIS, round_)


def standing(score: str, position: int) -> Grounds:
    return grounds("standing", score, position)


def closed(score: str, round_: RoundKind = "mid-year", position: int = 90) -> Grounds:
    return grounds("round", score, position, round_=round_)


def changed(was: VetoStatus, status: VetoStatus, on: Grounds) -> VetoStatusChanged:
    return VetoStatusChanged(SCHEME, WATER, was, status, on)


def review(on: Grounds, *before: Any, timing: VetoTiming = "at-close") -> Any:
    return assessment.given(*before).when(ReviewVeto(SCHEME, WATER, timing, on), by=SYSTEM)


def lifted(*ids: str) -> VetoLifted:
    return VetoLifted(SCHEME, WATER, ids, "correction", PublicText("数据更正"), PAPER, COMMITTEE)


# --- between rounds -----------------------------------------------------------------------------------------------


def test_a_standing_below_the_line_between_rounds_is_at_risk() -> None:
    review(standing("79", 10)).then(changed("clear", "at-risk", standing("79", 10)))


def test_79_995_is_below_80() -> None:
    review(standing("79.995", 10)).then(changed("clear", "at-risk", standing("79.995", 10)))


def test_exactly_80_is_not_below_80() -> None:
    review(standing("80", 10)).then()
    review(standing("80.000000000000", 10)).then()


def test_a_standing_that_rises_ends_the_risk() -> None:
    at_risk = changed("clear", "at-risk", standing("79", 10))

    review(standing("80", 12), at_risk).then(changed("at-risk", "clear", standing("80", 12)))


def test_what_changes_nothing_is_not_recorded() -> None:
    at_risk = changed("clear", "at-risk", standing("79", 10))

    review(standing("78", 12), at_risk).then()
    review(standing("91", 12)).then()


def test_a_standing_of_an_earlier_position_says_nothing_any_more() -> None:
    at_risk = changed("clear", "at-risk", standing("79", 10))

    review(standing("85", 9), at_risk).then()


def test_a_standing_that_rises_does_not_end_a_veto() -> None:
    vetoed = changed("at-risk", "vetoed", closed("79"))

    review(standing("95", 120), vetoed).then()


# --- when a round closes ------------------------------------------------------------------------------------------


def test_a_score_below_the_line_vetoes_when_its_round_closes() -> None:
    at_risk = changed("clear", "at-risk", standing("79.995", 10))

    review(closed("79.995"), at_risk).then(changed("at-risk", "vetoed", closed("79.995")))


def test_a_score_of_80_does_not_veto() -> None:
    review(closed("80")).then()


def test_a_second_round_below_the_line_adds_its_grounds() -> None:
    vetoed = changed("clear", "vetoed", closed("79"))

    review(closed("75", "year-end", 200), vetoed).then(VetoGroundsAdded(SCHEME, WATER, closed("75", "year-end", 200)))


def test_a_round_that_was_lifted_does_not_veto_again() -> None:
    history = (
        changed("clear", "vetoed", closed("79")),
        lifted("round/mid-year"),
        changed("vetoed", "clear", grounds("lifting", "88", 100)),
    )

    review(closed("79"), *history).then()
    review(closed("79", "year-end", 200), *history).then(changed("clear", "vetoed", closed("79", "year-end", 200)))


# --- where the scheme says live -------------------------------------------------------------------------------------


def test_a_live_scheme_vetoes_as_soon_as_the_standing_is_below_the_line() -> None:
    review(standing("79.995", 10), timing="live").then(changed("clear", "vetoed", standing("79.995", 10)))


def test_a_live_veto_is_one_veto_however_far_the_standing_falls() -> None:
    vetoed = changed("clear", "vetoed", standing("79", 10))

    review(standing("60", 12), vetoed, timing="live").then()


def test_a_live_veto_that_was_lifted_returns_only_when_the_standing_falls_lower() -> None:
    history = (
        changed("clear", "vetoed", standing("79", 10)),
        lifted("standing/10"),
        changed("vetoed", "at-risk", grounds("lifting", "75", 20)),
    )

    review(standing("77", 21), *history, timing="live").then()
    review(standing("74.9", 22), *history, timing="live").then(changed("at-risk", "vetoed", standing("74.9", 22)))


def test_a_live_veto_returns_after_the_standing_has_been_above_the_line_again() -> None:
    history = (
        changed("clear", "vetoed", standing("79", 10)),
        lifted("standing/10"),
        changed("vetoed", "at-risk", grounds("lifting", "75", 20)),
        changed("at-risk", "clear", standing("81", 25)),
    )

    review(standing("78", 30), *history, timing="live").then(changed("clear", "vetoed", standing("78", 30)))
