"""Nothing that a trail of the complaints service can tell lacks its Chinese word."""

from __future__ import annotations

from typing import get_args

import pytest

from services.complaints import state
from services.complaints.main import SERVICE
from services.complaints.views.trails import _INSIDE
from services.complaints.words import WORDS
from shared.codec import type_name
from tests.support.told import set_words, told_fields

TRAILED = tuple(
    situation
    for union in (state.PetitionSituation, state.Clue, state.Case, state.Accountability)
    for situation in get_args(union)
)
"""Situations of the things that have a trail."""


def test_every_event_has_a_chinese_word() -> None:
    assert set(WORDS.events) == {type_name(event) for event in SERVICE.events}


@pytest.mark.parametrize("situation", TRAILED, ids=lambda kind: kind.__name__)
def test_every_situation_each_of_its_fields_and_each_set_word_has_a_chinese_word(situation: type) -> None:
    assert situation.__name__ in WORDS.situations
    assert told_fields(situation, _INSIDE) - set(WORDS.fields) == set()
    assert set_words(situation) - set(WORDS.values) == set()
