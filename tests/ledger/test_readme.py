"""The ledger's page says what the table of actions says, and its example of a hash can be reckoned again."""

import re
from pathlib import Path

from services.ledger.events import LetterId, PlanId
from services.ledger.rules import ACTIONS
from services.ledger.state import LetterText, hash_of, signable
from shared.domain import PublicText, UnitId

PAGE = (Path(__file__).parents[2] / "services/ledger/README.md").read_text("utf-8")


def test_every_action_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:`([^`]+)`|on the machine itself) \| \[(\w+)\]", PAGE, flags=re.MULTILINE)
    assert rows == [
        (action.name, action.path if action.may else "", action.decide.__module__.rpartition(".")[2])
        for action in ACTIONS
    ]


def test_the_example_of_a_hash_is_right() -> None:
    letter = LetterText(
        LetterId("l1"),
        PlanId("plan-2026"),
        1,
        2026,
        UnitId("云岭市委"),
        UnitId("市水务局"),
        PublicText("2026年党风廉政建设责任书"),
        PublicText("市水务局对本局党风廉政建设负主体责任……"),
    )
    shown = re.search(r"```json\n(.*)\n```", PAGE)
    assert shown is not None
    assert signable(letter).decode() == shown[1]
    assert f"`{hash_of(signable(letter))}`" in PAGE
