"""调整期限和标准."""

from dataclasses import replace
from datetime import date

import pytest

from services.ledger.rules.set_term import SetTerm
from shared.facts import TermSet
from tests.ledger.city import ADMIN, YUNLING, ledger

CHECKS = TermSet("comprehensive-checks-per-year", "1", "checks", date(2018, 10, 9), "中办2018年10月通知")
RATE = TermSet("pass-line", "80.00", "points", date(2020, 1, 1), "考核办法")
COMMAND = SetTerm("comprehensive-checks-per-year", "2", "checks", date(2027, 1, 1), "云办发〔2026〕21号")


def test_a_term_has_another_value_from_a_day_to_come() -> None:
    ledger.given(*YUNLING, CHECKS).when(COMMAND, by=ADMIN).then(
        TermSet("comprehensive-checks-per-year", "2", "checks", date(2027, 1, 1), "云办发〔2026〕21号")
    )


def test_only_terms_that_the_program_knows_are_set() -> None:
    ledger.given(*YUNLING).when(COMMAND, by=ADMIN).then_refused("term-unknown", term="comprehensive-checks-per-year")


def test_a_term_keeps_its_unit() -> None:
    ledger.given(*YUNLING, CHECKS).when(replace(COMMAND, unit="days"), by=ADMIN).then_refused(
        "term-unit-differs", known="checks"
    )


@pytest.mark.parametrize("value", ["", "两次", "1.5", "-1"])
def test_a_whole_number_stays_a_whole_number(value: str) -> None:
    ledger.given(*YUNLING, CHECKS).when(replace(COMMAND, value=value), by=ADMIN).then_refused(
        "term-value-invalid", expected_zh="整数"
    )


@pytest.mark.parametrize("value", ["", "八十", "NaN", "Infinity"])
def test_a_decimal_stays_a_decimal(value: str) -> None:
    command = SetTerm("pass-line", value, "points", date(2027, 1, 1), "考核办法")
    ledger.given(*YUNLING, RATE).when(command, by=ADMIN).then_refused("term-value-invalid", expected_zh="数")


def test_what_was_decided_under_a_term_stands() -> None:
    command = replace(COMMAND, valid_from=date(2026, 3, 15))
    ledger.given(*YUNLING, CHECKS).when(command, by=ADMIN).then_refused("term-backdated")


def test_a_term_names_where_it_comes_from() -> None:
    command = replace(COMMAND, reference=" ")
    ledger.given(*YUNLING, CHECKS).when(command, by=ADMIN).then_refused("text-missing", field_zh="依据")
