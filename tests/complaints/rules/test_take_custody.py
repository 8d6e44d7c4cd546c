"""The other side signs, and has it."""

from __future__ import annotations

from services.complaints import events as e
from services.complaints.rules.take_custody import TakeCustody
from tests.complaints.city import CLUE, DISCIPLINE, FANG, GAO, OPENED, SECOND, TODAY, YUNLING, complaints

OFFERED = e.CustodyOffered(CLUE, DISCIPLINE, FANG, GAO, TODAY)


def test_it_changes_hands_with_the_second_signature() -> None:
    complaints.given(*YUNLING, OPENED, OFFERED).when(TakeCustody(CLUE), by=SECOND).then(
        e.CustodyTaken(CLUE, DISCIPLINE, FANG, GAO, TODAY)
    )


def test_nobody_takes_what_was_not_signed_over() -> None:
    complaints.given(*YUNLING, OPENED).when(TakeCustody(CLUE), by=SECOND).then_refused("clue-custody-not-offered")
