"""What becomes of a report that may belong to an upper body."""

from __future__ import annotations

from services.intake.rules.decide_held import Next, wrong_with
from shared.domain import PublicText

CITY = PublicText("云岭市信访局")


def code(
    state: str, upward: str, then: Next, to: PublicText | None, decided_to: PublicText | None = None
) -> str | None:
    refused = wrong_with(state, {"upward": upward, "to": decided_to}, then, to)
    return refused.code if refused is not None else None


def test_what_may_stay_stays_or_goes_up() -> None:
    assert code("review", "may", "kept", None) is None
    assert code("review", "may", "handing-up", CITY) is None


def test_about_the_body_or_the_chief_over_it_goes_straight_up() -> None:
    assert code("review", "must", "kept", None) == "must-go-up"
    assert code("review", "must", "handing-up", CITY) is None


def test_it_goes_up_to_somebody() -> None:
    assert code("review", "must", "handing-up", None) == "text-missing"
    assert code("review", "must", "handing-up", PublicText(" ")) == "text-missing"


def test_a_decision_stands() -> None:
    assert code("kept", "may", "kept", None) is None
    assert code("handing-up", "may", "handing-up", CITY, CITY) is None
    assert code("kept", "may", "handing-up", CITY) == "held-decided"
    assert code("handing-up", "may", "handing-up", PublicText("省信访局"), CITY) == "held-decided"
