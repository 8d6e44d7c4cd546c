"""The committee confirms a trigger: the unit is vetoed at once; never by who reported it, nor by one of the unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from services.assessment.events import (
    Grounds,
    SchemeAmended,
    TriggerConfirmed,
    TriggerId,
    TriggerReported,
    VetoGroundsAdded,
    VetoStatusChanged,
)
from services.assessment.rules.confirm_trigger import ConfirmTrigger
from shared.domain import Actor, PersonalText, PersonId, PublicText
from tests.assessment.city import (
    BASIS,
    CITY,
    COMMITTEE,
    CONCEALED,
    INSPECTOR,
    MEMBER,
    REFUSED,
    SCHEME,
    WATER,
    WATER_MEMBER,
    assessment,
    in_force,
    provisions,
)

TRIGGER = TriggerId("否决情形一")
MINUTES = PublicText("审定委员会会议纪要〔2026〕3号")
CONFIRM = ConfirmTrigger(TRIGGER, MINUTES)


def reported(by: Actor = INSPECTOR) -> TriggerReported:
    return TriggerReported(TRIGGER, SCHEME, WATER, "Y01", date(2026, 3, 2), PersonalText("瞒案不报"), by)


def grounds(trigger: str = "否决情形一", basis: Any = CONCEALED.legal_basis) -> Grounds:
    return Grounds(f"trigger/{trigger}", "trigger", 1, None, Decimal(80), 0, 0, basis, None, TriggerId(trigger))


CONFIRMED = TriggerConfirmed(TRIGGER, SCHEME, WATER, "Y01", MINUTES, COMMITTEE)


def test_a_confirmed_trigger_vetoes_at_once_on_its_own_legal_basis() -> None:
    assessment.given(*in_force(), reported()).when(CONFIRM, by=COMMITTEE).then(
        CONFIRMED, VetoStatusChanged(SCHEME, WATER, "clear", "vetoed", grounds())
    )


def test_a_unit_that_is_vetoed_already_is_so_on_further_grounds() -> None:
    before = VetoStatusChanged(SCHEME, WATER, "at-risk", "vetoed", grounds("否决情形零", REFUSED.legal_basis))

    assessment.given(*in_force(), reported(), before).when(CONFIRM, by=COMMITTEE).then(
        CONFIRMED, VetoGroundsAdded(SCHEME, WATER, grounds())
    )


def test_whoever_reported_it_does_not_confirm_it() -> None:
    assessment.given(*in_force(), reported(MEMBER)).when(CONFIRM, by=MEMBER).then_refused("trigger-decided-by-reporter")


def test_nor_does_somebody_who_acts_for_the_reporter_or_through_whom_the_reporter_acted() -> None:
    for_reporter = Actor("齐岳", COMMITTEE.post, on_behalf=PersonId("方直"))
    through_reporter = Actor("方直", MEMBER.post, on_behalf=PersonId("齐岳"))

    assessment.given(*in_force(), reported(MEMBER)).when(CONFIRM, by=for_reporter).then_refused(
        "trigger-decided-by-reporter"
    )
    assessment.given(*in_force(), reported(through_reporter)).when(CONFIRM, by=COMMITTEE).then_refused(
        "trigger-decided-by-reporter"
    )


def test_a_member_who_holds_a_post_in_the_unit_is_recused() -> None:
    assessment.given(*in_force(), reported()).when(CONFIRM, by=WATER_MEMBER).then_refused("recused")


def test_a_trigger_is_decided_once() -> None:
    assessment.given(*in_force(), reported(), CONFIRMED).when(CONFIRM, by=COMMITTEE).then_refused("trigger-decided")


def test_a_trigger_that_was_amended_away_meanwhile_vetoes_nobody() -> None:
    without = provisions()
    amended = SchemeAmended(
        SCHEME,
        CITY,
        2,
        type(without)(
            without.title, without.indicators, without.pass_line, "at-close", BASIS, (REFUSED,), without.ranking
        ),
        PublicText("调整否决情形"),
    )

    assessment.given(*in_force(), reported(), amended).when(CONFIRM, by=COMMITTEE).then_refused(
        "trigger-not-in-scheme", code="Y01"
    )


def test_the_paper_of_the_decision_is_named() -> None:
    assessment.given(*in_force(), reported()).when(ConfirmTrigger(TRIGGER, PublicText("")), by=COMMITTEE).then_refused(
        "text-missing", field="document"
    )
