"""A drafted scheme comes into force; a unit is assessed under one scheme a year."""

from __future__ import annotations

from datetime import date

from services.assessment.events import SchemeAdopted, SchemeDrafted, SchemeId, UnitClass, UnitsPutUnderScheme
from services.assessment.rules.adopt_scheme import AdoptScheme
from shared.domain import PublicText, moment
from tests.assessment.city import (
    CITY,
    COMMITTEE,
    COUNTIES,
    DEPARTMENTS,
    DOCUMENT,
    SCHEME,
    YUNLING,
    assessment,
    drafted,
    in_force,
    provisions,
)

JANUARY = moment(2026, 1, 8, 10)
OTHER = SchemeId("scheme-other")


def other(units: UnitClass, year: int = 2026) -> SchemeDrafted:
    return SchemeDrafted(OTHER, CITY, year, units, provisions())


def test_the_committee_puts_a_class_of_units_under_the_scheme() -> None:
    assessment.given(*YUNLING, drafted()).when(AdoptScheme(SCHEME, DOCUMENT), by=COMMITTEE, at=JANUARY).then(
        SchemeAdopted(SCHEME, CITY, 1, DOCUMENT, date(2026, 1, 8)),
        UnitsPutUnderScheme(2026, SCHEME, DEPARTMENTS),
    )


def test_a_scheme_is_adopted_once() -> None:
    assessment.given(*in_force()).when(AdoptScheme(SCHEME, DOCUMENT), by=COMMITTEE).then_refused("scheme-in-force")


def test_a_class_that_shares_a_unit_with_another_scheme_of_the_year_is_refused() -> None:
    both = UnitClass(PublicText("市直部门和县区"), CITY, ("city", "county"), ("department", "committee"))

    assessment.given(*in_force(), other(both)).when(AdoptScheme(OTHER, DOCUMENT), by=COMMITTEE).then_refused(
        "scheme-overlaps", year=2026, name="市直部门和县区", other="市直部门"
    )


def test_another_class_or_another_year_does_not_overlap() -> None:
    command = AdoptScheme(OTHER, DOCUMENT)

    assessment.given(*in_force(), other(COUNTIES)).when(command, by=COMMITTEE).then_types(
        SchemeAdopted, UnitsPutUnderScheme
    )
    assessment.given(*in_force(), other(DEPARTMENTS, 2027)).when(command, by=COMMITTEE).then_types(
        SchemeAdopted, UnitsPutUnderScheme
    )


def test_the_paper_that_adopts_it_is_named() -> None:
    assessment.given(*YUNLING, drafted()).when(AdoptScheme(SCHEME, PublicText("")), by=COMMITTEE).then_refused(
        "text-missing", field="document"
    )
