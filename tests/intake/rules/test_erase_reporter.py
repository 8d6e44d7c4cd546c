"""Who reported is erased; what the report says stays."""

from __future__ import annotations

from services.intake.rules.erase_reporter import EraseReporter
from shared.domain import PersonalText
from shared.facts import PersonalDataErased
from tests.intake.county import PRIVACY_ACTOR, intake
from tests.intake.rules.facts import COMPLAINT, LODGED, NAMED, REPORTER, WRITTEN

REASON = PersonalText("举报人申请删除")
ERASE = EraseReporter(COMPLAINT, REASON)
ERASED = PersonalDataErased(f"person/{REPORTER}", REASON)


def test_the_key_of_the_reporter_is_destroyed() -> None:
    intake.given(LODGED, WRITTEN, NAMED).when(ERASE, by=PRIVACY_ACTOR).then(ERASED)


def test_an_erasure_has_a_reason() -> None:
    unreasoned = EraseReporter(COMPLAINT, PersonalText(""))
    intake.given(LODGED, WRITTEN, NAMED).when(unreasoned, by=PRIVACY_ACTOR).then_refused("text-missing", field="reason")


def test_an_anonymous_report_has_nobody_to_erase() -> None:
    intake.given(LODGED, WRITTEN).when(ERASE, by=PRIVACY_ACTOR).then_refused("complaint-anonymous")


def test_a_reporter_is_erased_once() -> None:
    intake.given(LODGED, WRITTEN, NAMED, ERASED).when(ERASE, by=PRIVACY_ACTOR).then_refused("identity-erased")
