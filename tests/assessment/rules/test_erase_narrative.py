"""The narrative of a trigger is erased; that it was reported, and what was decided, stays."""

from __future__ import annotations

from services.assessment.main import SERVICE
from services.assessment.rules.erase_narrative import EraseNarrative
from shared.domain import PersonalText
from shared.facts import PersonalDataErased
from tests.assessment.city import COMMITTEE, assessment, in_force
from tests.assessment.rules.test_confirm_trigger import CONFIRMED, TRIGGER, reported

REASON = PersonalText("当事人申请：举报已查否")
ERASE = EraseNarrative(TRIGGER, REASON)
ERASED = PersonalDataErased(f"stream/trigger/{TRIGGER}", REASON)


def test_the_key_of_a_narrative_is_destroyed_whatever_was_decided() -> None:
    assessment.given(*in_force(), reported()).when(ERASE, by=COMMITTEE).then(ERASED)
    assessment.given(*in_force(), reported(), CONFIRMED).when(ERASE, by=COMMITTEE).then(ERASED)


def test_a_trigger_misspelt_is_not_taken_for_erased() -> None:
    assessment.given(*in_force()).when(ERASE, by=COMMITTEE).then_refused("trigger-unknown")


def test_an_erasure_has_a_reason() -> None:
    unreasoned = EraseNarrative(TRIGGER, PersonalText(" "))
    assessment.given(*in_force(), reported()).when(unreasoned, by=COMMITTEE).then_refused(
        "text-missing", field="reason"
    )


def test_a_narrative_is_erased_once() -> None:
    assessment.given(*in_force(), reported(), ERASED).when(ERASE, by=COMMITTEE).then_refused("narrative-already-erased")


def test_triggers_are_all_that_has_a_key_of_its_own_here() -> None:
    sealing = {
        kind.stream_format.partition("/")[0]
        for kind in SERVICE.catalogue().kinds.values()
        if None in kind.sealed_fields.values() and not kind.name.startswith("personal-data")
    }
    assert sealing == {"trigger"}
