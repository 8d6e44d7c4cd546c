"""Weights and percentages, exactly: what adds up to 100 on paper adds up to 100 here, and nothing is rounded."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import Final

HUNDRED: Final = Decimal(100)

_EXACT: Final = Context(prec=200, traps=[Inexact, InvalidOperation])
"""Raises rather than rounds. Nothing an office writes comes near 200 digits."""


def weights_total(weights: Iterable[Decimal]) -> Decimal:
    """The sum of the weights; no weights add up to 0."""
    with localcontext(_EXACT):
        return plain(sum(weights, Decimal(0)))


def roll_up(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The percentage of a whole whose parts are given as (weight, percent): Σ weight · percent / 100.

    Exact, and therefore with more decimals than its parts. ValueError unless the weights add up to exactly 100, none
    of them is negative and every percentage lies from 0 to 100.
    """
    pairs = tuple(parts)
    with localcontext(_EXACT):
        for weight, percent in pairs:
            if not weight >= 0:
                raise ValueError(f"a weight of {weight}")
            if not 0 <= percent <= HUNDRED:
                raise ValueError(f"a percentage of {percent}")
        if (total := weights_total(weight for weight, _ in pairs)) != HUNDRED:
            raise ValueError(f"weights that add up to {total}, not 100")
        return plain(sum((weight * percent for weight, percent in pairs), Decimal(0)).scaleb(-2))


def plain(number: Decimal) -> Decimal:
    """The same number as people write it: no zeros behind the decimals and no exponent, so that equal numbers read alike."""
    with localcontext(_EXACT):
        short = number.normalize()
        return short.quantize(Decimal(1)) if short.as_tuple().exponent > 0 else short + 0  # type: ignore[operator]
