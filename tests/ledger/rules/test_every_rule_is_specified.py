"""The specifications are complete: every refusal has an example, every action a file, every row fits its rule."""

from inspect import signature
from pathlib import Path

import pytest

from services.ledger.events import EVENTS, PUBLISHED
from services.ledger.refusals import REFUSALS
from services.ledger.rules import ACTIONS
from services.ledger.state import FOLDS
from shared.actions import Action
from shared.codec import Catalogue
from shared.domain import Refusal
from shared.references import REFERENCE_EVENTS

HERE = Path(__file__).parent
TEXTS = "\n".join(file.read_text("utf-8") for file in HERE.glob("test_*.py") if file.name != Path(__file__).name)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_every_refusal_has_an_example(refusal: Refusal) -> None:
    assert f'"{refusal.code}"' in TEXTS


def test_no_two_refusals_share_a_code() -> None:
    assert len({refusal.code for refusal in REFUSALS}) == len(REFUSALS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_has_a_specification_that_bears_the_name_of_its_rule(action: Action) -> None:
    rule = action.decide.__module__.rpartition(".")[2]
    assert (HERE / f"test_{rule}.py").exists()
    assert action.name in (HERE / f"test_{rule}.py").read_text("utf-8")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_row_gives_its_rule_as_many_reads_as_it_takes(action: Action) -> None:
    assert len(signature(action.decide).parameters) == 2 + len(action.reads)


def test_no_two_actions_share_a_path() -> None:
    assert len({action.path for action in ACTIONS}) == len(ACTIONS)


def test_every_stream_that_the_ledger_writes_is_folded() -> None:
    catalogue = Catalogue((*EVENTS, *REFERENCE_EVENTS), PUBLISHED)
    kernel_alone = {"deadline-kind", "reaction", "refused", "republished"}
    prefixes = {kind.stream_format.partition("/")[0] for kind in catalogue.kinds.values()}
    assert prefixes - kernel_alone == set(FOLDS)
