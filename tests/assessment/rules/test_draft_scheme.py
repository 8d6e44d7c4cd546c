"""A scheme is drawn up: the tree must be whole, every leaf must say what it is scored from and by which clause."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.assessment.events import CategoryPoints, FormPoints, Source, UnitClass
from services.assessment.rules.draft_scheme import DraftScheme
from shared.domain import PublicText, UnitId
from tests.assessment.city import (
    BASIS,
    CITY,
    CONCEALED,
    COORDINATOR,
    DEPARTMENTS,
    FINDINGS,
    ON_TIME,
    REFUSED,
    SCHEME,
    TREE,
    YUNLING,
    assessment,
    drafted,
    leaf,
    provisions,
    source,
)

DRAFT = DraftScheme(
    SCHEME,
    CITY,
    2026,
    DEPARTMENTS,
    PublicText("2026年市直部门考核办法"),
    TREE,
    BASIS,
    (CONCEALED, REFUSED),
)
given = assessment.given(*YUNLING)


def refused(code: str, /, values: dict[str, Any] | None = None, **changes: Any) -> None:
    given.when(replace(DRAFT, **changes), by=COORDINATOR).then_refused(code, **(values or {}))


def test_a_whole_tree_is_drafted_with_the_pass_line_of_the_term() -> None:
    given.when(DRAFT, by=COORDINATOR).then(drafted())


def test_a_scheme_may_set_its_own_pass_line() -> None:
    given.when(replace(DRAFT, pass_line=Decimal("85.5")), by=COORDINATOR).then(drafted(provisions(line="85.5")))


def test_siblings_that_add_up_to_99_9_are_refused_by_the_name_of_their_node() -> None:
    tree = (*TREE[:1], leaf("1.1", "50", ON_TIME, "1"), leaf("1.2", "49.9", FINDINGS, "1"), *TREE[3:])
    refused("indicator-weights-not-100", {"node": "1", "total": Decimal("99.9")}, indicators=tree)


def test_the_weights_at_the_top_add_up_to_exactly_100() -> None:
    refused(
        "indicator-weights-not-100",
        {"node": "总分", "total": Decimal("100.000001")},
        indicators=(
            leaf("1", "50", ON_TIME),
            leaf("2", "50.000001", FINDINGS),
        ),
    )


def test_thirty_three_and_a_third_is_written_with_decimals_that_add_up() -> None:
    tree = (leaf("1", "33.3", ON_TIME), leaf("2", "33.3", FINDINGS), leaf("3", "33.4", FINDINGS))
    given.when(replace(DRAFT, indicators=tree), by=COORDINATOR).then(drafted(provisions(tree)))


@pytest.mark.parametrize(
    ("code", "tree"),
    [
        ("scheme-indicators-missing", ()),
        ("indicator-code-invalid", (leaf("1 1", "100", ON_TIME),)),
        ("indicator-code-twice", (leaf("1", "50", ON_TIME), leaf("1", "50", FINDINGS))),
        ("indicator-parent-unknown", (leaf("1", "100", ON_TIME, "9"),)),
        ("indicator-cycle", (leaf("1", "100", ON_TIME), leaf("2", "100", None, "3"), leaf("3", "100", None, "2"))),
        ("indicator-weight-not-positive", (leaf("1", "100", ON_TIME), leaf("2", "0", FINDINGS))),
        ("indicator-number-out-of-range", (leaf("1", "120", ON_TIME), leaf("2", "-20", FINDINGS))),
        ("indicator-number-out-of-range", (leaf("1", "33.3333333", ON_TIME), leaf("2", "66.6666667", FINDINGS))),
        ("indicator-number-out-of-range", (leaf("1", "NaN", ON_TIME),)),
        ("indicator-leaf-without-source", (leaf("1", "100", None),)),
        ("indicator-leaf-without-clause", (replace(leaf("1", "100", ON_TIME), clause=None),)),
        ("indicator-branch-with-source", (leaf("1", "100", ON_TIME), leaf("1.1", "100", FINDINGS, "1"))),
        ("indicator-parameter-missing", (leaf("1", "100", source("overdue-days")),)),
        ("indicator-parameter-missing", (leaf("1", "100", source("findings")),)),
        ("indicator-parameter-missing", (leaf("1", "100", source("rectification")),)),
        ("indicator-parameter-not-meant", (leaf("1", "100", source("on-time-completion", cap="5")),)),
        ("indicator-number-out-of-range", (leaf("1", "100", source("overdue-days", per_day="-1")),)),
        (
            "indicator-months-invalid",
            (leaf("1", "100", source("on-time-completion", from_month=7, to_month=6)),),
        ),
        ("indicator-months-invalid", (leaf("1", "100", source("on-time-completion", from_month=13)),)),
        ("scheme-all-left-out", (leaf("1", "100", source("on-time-completion", "left-out")),)),
    ],
)
def test_a_tree_that_cannot_be_scored_is_refused(code: str, tree: Any) -> None:
    refused(code, indicators=tree)


def test_a_severity_is_priced_once() -> None:
    priced = source("findings", severities={"minor": "1"})
    twice = replace(priced, per_severity=priced.per_severity * 2)
    refused("indicator-severity-twice", {"code": "1", "severity": "minor"}, indicators=(leaf("1", "100", twice),))


def test_a_form_and_a_class_are_priced_once() -> None:
    forms = Source("accountability", "full", per_form=(FormPoints("circular", Decimal(1)),) * 2)
    refused("indicator-priced-twice", {"code": "1", "what": "circular"}, indicators=(leaf("1", "100", forms),))
    classes = Source("substantiated-complaints", "full", per_category=(CategoryPoints("redress", Decimal(1)),) * 2)
    refused("indicator-priced-twice", {"code": "1", "what": "redress"}, indicators=(leaf("1", "100", classes),))


@pytest.mark.parametrize("line", ["-0.5", "100.01", "79.9999999", "Infinity"])
def test_a_pass_line_lies_from_0_to_100(line: str) -> None:
    refused("scheme-pass-line-out-of-range", pass_line=Decimal(line))


def test_a_trigger_has_a_code_of_its_own_and_a_legal_basis() -> None:
    refused("scheme-trigger-code-twice", {"code": "Y01"}, triggers=(CONCEALED, CONCEALED))
    refused("text-missing", triggers=(replace(CONCEALED, legal_basis=PublicText(" ")),))


def test_a_veto_cites_its_legal_basis() -> None:
    refused("text-missing", {"field": "veto_basis"}, veto_basis=PublicText(""))


def test_a_class_of_units_names_levels_and_kinds() -> None:
    refused("scheme-class-empty", units=UnitClass(PublicText("市直部门"), CITY, (), ("department",)))


def test_the_class_lies_within_the_division_that_makes_the_scheme() -> None:
    elsewhere = UnitClass(PublicText("外市部门"), UnitId("别市"), ("city",), ("department",))
    refused("unit-out-of-reach", units=elsewhere)


def test_the_year_is_a_year() -> None:
    refused("scheme-year-out-of-range", year=202)
