"""Nothing that a trail can tell lacks its Chinese word."""

from __future__ import annotations

import dataclasses
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from services.ledger import events, state
from services.ledger.main import SERVICE
from services.ledger.views.trails import _INSIDE
from services.ledger.words import WORDS

TRAILED = (*get_args(state.Task), *get_args(state.Plan), *get_args(state.Finding))
"""Situations of the things that have a trail."""


def test_every_event_of_the_ledger_has_a_chinese_word() -> None:
    assert set(WORDS.events) == set(SERVICE.catalogue().kinds)


@pytest.mark.parametrize("situation", TRAILED, ids=lambda kind: kind.__name__)
def test_every_situation_and_each_of_its_fields_has_a_chinese_word(situation: type) -> None:
    assert situation.__name__ in WORDS.situations
    assert told_fields(situation) - set(WORDS.fields) == set()


@pytest.mark.parametrize(
    "words",
    [
        events.ProjectKind,
        events.ProjectLevel,
        events.PhaseName,
        events.Direction,
        events.LetterSide,
        events.InspectionKind,
        events.Severity,
        get_type_hints(state.EndedTask)["how"],
    ],
)
def test_every_set_word_has_a_chinese_word(words: Any) -> None:
    assert set(get_args(words)) <= set(WORDS.values)


def told_fields(kind: Any) -> set[str]:
    """The fields that a trail tells of a situation, with those of the values inside it."""
    found: set[str] = set()
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        if field.name not in _INSIDE:
            found.add(field.name)
        for inner in dataclasses_in(hints[field.name]):
            found |= told_fields(inner)
    return found | ({"percent"} if kind is state.Course else set())


def dataclasses_in(hint: Any) -> list[Any]:
    if get_origin(hint) in (Union, types.UnionType, tuple):
        return [kind for arg in get_args(hint) for kind in dataclasses_in(arg)]
    if get_origin(hint) is Literal:
        return []
    return [hint] if dataclasses.is_dataclass(hint) else []
