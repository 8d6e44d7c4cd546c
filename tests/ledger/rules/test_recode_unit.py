"""变更机构代码: division code and unified social credit code."""

from datetime import date

from services.ledger.events import CreditCodeTaken
from services.ledger.rules.recode_unit import RecodeUnit
from shared.directory import UnitDissolved, UnitRecoded
from tests.ledger.city import CITY, COORDINATOR, FINANCE, WATER, YUNLING, ledger

DAY = date(2026, 3, 1)
CODE = "N2350100MF0000000E"
COMMAND = RecodeUnit(WATER, "530900", CODE, DAY)


def test_a_new_credit_code_is_taken() -> None:
    ledger.given(*YUNLING).when(COMMAND, by=COORDINATOR).then(
        UnitRecoded(WATER, "530900", CODE, DAY), CreditCodeTaken(CODE, WATER)
    )


def test_a_code_that_the_unit_bore_before_comes_back_without_being_taken_again() -> None:
    ledger.given(*YUNLING, CreditCodeTaken(CODE, WATER)).when(COMMAND, by=COORDINATOR).then(
        UnitRecoded(WATER, "530900", CODE, DAY)
    )


def test_a_credit_code_of_another_unit_is_refused() -> None:
    taken = CreditCodeTaken(CODE, FINANCE)
    ledger.given(*YUNLING, taken).when(COMMAND, by=COORDINATOR).then_refused("credit-code-taken", credit_code=CODE)


def test_a_malformed_credit_code_is_refused() -> None:
    command = RecodeUnit(WATER, None, "N2350100MF0000000F", DAY)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("credit-code-invalid")


def test_a_malformed_division_code_is_refused() -> None:
    command = RecodeUnit(WATER, "990000", None, DAY)
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("division-code-invalid")


def test_the_same_codes_change_nothing() -> None:
    ledger.given(*YUNLING).when(RecodeUnit(WATER, None, None, DAY), by=COORDINATOR).then_refused("nothing-changed")


def test_codes_are_not_recorded_before_they_are_in_force() -> None:
    command = RecodeUnit(WATER, "530900", None, date(2026, 3, 17))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("date-in-future")


def test_codes_do_not_reach_back_before_the_last_change() -> None:
    command = RecodeUnit(WATER, "530900", None, date(2026, 2, 1))
    recoded = UnitRecoded(WATER, "530901", None, date(2026, 2, 15))
    ledger.given(*YUNLING, recoded).when(command, by=COORDINATOR).then_refused(
        "date-before-last-change", last=date(2026, 2, 15)
    )


def test_a_dissolved_unit_is_not_recoded() -> None:
    gone = UnitDissolved(WATER, CITY, date(2026, 1, 31))
    ledger.given(*YUNLING, gone).when(COMMAND, by=COORDINATOR).then_refused("unit-dissolved")
