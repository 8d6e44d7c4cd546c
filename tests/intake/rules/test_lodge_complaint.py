"""What must be right about a report before it is held."""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.rules.lodge_complaint import Report, Reporter, is_identity_number, wrong_with
from shared.directory import UnitDissolved
from shared.domain import PersonalText, UnitId
from tests.intake.county import DIRECTORY, WATER, intake

TODAY = date(2026, 3, 4)
NAME = PersonalText("梁正直")


def report(unit: UnitId = WATER, words: str = "河道未见施工。", reporter: Reporter | None = None) -> Report:
    return Report("accusation", unit, PersonalText(words), False, None, reporter)


def code(one: Report, day: date = TODAY, *more: object) -> str | None:
    directory = intake.given(*DIRECTORY, *more).references().directory
    refused = wrong_with(one, directory, day, TODAY)
    if refused is not None:
        assert refused.sentence("zh") != refused.sentence("en")
    return refused.code if refused is not None else None


def test_an_anonymous_report_needs_a_unit_and_words() -> None:
    assert code(report()) is None
    assert code(report(words=" ")) == "text-missing"
    assert code(report(UnitId("nowhere"))) == "unit-unknown"


def test_a_unit_that_is_no_more_is_not_complained_of() -> None:
    assert code(report(), TODAY, UnitDissolved(WATER, None, date(2026, 1, 31))) == "unit-unknown"


def test_nothing_was_received_tomorrow() -> None:
    assert code(report(), date(2026, 3, 5)) == "received-later"


@pytest.mark.parametrize(
    ("reporter", "refused"),
    [
        (Reporter(PersonalText(" ")), "text-missing"),
        (Reporter(NAME, phone=PersonalText("0591-8765 4321")), None),
        (Reporter(NAME, phone=PersonalText("+86 138 0000 0000")), None),
        (Reporter(NAME, phone=PersonalText("请勿来电")), "phone-invalid"),
        (Reporter(NAME, phone=PersonalText("110")), "phone-invalid"),
        (Reporter(NAME, identity_number=PersonalText("11010519491231002x")), None),
        (Reporter(NAME, identity_number=PersonalText("110105194912310021")), "identity-number-invalid"),
    ],
)
def test_whoever_gives_a_name_gives_it_right(reporter: Reporter, refused: str | None) -> None:
    assert code(report(reporter=reporter)) == refused


def test_the_example_of_the_standard() -> None:
    """GB 11643-1999, appendix: both examples."""
    assert is_identity_number("11010519491231002X")
    assert is_identity_number("440524188001010014")
    assert not is_identity_number("440524188001010015")
    assert not is_identity_number("44052418800101001")
