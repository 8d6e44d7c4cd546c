"""The one-vote veto from received facts to its event, and every change reckoned again from its grounds and the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.assessment.events import (
    Provisions,
    RoundOpened,
    SchemeAmended,
    TriggerId,
    TriggerReported,
    VetoGroundsAdded,
    VetoStatusChanged,
)
from services.assessment.rules.close_round import CloseRound
from services.assessment.rules.close_round import decide as close
from services.assessment.rules.confirm_trigger import ConfirmTrigger
from services.assessment.rules.confirm_trigger import decide as confirm
from services.assessment.rules.lift_veto import LiftVeto
from services.assessment.rules.lift_veto import decide as lift
from services.assessment.state import Known, KnownUnit, Reported, RunningRound, StandingNow, evolve_scheme
from services.assessment.views.evidence import EvidenceRow
from shared.domain import PersonalText, PublicText, moment
from tests.assessment.book import Book
from tests.assessment.city import (
    ASSESSOR,
    CITY,
    COMMITTEE,
    FINANCE,
    INSPECTOR,
    SCHEME,
    WATER,
    in_force,
    leaf,
    provisions,
    source,
)
from tests.assessment.recompute import recompute, recompute_all
from tests.assessment.test_standing import accepted, fell_overdue, found

MARCH = date(2026, 3, 2)
HALF = (date(2026, 1, 1), date(2026, 6, 30))
PAPER = PublicText("云考委〔2026〕5号")
STRICT = (leaf("1", "100", source("findings", severities={"minor": "5", "serious": "20.005"})),)
"""A serious finding costs 20.005 points: 79.995 remain."""


def city(of: Provisions | None = None) -> Book:
    book = Book()
    book.record(*in_force(of or provisions(STRICT)), on=date(2026, 1, 8))
    book.settle()
    return book


def scheme_of(book: Book) -> Any:
    scheme = None
    for fact in book.facts:
        if fact.stream == f"scheme/{SCHEME}":
            scheme = evolve_scheme(scheme, fact.event)
    return scheme


def close_round(book: Book, at: date = date(2026, 7, 10)) -> None:
    """Open and close the mid-year round, on what the book holds."""
    book.record(RoundOpened(SCHEME, "mid-year", CITY, *HALF, ASSESSOR), on=date(2026, 6, 30))
    units = tuple(
        KnownUnit(unit, row.items) for (_, unit), row in sorted(book.rows["standing"].items()) if row.scheme == SCHEME
    )
    decision = close(
        CloseRound(SCHEME, "mid-year"),
        RunningRound(SCHEME, "mid-year", CITY, *HALF),
        (scheme_of(book),),
        Known(len(book.facts), units, 0),
        book.refs.own,
        ASSESSOR,
        moment(at.year, at.month, at.day, 9),
    )
    assert isinstance(decision, list)
    book.record(*decision, on=at, by="衡平")
    book.settle(at)


def lift_veto(book: Book, *grounds: str) -> None:
    row = book.standing(WATER)
    assert row.score is not None
    assert row.scheme_version is not None
    assert row.pass_line is not None
    assert row.veto_basis is not None
    now = StandingNow(
        len(book.facts), row.feed_seq, row.scheme_version, row.score, row.pass_line, row.veto_basis, incomplete=False
    )
    command = LiftVeto(SCHEME, WATER, grounds, "appeal", PublicText("申诉成立"), PAPER)
    decision = lift(command, book.veto(WATER), now, COMMITTEE, book.refs.directory)
    assert isinstance(decision, list)
    book.record(*decision, on=date(2026, 7, 20), by="齐岳")


def confirm_trigger(book: Book) -> None:
    trigger = TriggerId("T1")
    book.record(
        TriggerReported(trigger, SCHEME, WATER, "Y01", MARCH, PersonalText("瞒案不报"), INSPECTOR), on=MARCH, by="严明"
    )
    decision = confirm(
        ConfirmTrigger(trigger, PAPER),
        Reported(trigger, SCHEME, WATER, "Y01", INSPECTOR),
        (scheme_of(book), book.veto(WATER)),
        COMMITTEE,
        book.refs.directory,
    )
    assert isinstance(decision, list)
    book.record(*decision, on=MARCH, by="齐岳")


def test_79_995_puts_at_risk_between_rounds_and_vetoes_when_the_round_closes() -> None:
    book = city()

    book.record(found("W1", "serious"), on=MARCH, by="严明")
    book.settle(MARCH)
    assert book.standing(WATER).score == Decimal("79.995")
    assert book.status(WATER) == "at-risk"

    close_round(book)
    assert (book.status(WATER), book.status(FINANCE)) == ("vetoed", "clear")
    assert recompute_all(book.facts) == ["at-risk", "vetoed"]


def test_a_low_score_in_january_vetoes_nobody() -> None:
    book = city()

    book.record(found("W1", "serious"), found("W2", "serious"), on=date(2026, 1, 12))
    book.settle()

    assert book.status(WATER) == "at-risk"


def test_a_scheme_that_says_live_vetoes_at_once() -> None:
    book = city(provisions(STRICT, timing="live"))

    book.record(found("W1", "serious"), on=MARCH)
    book.settle()

    assert book.status(WATER) == "vetoed"
    assert recompute_all(book.facts) == ["vetoed"]


def test_the_risk_ends_when_a_correction_lifts_the_standing() -> None:
    book = city(provisions((leaf("1", "100", source("overdue-days", per_day="25")),)))
    due = date(2026, 3, 1)
    book.record(fell_overdue("清淤", due), on=MARCH)
    book.settle()
    assert book.status(WATER) == "at-risk"

    book.record(accepted("清淤", due, due), on=date(2026, 3, 4))
    book.settle()

    assert book.status(WATER) == "clear"
    assert recompute_all(book.facts) == ["at-risk", "clear"]


def test_an_amended_pass_line_is_reckoned_with_for_every_unit() -> None:
    book = city()
    book.record(found("W1", "minor"), on=MARCH)

    stricter = SchemeAmended(SCHEME, CITY, 2, provisions(STRICT, line="96"), PublicText("提高合格线"))
    book.record(stricter, on=date(2026, 4, 1))
    book.settle()

    assert (book.status(WATER), book.status(FINANCE)) == ("at-risk", "clear")
    assert recompute_all(book.facts) == ["at-risk"]


def test_a_confirmed_trigger_vetoes_whatever_the_score() -> None:
    book = city()

    confirm_trigger(book)

    assert book.standing(WATER).score == 100
    assert book.status(WATER) == "vetoed"
    assert recompute_all(book.facts) == ["vetoed"]


def test_a_round_adds_its_grounds_to_a_veto_by_trigger() -> None:
    book = city()
    confirm_trigger(book)
    book.record(found("W1", "serious"), on=MARCH)

    close_round(book)

    (added,) = (fact.event for fact in book.facts if isinstance(fact.event, VetoGroundsAdded))
    assert added.grounds.round == "mid-year"
    assert recompute(SCHEME, WATER, added.grounds, book.facts) == "vetoed"


def test_after_a_lifting_the_unit_is_as_its_standing_is_and_the_round_does_not_veto_again() -> None:
    book = city()
    book.record(found("W1", "serious"), on=MARCH)
    book.settle()
    close_round(book)

    lift_veto(book, "round/mid-year")

    assert book.status(WATER) == "at-risk"
    assert recompute_all(book.facts) == ["at-risk", "vetoed", "at-risk"]


def test_a_live_veto_that_was_lifted_returns_only_with_a_lower_score() -> None:
    book = city(provisions(STRICT, timing="live"))
    (fact,) = book.record(found("W1", "serious"), on=MARCH)
    book.settle()
    lift_veto(book, f"standing/{fact.position}")
    assert book.status(WATER) == "at-risk"

    book.record(accepted("清淤", MARCH, MARCH), on=MARCH)
    book.settle()
    assert book.status(WATER) == "at-risk"
    book.record(found("W2", "minor"), on=date(2026, 7, 21))
    book.settle()

    assert book.status(WATER) == "vetoed"
    assert recompute_all(book.facts) == ["vetoed", "at-risk", "vetoed"]


def test_history_vetoes_nobody() -> None:
    book = city(provisions(STRICT, timing="live"))

    book.record(found("W1", "serious"), found("W2", "serious"), on=MARCH, history=True)
    book.settle()

    assert book.status(WATER) == "clear"


def test_what_was_learned_after_the_closing_changes_nothing_in_the_round() -> None:
    book = city()
    close_round(book)
    closed_at = book.rows["rounds"][SCHEME, "mid-year"].position

    late = book.learn(found("W1", "serious"), occurred=MARCH, learned=date(2026, 7, 15))
    book.settle()

    assert book.rows["round-scores"][SCHEME, "mid-year", WATER].score == 100
    row: EvidenceRow = book.rows["evidence"][(late.position,)]
    assert (row.occurred, row.position > closed_at, book.status(WATER)) == (MARCH, True, "at-risk")


def test_grounds_that_the_log_does_not_bear_out_are_found() -> None:
    book = city()
    book.record(found("W1", "serious"), on=MARCH)
    book.settle()
    (change,) = (fact.event for fact in book.facts if isinstance(fact.event, VetoStatusChanged))

    for wrong in (
        replace(change.grounds, score=Decimal("79.994")),
        replace(change.grounds, pass_line=Decimal(81)),
        replace(change.grounds, feed_seq=change.grounds.feed_seq + 1),
        replace(change.grounds, position=change.grounds.position - 1),
    ):
        with pytest.raises(AssertionError):
            recompute(SCHEME, WATER, wrong, book.facts)
