"""The same subgraphs are composed by @apollo/composition: clients see the same schema, or the same codes of errors.

In two places this gateway is stricter, and says SATISFIABILITY_ERROR where the other composes: it enters a subgraph that
has what a field requires only by a key that is resolvable there, and where a shared field is of an abstract type, it
follows what any of the sharing subgraphs may answer, not only what all of them may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from gateway.compose import compose
from tests.gateway.composing import codes, printed, sources
from tests.gateway.differential.compositions import SETS
from tests.gateway.differential.generated import entities, values
from tests.gateway.nodes import Node

STRICTER = ["SATISFIABILITY_ERROR"]


def _theirs(node: Node, sets: Sequence[Mapping[str, str]]) -> list[Any]:
    """What the other makes of each set."""
    asked = [
        [{"name": each.name, "url": each.url, "sdl": each.sdl} for each in sources(**subgraphs)] for subgraphs in sets
    ]
    answered: list[Any] = node.ask("compose.mjs", asked)
    return answered


@pytest.fixture(scope="module")
def theirs(node: Node) -> dict[str, Any]:
    return dict(zip(SETS, _theirs(node, list(SETS.values())), strict=True))


@pytest.mark.parametrize("name", SETS)
def test_composition_is_the_same(name: str, theirs: dict[str, Any]) -> None:
    ours = codes(**SETS[name])
    assert ours == theirs[name]["codes"], theirs[name]["messages"]
    if not ours:
        assert printed(compose(sources(**SETS[name])).api) == theirs[name]["api"]


@pytest.mark.parametrize(("make", "seed"), [(entities, 1), (values, 2)])
def test_composition_of_generated_subgraphs_is_the_same(make: Any, seed: int, node: Node) -> None:
    chance = Random(seed)  # noqa: S311 — the same sets every time
    sets = [make(chance) for _ in range(70)]
    composed = 0
    for subgraphs, answer in zip(sets, _theirs(node, sets), strict=True):
        ours = codes(**subgraphs)
        if not answer["codes"] and ours == STRICTER:
            continue
        assert ours == answer["codes"], (subgraphs, answer["messages"])
        if not ours:
            composed += 1
            assert printed(compose(sources(**subgraphs)).api) == answer["api"], subgraphs
    assert composed > 10


def test_the_text_is_read_as_the_other_writes_it(theirs: dict[str, Any], node: Node) -> None:
    """The other finds in our text the same subgraphs as in its own."""
    valid = [name for name in SETS if not theirs[name]["codes"]]
    ours = node.ask("read.mjs", [compose(sources(**SETS[name])).sdl for name in valid])
    expected = node.ask("read.mjs", [theirs[name]["sdl"] for name in valid])
    for name, read, wanted in zip(valid, ours, expected, strict=True):
        assert read == wanted, name
        assert read["api"] == theirs[name]["api"], name
