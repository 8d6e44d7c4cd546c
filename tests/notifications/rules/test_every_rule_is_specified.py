"""The specifications are complete: every refusal has an example, every action a file, every row fits its rule."""

from __future__ import annotations

from inspect import signature
from pathlib import Path

import pytest

from services.notifications.main import SERVICE
from shared.actions import Action
from shared.domain import Refusal

HERE = Path(__file__).parent
TEXTS = "\n".join(file.read_text("utf-8") for file in HERE.glob("test_*.py") if file.name != Path(__file__).name)


@pytest.mark.parametrize("refusal", SERVICE.refusals, ids=lambda refusal: refusal.code)
def test_every_refusal_has_an_example(refusal: Refusal) -> None:
    assert f'"{refusal.code}"' in TEXTS


@pytest.mark.parametrize("action", SERVICE.actions, ids=lambda action: action.name)
def test_every_action_has_a_specification_that_bears_the_name_of_its_rule(action: Action) -> None:
    rule = action.decide.__module__.rpartition(".")[2]
    assert action.name in (HERE / f"test_{rule}.py").read_text("utf-8")


@pytest.mark.parametrize("action", SERVICE.actions, ids=lambda action: action.name)
def test_every_row_gives_its_rule_as_many_reads_as_it_takes(action: Action) -> None:
    assert len(signature(action.decide).parameters) == 2 + len(action.reads)
