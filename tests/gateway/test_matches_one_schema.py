"""A world cut into subgraphs answers as the same world in one schema does: the data, and which nulls have an error.

Which of several errors below one null are told is left open by the specification, so errors are compared by the null that
they explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from graphql import parse, validate

from gateway.request import SubgraphRequest
from tests.gateway.subgraphs import Federated
from tests.gateway.worlds import Questions, World

QUESTIONS = 8
"""Asked of every world."""


def nulled(data: Any, path: Sequence[str | int]) -> tuple[str | int, ...]:
    """Where an error's path meets null."""
    met: list[str | int] = []
    for step in path:
        if data is None:
            break
        data = data[step]
        met.append(step)
    return tuple(met)


@pytest.mark.parametrize("seed", range(24))
async def test_a_world_in_parts_answers_as_the_whole(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    world = World(random)
    whole, parts = world.whole(), Federated(*world.parts())
    asked = 0
    while asked < QUESTIONS:
        questions = Questions(world, random)
        question = questions.one()
        if validate(parts.supergraph.api, parse(question)):
            continue
        asked += 1
        expected = await whole.ask(SubgraphRequest(question, questions.variables))
        answer = await parts.ask(question, **questions.variables)
        assert answer.data == expected.data, question
        told = {nulled(answer.data, error["path"]) for error in answer.errors}
        assert told == {nulled(expected.data, error["path"]) for error in expected.errors}, question
