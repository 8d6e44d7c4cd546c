"""Nothing that a trail can tell lacks its Chinese word."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest

from services.ledger import events, state
from services.ledger.main import SERVICE
from services.ledger.views.trails import _INSIDE
from services.ledger.words import WORDS
from tests.support.told import told_fields

TRAILED = (*get_args(state.Task), *get_args(state.Plan), *get_args(state.Finding))
"""Situations of the things that have a trail."""


def test_every_event_of_the_ledger_has_a_chinese_word() -> None:
    assert set(WORDS.events) == set(SERVICE.catalogue().kinds)


@pytest.mark.parametrize("situation", TRAILED, ids=lambda kind: kind.__name__)
def test_every_situation_and_each_of_its_fields_has_a_chinese_word(situation: type) -> None:
    assert situation.__name__ in WORDS.situations
    assert (told_fields(situation, _INSIDE) | {"percent"}) - set(WORDS.fields) == set()


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
