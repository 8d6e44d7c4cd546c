"""Limits are told as they are valid on a date."""

from __future__ import annotations

from datetime import date

from services.ledger.rules.set_term import SetTerm
from services.ledger.views.terms import ListTerms
from tests.ledger.city import ADMIN, BAISHUI_HEAD
from tests.ledger.town import Town

CHECKS = "comprehensive-checks-per-year"


async def value_on(town: Town, on: date | None) -> str | None:
    told = await town.ask(ListTerms(on), BAISHUI_HEAD)
    return next((one.value for one in told.terms if one.term == CHECKS), None)


async def test_a_limit_is_told_as_it_is_valid_on_the_date(town: Town) -> None:
    paper = "云委办发〔2026〕5号"
    await town.do(SetTerm(CHECKS, "2", "checks", date(2026, 7, 1), paper), ADMIN)
    assert await value_on(town, None) == "1"
    assert await value_on(town, date(2018, 10, 8)) is None
    assert await value_on(town, date(2026, 6, 30)) == "1"
    assert await value_on(town, date(2026, 7, 1)) == "2"
