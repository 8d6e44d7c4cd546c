"""A history that cannot have been is found out, and one that can is not."""

from __future__ import annotations

import random

import pytest

from tests.support.linear import NEVER, Operation, linearizable


def done(called: float, answered: float, version: int, expected: int | None = None) -> Operation:
    return Operation(called, answered, expected, "done", version)


def refused(called: float, answered: float, version: int | None, expected: int) -> Operation:
    return Operation(called, answered, expected, "refused", version)


def unknown(called: float, expected: int | None = None) -> Operation:
    return Operation(called, NEVER, expected, "unknown")


@pytest.mark.parametrize(
    "history",
    [
        [done(0, 1, 2), done(2, 3, 3)],
        [done(0, 5, 3), done(1, 2, 2)],  # called first, and done second
        [done(0, 5, 2, expected=1), refused(1, 4, 2, expected=1)],
        [unknown(0), done(1, 2, 3)],  # it was done after all
        [unknown(0), done(1, 2, 2)],  # it was not, or not yet
        [unknown(0, expected=1), refused(3, 4, 2, expected=1)],
    ],
)
def test_what_can_have_been(history: list[Operation]) -> None:
    assert linearizable(history, start=1)


@pytest.mark.parametrize(
    "history",
    [
        [done(0, 1, 2), done(2, 3, 2)],  # two were told that they made the same version
        [done(0, 1, 3), done(2, 3, 2)],  # the second happened before the first, and was called after it
        [done(0, 1, 2, expected=1), done(0, 2, 3, expected=1)],  # both rested on the same version
        [done(0, 1, 2), refused(2, 3, 1, expected=3)],  # told a version that was over
        [refused(0, 1, None, expected=1)],  # refused, though it was as expected
        [done(0, 1, 2), done(2, 3, 4)],  # a version nobody made
        [unknown(0, expected=5), done(1, 2, 3)],  # the one in between cannot have been that one
    ],
)
def test_what_cannot_have_been(history: list[Operation]) -> None:
    assert not linearizable(history, start=1)


def test_a_long_history_and_one_answer_in_it_that_was_given_too_late() -> None:
    """Five at once, a thousand commands; then the answers of two that did not overlap are exchanged."""
    draws = random.Random(7)  # noqa: S311 — no secret
    history = [done(n + draws.random() * 4, n + 5 + draws.random() * 4, n + 2) for n in range(1_000)]
    assert linearizable(history, start=1)
    one, other = history[100], history[200]
    history[100] = Operation(one.called, one.answered, None, "done", other.version)
    history[200] = Operation(other.called, other.answered, None, "done", one.version)
    assert not linearizable(history, start=1)
