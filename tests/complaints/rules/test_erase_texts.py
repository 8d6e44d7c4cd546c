"""The texts of a matter are erased for good, with a reason."""

from __future__ import annotations

from services.complaints.rules.erase_texts import EraseTexts
from shared.domain import PersonalText
from shared.facts import PersonalDataErased
from tests.complaints.city import CLUE, OPENED, PRIVACY, YUNLING, complaints

ERASE = EraseTexts("clue", CLUE, PersonalText("依法删除"))
ERASED = PersonalDataErased(f"stream/clue/{CLUE}", PersonalText("依法删除"))


def test_the_key_of_a_matter_is_destroyed() -> None:
    complaints.given(*YUNLING, OPENED).when(ERASE, by=PRIVACY).then(ERASED)


def test_once_and_only_of_what_there_is() -> None:
    complaints.given(*YUNLING, OPENED, ERASED).when(ERASE, by=PRIVACY).then_refused("texts-erased")
    complaints.given(*YUNLING).when(ERASE, by=PRIVACY).then_refused("matter-unknown")
