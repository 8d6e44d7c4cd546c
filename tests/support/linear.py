"""Is a history of concurrent commands on one stream linearizable? As Wing and Gong ask: is there an order of all of them,
each between its call and its answer, in which one after the other would have been answered so?

The stream is a counter of versions. A command may name the version that it expects; it is done, and told the new version,
or refused, and told the version that it found. One that was never answered may have been done at any time since, or never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Operation:
    """One command from its call to its answer, both in seconds of one clock. `version` is what it was told: after it, when
    done; found, when refused (None where a refusal does not say)."""

    called: float
    answered: float
    expected: int | None
    outcome: Literal["done", "refused", "unknown"]
    version: int | None = None


def _after(operation: Operation, version: int) -> list[int]:
    """The versions at which the stream may stand when the operation happens at `version`; none when it cannot have."""
    meets = operation.expected is None or operation.expected == version
    match operation.outcome:
        case "done":
            return [version + 1] if meets and operation.version == version + 1 else []
        case "refused":
            return [version] if not meets and operation.version in (None, version) else []
        case "unknown":
            return [version + 1, version] if meets else [version]


def linearizable(history: Sequence[Operation], start: int) -> bool:
    """Whether the history can be put in an order, the stream standing at version `start` before it."""
    operations = sorted(history, key=lambda operation: (operation.called, operation.answered))
    seen: set[tuple[int, int, int, frozenset[int]]] = set()
    # A place in the search: the first operation that is not placed, those placed behind it, and the version.
    paths: list[tuple[int, frozenset[int], int]] = [(0, frozenset(), start)]
    while paths:
        first, ahead, version = paths.pop()
        while first in ahead:
            ahead, first = ahead - {first}, first + 1
        if first == len(operations):
            return True
        place = (first, version, len(ahead), ahead)
        if place in seen:
            continue
        seen.add(place)
        soonest = NEVER
        for at in range(first, len(operations)):
            if at in ahead:
                continue
            operation = operations[at]
            if operation.called > soonest:
                break  # somebody had been answered before this one was called
            soonest = min(soonest, operation.answered)
            paths += [(first, ahead | {at}, after) for after in _after(operation, version)]
    return False
