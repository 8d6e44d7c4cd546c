"""Draws that depend on the seed and on what they are about, never on the order in which they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Every draw names what it is about, such as ("late", "17"); the same seed and name always give the same draw."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def _bits(self, about: Sequence[object]) -> int:
        text = "\x1f".join(str(part) for part in (self.seed, *about))
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")

    def happens(self, percent: int, *about: object) -> bool:
        """True in `percent` of a hundred cases."""
        return self._bits(about) % 100 < percent

    def whole(self, low: int, high: int, *about: object) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self._bits(about) % (high - low + 1)

    def one(self, choices: Sequence[T], *about: object) -> T:
        return choices[self._bits(about) % len(choices)]

    def some(self, count: int, choices: Iterable[T], *about: object) -> list[T]:
        """So many different ones, in an order that is drawn too; all of them when there are fewer."""
        return sorted(choices, key=lambda choice: (self._bits((*about, choice)), str(choice)))[:count]
