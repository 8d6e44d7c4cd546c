"""Officials read Chinese: whatever can be told or asked, and every event, has a Chinese word."""

from __future__ import annotations

import pytest

from shared.codec import type_name
from shared.service import Service
from zeren.office import SERVICES


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_address_and_event_has_a_chinese_word_and_no_word_is_left_over(service: Service) -> None:
    told = {action.name for action in service.actions} | {question.path for question in service.questions}
    told |= {door.asked.__name__ for door in service.doors}
    assert set(service.words.addresses) == told
    assert {type_name(event) for event in service.events} <= set(service.words.events)
