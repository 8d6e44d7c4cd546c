"""Figures as reports print them, and numbers in the order in which people count."""

from decimal import Decimal

import pytest

from services.ledger.views.plans import percent_of
from services.ledger.views.tasks import sort_key


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(104, 113, "92.04"), (1, 8, "12.50"), (1, 3, "33.33"), (2, 3, "66.67"), (0, 5, "0.00")],
)
def test_a_share_is_printed_with_two_decimals_rounded_half_up(part: int, whole: int, percent: str) -> None:
    assert percent_of(part, whole) == Decimal(percent)


def test_nothing_has_no_share_of_nothing() -> None:
    assert percent_of(0, 0) is None


def test_numbers_are_ordered_as_people_count() -> None:
    numbers = ["10-2", "2", "10", "10-10", "1"]
    assert sorted(numbers, key=sort_key) == ["1", "2", "10", "10-2", "10-10"]
