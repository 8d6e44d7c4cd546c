"""Every action of every service is specified, with an example of each way in which it says no."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest

from shared.actions import Action
from shared.domain import Refusal
from shared.service import Service
from zeren.office import SERVICES

TESTS = Path(__file__).parents[1]

ACTIONS = [(service, action) for service in SERVICES for action in service.actions]
REFUSALS = [(service, refusal) for service in SERVICES for refusal in service.refusals]


def _specification(service: Service, action: Action) -> Path:
    rule = action.decide.__module__.rpartition(".")[2]
    return TESTS / service.name / "rules" / f"test_{rule}.py"


def _can_refuse(action: Action) -> bool:
    """Whether the rule's file has a way to say no: a refusal made, or one handed on."""
    source = inspect.getsource(sys.modules[action.decide.__module__])
    return ".of(" in source or "refused" in source


@pytest.mark.parametrize(("service", "action"), ACTIONS, ids=lambda row: getattr(row, "name", None))
def test_every_action_has_a_specification_in_a_file_of_its_rules_name(service: Service, action: Action) -> None:
    path = _specification(service, action)
    assert path.exists()
    assert action.name in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("service", "action"), [row for row in ACTIONS if _can_refuse(row[1])], ids=lambda row: getattr(row, "name", None)
)
def test_every_rule_that_can_refuse_is_seen_refusing(service: Service, action: Action) -> None:
    assert "then_refused(" in _specification(service, action).read_text("utf-8")


@pytest.mark.parametrize(("service", "refusal"), REFUSALS, ids=lambda row: getattr(row, "code", None) or row.name)
def test_every_refusal_has_an_example(service: Service, refusal: Refusal) -> None:
    examples = (TESTS / service.name).rglob("test_*.py")
    assert any(f'"{refusal.code}"' in path.read_text("utf-8") for path in examples)
