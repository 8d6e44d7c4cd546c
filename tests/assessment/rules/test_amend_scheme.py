"""A scheme provides otherwise: a new version, with a reason; once in force, by the committee alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from services.assessment.events import SchemeAmended
from services.assessment.rules.amend_scheme import AmendScheme
from shared.domain import PublicText
from tests.assessment.city import (
    BASIS,
    CITY,
    COMMITTEE,
    CONCEALED,
    COORDINATOR,
    REFUSED,
    SCHEME,
    TREE,
    YUNLING,
    assessment,
    drafted,
    in_force,
    leaf,
    provisions,
)

REASON = PublicText("市委常委会议定提高合格线")
AMEND = AmendScheme(
    SCHEME,
    REASON,
    PublicText("2026年市直部门考核办法"),
    TREE,
    BASIS,
    Decimal(85),
    (CONCEALED, REFUSED),
)
AMENDED = SchemeAmended(SCHEME, CITY, 2, provisions(line="85"), REASON)


def test_the_coordinator_amends_a_draft() -> None:
    assessment.given(*YUNLING, drafted()).when(AMEND, by=COORDINATOR).then(AMENDED)


def test_a_scheme_in_force_is_amended_by_the_committee_alone() -> None:
    assessment.given(*in_force()).when(AMEND, by=COORDINATOR).then_refused("scheme-amended-by-committee")
    assessment.given(*in_force()).when(AMEND, by=COMMITTEE).then(AMENDED)


def test_versions_are_counted() -> None:
    again = replace(AMEND, pass_line=Decimal(82))

    assessment.given(*in_force(), AMENDED).when(again, by=COMMITTEE).then(
        SchemeAmended(SCHEME, CITY, 3, provisions(line="82"), REASON)
    )


def test_an_amendment_has_a_reason_and_changes_something() -> None:
    given = assessment.given(*in_force())

    given.when(replace(AMEND, reason=PublicText("")), by=COMMITTEE).then_refused("text-missing", field="reason")
    given.when(replace(AMEND, pass_line=Decimal(80)), by=COMMITTEE).then_refused("scheme-nothing-amended")


def test_the_amended_tree_must_be_whole_too() -> None:
    half = (leaf("1", "50", TREE[1].source),)

    assessment.given(*in_force()).when(replace(AMEND, indicators=half), by=COMMITTEE).then_refused(
        "indicator-weights-not-100", node="总分", total=Decimal(50)
    )
