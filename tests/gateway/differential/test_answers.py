"""The same questions about the same subgraphs are answered by @apollo/gateway: data, where errors are, how much is asked.

Left out is what the other is known to do wrong: an alias that is called as a key (`id: code`) takes the key's place, and a
field left out by a constant is fetched all the same. It tells no error of what is null because an entity is not there. Its
paths of errors name fields as it fetched them, so an error whose
path the client does not know is only compared as being one.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from graphql import parse, validate

from tests.gateway import (
    test_abstract_types,
    test_aliases,
    test_conditions,
    test_entities,
    test_errors,
    test_fragments,
    test_mutations,
    test_nulls,
    test_provides,
    test_requires,
)
from tests.gateway.differential.asking import Question, answers_of_apollo
from tests.gateway.nodes import Node
from tests.gateway.subgraphs import Federated
from tests.gateway.worlds import Questions, World

KNOWN_TO_DIFFER = ("id: code", "@skip(if: true)")

WORLDS = 6

BROKEN = {"id": "1", "stock": {"left": ValueError("not counted"), "places": [1, None]}}


def table() -> list[tuple[Federated, list[Question]]]:
    """Subgraphs of the specifications, with questions that cross them."""
    return [
        (test_entities.shop(), [Question("{ products { name left shelf { row } } product { left } }")]),
        (test_entities.chain(), [Question("{ user { name joined } }")]),
        (test_requires.shop(), [Question("{ product { estimate free } }")]),
        (
            test_provides.gateway(),
            [
                Question("{ latest { author { name address { city } } } }"),
                Question("{ latest { editor { name } author { name address { city street } } } }"),
            ],
        ),
        (
            test_abstract_types.library(),
            [
                Question("{ items { title ... on Book { lent } ... on Film { lent age minutes } } }"),
                Question("{ found { __typename ... on Film { age } ... on Map { scale } } }"),
                Question("query ($id: ID!) { item(id: $id) { id ... on Book { lent } } }", {"id": "b1"}),
            ],
        ),
        (
            test_fragments.gateway(),
            [
                Question(
                    "{ user { ...A ...B } } fragment A on User { name home { city } } fragment B on User { visits }"
                ),
                Question("{ node { ... on Named { name ... on User { visits } } id } }"),
            ],
        ),
        (
            test_conditions.gateway(),
            [
                Question(test_conditions.QUERY, {"visits": visits, "bare": bare})
                for visits in (True, False)
                for bare in (True, False)
            ],
        ),
        (
            test_aliases.gateway(),
            [
                Question(
                    '{ user { a: name one: greet(word: "a") two: greet f: friend(number: 2) { n: name visits(since: 2) } } }'
                ),
                Question(
                    "query ($n: Int, $w: String!) { greet(word: $w) user { visits(since: $n) } }", {"n": 2, "w": "x"}
                ),
            ],
        ),
        (
            test_mutations.gateway(test_mutations.Counter()),
            [Question("mutation { a: add(by: 1) { number note } double { number } b: add(by: 5) { note } }")],
        ),
        (
            test_nulls.gateway(None),
            [
                Question(query)
                for query in ("{ item { name may } }", "{ full { must } item { name } }", "{ box { item { must } } }")
            ],
        ),
        (test_errors.gateway([BROKEN]), [Question("{ items { s: name stock { left places } } other }")]),
    ]


def worlds() -> list[tuple[Federated, list[Question]]]:
    asked = []
    for seed in range(WORLDS):
        random = Random(seed)  # noqa: S311
        world = World(random)
        federated = Federated(*world.parts())
        questions: list[Question] = []
        while len(questions) < 5:
            one = Questions(world, random)
            text = one.one()
            if not any(known in text for known in KNOWN_TO_DIFFER) and not validate(
                federated.supergraph.api, parse(text)
            ):
                questions.append(Question(text, one.variables))
        asked.append((federated, questions))
    return asked


def nulls(data: Any, errors: Sequence[Any]) -> set[tuple[str | int, ...]]:
    """The nulls that errors explain, as far as their paths are the client's."""
    found = set()
    for error in errors:
        here = data
        met: list[str | int] = []
        for step in error["path"]:
            if here is None:
                found.add(tuple(met))
                break
            if isinstance(here, dict) and step not in here:
                break
            here = here[step]
            met.append(step)
        else:
            found.add(tuple(met))
    return found


async def test_answers_are_the_same(node: Node) -> None:
    asked = [*table(), *worlds()]
    theirs = await answers_of_apollo(node, asked)
    # Anew, because mutations have changed what lies behind the first.
    for (federated, questions), (others, _), answers in zip([*table(), *worlds()], asked, theirs, strict=True):
        for question, answer in zip(questions, answers, strict=True):
            ours = await federated.ask(question.query, **question.variables)
            assert ours.data == answer["data"], question
            assert ours.errors or not answer["errors"], question
            assert nulls(ours.data, answer["errors"]) <= nulls(ours.data, ours.errors), question
        assert len(federated.fetched()) <= len(others.fetched())
