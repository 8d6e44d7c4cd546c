"""Exact weights and the progress of a whole from its parts."""

from decimal import Decimal, Inexact
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.weights import plain, roll_up, weights_total

BUDGET = settings(max_examples=100, derandomize=True, deadline=None)

PERCENTS = st.decimals(0, 100, places=2)


@st.composite
def parts_of_a_whole(draw: st.DrawFn) -> list[tuple[Decimal, Decimal]]:
    """Weights in hundredths that add up to 100, each with a percentage."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), max_size=12)))
    ends = [0, *cuts, 10_000]
    weights = [Decimal(b - a).scaleb(-2) for a, b in pairwise(ends)]
    return [(weight, draw(PERCENTS)) for weight in weights]


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_33_33_twice_and_33_34_add_up_to_100() -> None:
    assert weights_total(decimals("33.33", "33.33", "33.34")) == 100


def test_40_and_59_9_add_up_to_99_9_and_say_so() -> None:
    assert str(weights_total(decimals("40", "59.9"))) == "99.9"


def test_no_weights_add_up_to_0() -> None:
    assert weights_total([]) == 0


def test_a_weight_lost_to_rounding_elsewhere_counts_here() -> None:
    assert weights_total([Decimal(100), Decimal("1e-30")]) != 100


def test_a_whole_of_40_done_and_60_half_done_stands_at_70() -> None:
    assert str(roll_up([(Decimal(40), Decimal(100)), (Decimal(60), Decimal(50))])) == "70"


def test_a_roll_up_is_not_rounded() -> None:
    parts = [(Decimal("33.33"), Decimal("33.33")), (Decimal("66.67"), Decimal("79.99"))]
    assert str(roll_up(parts)) == "64.438222"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([("40", "100"), ("59.99", "100")], "add up to 99.99, not 100"),
        ([], "add up to 0, not 100"),
        ([("-1", "100"), ("101", "100")], "a weight of -1"),
        ([("100", "100.01")], "a percentage of 100.01"),
        ([("100", "-0.01")], "a percentage of -0.01"),
    ],
)
def test_parts_that_are_no_whole_are_refused(parts: list[tuple[str, str]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        roll_up([(Decimal(weight), Decimal(percent)) for weight, percent in parts])


def test_more_digits_than_can_be_exact_are_an_error_and_not_rounded() -> None:
    with pytest.raises(Inexact):
        weights_total([Decimal(100), Decimal("1e-300")])


@pytest.mark.parametrize(
    ("number", "text"), [("92.0400", "92.04"), ("1E+2", "100"), ("100.00", "100"), ("0.00", "0"), ("-0", "0")]
)
def test_equal_numbers_read_alike(number: str, text: str) -> None:
    assert str(plain(Decimal(number))) == text


@BUDGET
@given(parts_of_a_whole())
def test_a_roll_up_equals_the_sum_of_fractions(parts: list[tuple[Decimal, Decimal]]) -> None:
    rolled = roll_up(parts)
    assert Fraction(rolled) == sum(Fraction(weight) * Fraction(percent) / 100 for weight, percent in parts)
    assert 0 <= rolled <= 100


@BUDGET
@given(parts_of_a_whole())
def test_a_whole_is_finished_exactly_when_every_part_with_weight_is(parts: list[tuple[Decimal, Decimal]]) -> None:
    assert (roll_up(parts) == 100) == all(percent == 100 for weight, percent in parts if weight)


@BUDGET
@given(parts_of_a_whole(), parts_of_a_whole())
def test_the_roll_up_of_a_roll_up_stays_exact(
    inner: list[tuple[Decimal, Decimal]], outer: list[tuple[Decimal, Decimal]]
) -> None:
    nested = [(weight, roll_up(inner)) for weight, _ in outer]
    assert roll_up(nested) == roll_up(inner)
