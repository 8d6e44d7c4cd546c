"""设置单位电子邮箱."""

from __future__ import annotations

from datetime import date

from services.ledger.events import UnitMailSet
from services.ledger.rules.set_unit_mail import SetUnitMail
from shared.directory import UnitDissolved
from shared.domain import PublicText
from tests.ledger.city import SOURCES, WATER, WATER_HEAD, YUNLING, ledger

MAIL = PublicText("bgs@shuiwu.yunling.example")


def test_an_office_has_an_address() -> None:
    ledger.given(*YUNLING).when(SetUnitMail(WATER, MAIL), by=WATER_HEAD).then(UnitMailSet(WATER, MAIL))


def test_or_none_any_more() -> None:
    ledger.given(*YUNLING, UnitMailSet(WATER, MAIL)).when(SetUnitMail(WATER), by=WATER_HEAD).then(
        UnitMailSet(WATER, None)
    )


def test_it_is_an_address() -> None:
    command = SetUnitMail(WATER, PublicText("办公室"))
    ledger.given(*YUNLING).when(command, by=WATER_HEAD).then_refused("mail-invalid")


def test_a_unit_that_is_no_more_is_told_nothing() -> None:
    gone = UnitDissolved(SOURCES, WATER, date(2026, 3, 1))
    ledger.given(*YUNLING, gone).when(SetUnitMail(SOURCES, MAIL), by=WATER_HEAD).then_refused("unit-dissolved")
