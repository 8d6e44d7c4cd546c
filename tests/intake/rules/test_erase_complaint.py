"""What a report says is erased; that it was lodged stays."""

from __future__ import annotations

from services.intake.rules.erase_complaint import EraseComplaint
from shared.domain import PersonalText
from shared.facts import PersonalDataErased
from tests.intake.county import PRIVACY_ACTOR, intake
from tests.intake.rules.facts import COMPLAINT, LODGED, NAMED, WRITTEN

REASON = PersonalText("举报人申请删除")
ERASE = EraseComplaint(COMPLAINT, REASON)
ERASED = PersonalDataErased(f"stream/complaint/{COMPLAINT}", REASON)


def test_the_key_of_the_words_is_destroyed() -> None:
    intake.given(LODGED, WRITTEN, NAMED).when(ERASE, by=PRIVACY_ACTOR).then(ERASED)


def test_an_erasure_has_a_reason() -> None:
    unreasoned = EraseComplaint(COMPLAINT, PersonalText(""))
    intake.given(LODGED, WRITTEN).when(unreasoned, by=PRIVACY_ACTOR).then_refused("text-missing", field="reason")


def test_words_are_erased_once() -> None:
    intake.given(LODGED, WRITTEN, ERASED).when(ERASE, by=PRIVACY_ACTOR).then_refused("content-erased")
