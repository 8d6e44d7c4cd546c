"""The committee finds that a reported trigger is not established."""

from __future__ import annotations

from services.assessment.events import TriggerRejected
from services.assessment.rules.reject_trigger import RejectTrigger
from shared.domain import PublicText
from tests.assessment.city import COMMITTEE, MEMBER, SCHEME, WATER, WATER_MEMBER, assessment, in_force
from tests.assessment.rules.test_confirm_trigger import CONFIRMED, TRIGGER, reported

REASON = PublicText("经核查，情况不属实")
REJECT = RejectTrigger(TRIGGER, REASON)


def test_it_is_rejected_with_a_reason_and_changes_no_status() -> None:
    assessment.given(*in_force(), reported()).when(REJECT, by=COMMITTEE).then(
        TriggerRejected(TRIGGER, SCHEME, WATER, REASON, COMMITTEE)
    )


def test_the_same_duties_are_kept_apart_as_in_confirming() -> None:
    assessment.given(*in_force(), reported(MEMBER)).when(REJECT, by=MEMBER).then_refused("trigger-decided-by-reporter")
    assessment.given(*in_force(), reported()).when(REJECT, by=WATER_MEMBER).then_refused("recused")


def test_what_is_decided_stays_so() -> None:
    assessment.given(*in_force(), reported(), CONFIRMED).when(REJECT, by=COMMITTEE).then_refused("trigger-decided")


def test_a_reason_is_given() -> None:
    assessment.given(*in_force(), reported()).when(RejectTrigger(TRIGGER, PublicText("")), by=COMMITTEE).then_refused(
        "text-missing", field="reason"
    )
