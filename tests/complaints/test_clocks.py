"""The clocks of the field, by the vectors of the rules: which last day follows from which first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.complaints import events as e
from services.complaints.clocks import started
from services.complaints.views.clocks import CLOCKS, ClockRow
from shared.calendar import HolidayNotice, WorkCalendar, read_notices
from shared.codec import stream_of, type_name
from shared.domain import Actor, PersonalText, PersonId, PublicText
from shared.facts import Fact, TermSet
from shared.references import HolidayNoticeIssued, References
from tests.complaints.city import (
    ACCEPTED,
    CLERK,
    CLUE,
    DECISION,
    DISCIPLINE,
    HELD,
    LODGED,
    OPENED,
    REPORT,
    SUPERVISOR,
    YUNLING,
    complaints,
)

NOTICES = read_notices((Path("services") / "ledger" / "holidays.yaml").read_text("utf-8"))
CALENDAR = WorkCalendar(NOTICES)


def refs(*more: Any) -> References:
    references = complaints.given(*YUNLING, *more).references()
    references.calendar = CALENDAR
    return references


def term(code: str, value: int, unit: str) -> TermSet:
    return TermSet(f"clock/{code}", str(value), unit, date(2000, 1, 1), PublicText("规则"))


@pytest.mark.parametrize(
    ("limit", "unit", "start", "due"),
    [
        (5, "working days", date(2026, 2, 9), date(2026, 2, 14)),  # a make-up Saturday
        (15, "working days", date(2026, 2, 9), date(2026, 3, 6)),
        (15, "working days", date(2026, 4, 28), date(2026, 5, 21)),
        (15, "working days", date(2026, 9, 21), date(2026, 10, 19)),
        (60, "calendar days", date(2026, 8, 2), date(2026, 10, 8)),  # ends on 1 October, rolls
        (1, "months", date(2026, 1, 31), date(2026, 2, 28)),  # a working Saturday: no roll
    ],
)
def test_the_last_day(limit: int, unit: str, start: date, due: date) -> None:
    found = started("试", start, refs(term("试", limit, unit)).terms, CALENDAR)
    assert (found.due, found.provisional, found.limit, found.unit) == (due, False, limit, unit)


def test_a_year_without_its_holiday_notice_is_provisional_and_never_an_error() -> None:
    assert started("redress", date(2026, 12, 20), refs().terms, CALENDAR).provisional


def test_whether_a_period_rolls_is_a_term() -> None:
    never = TermSet("rest-day-roll", "no", "yes or no", date(2026, 1, 1), PublicText("规则"))
    terms = refs(never).terms
    assert started("redress", date(2026, 8, 2), terms, CALENDAR).due == date(2026, 10, 1)


# --- which clocks run -------------------------------------------------------------------------------------------


def fact(event: Any) -> Fact:
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    return Fact(
        position=9,
        event_id=UUID(int=9),
        source="complaints",
        source_seq=None,
        stream=stream_of(event),
        version=1,
        type=type_name(type(event)),
        event=event,
        occurred=at,
        recorded_at=at,
        learned_at=at,
        history=False,
        actor=Actor("云书"),
        command_id=None,
        correlation_id=UUID(int=1),
        causation_id=None,
    )


def running(*events: Any) -> dict[str, ClockRow]:
    """The clocks that run after these facts, by their codes."""
    rows: dict[Any, ClockRow] = {}
    references = refs()
    assert CLOCKS.start is not None
    for event in events:
        if isinstance(event, HolidayNoticeIssued):
            known = HolidayNotice(event.year, frozenset(event.off_days), frozenset(), event.citation)
            references.calendar = references.calendar.with_notice(known)
        keys = CLOCKS.route(fact(event), references)
        for key in keys if not hasattr(keys, "where") else list(rows):
            after = CLOCKS.evolve(rows.get(key) or CLOCKS.start(key), fact(event), references)
            if after is None:
                rows.pop(key, None)
            else:
                rows[key] = after
    return {row.clock: row for row in rows.values() if row.stopped_on is None}


def test_a_report_is_to_be_registered_within_fifteen_days_and_a_named_accuser_told() -> None:
    clocks = running(LODGED)
    assert {code: row.due for code, row in clocks.items()} == {
        "register": date(2026, 3, 17),
        "tell-acceptance": date(2026, 3, 23),
    }
    assert clocks["register"].acts_on == date(2026, 3, 12)
    assert set(running(replace(LODGED, by_name=False))) == {"register"}


def test_what_is_forwarded_is_accepted_or_given_back_within_five_working_days() -> None:
    forwarded = e.PetitionForwarded(REPORT, DISCIPLINE, DISCIPLINE, date(2026, 3, 9), CLERK)
    clocks = running(replace(LODGED, by_name=False), forwarded)
    assert {code: row.due for code, row in clocks.items()} == {
        "not-ours": date(2026, 3, 16),
        "pass-on": date(2026, 3, 16),
    }


def test_redress_has_sixty_days_and_thirty_more_when_they_are_given() -> None:
    accepted = replace(ACCEPTED, category="redress")
    assert running(replace(LODGED, by_name=False), accepted)["redress"].due == date(2026, 5, 6)
    more = e.PetitionExtended(REPORT, DISCIPLINE, 30, PublicText("鉴定"), date(2026, 5, 4), SUPERVISOR)
    assert running(replace(LODGED, by_name=False), accepted, more)["redress"].due == date(2026, 6, 1)


def test_an_answer_starts_the_reporters_time_to_ask_for_a_review_of_which_nobody_is_reminded() -> None:
    told = e.ReporterTold(REPORT, DISCIPLINE, "answer", PersonalText("x", sealed=True), date(2026, 3, 2), CLERK)
    clock = running(replace(LODGED, by_name=False), told)["review-ask"]
    assert (clock.due, clock.acts_on) == (date(2026, 4, 1), None)


def test_after_it_reminded_once_it_reminds_on_the_day_after_the_last() -> None:
    reminded = e.ClockReminded("complaint", REPORT, "register", "due-soon", DISCIPLINE, None, date(2026, 3, 17))
    assert running(LODGED, reminded)["register"].acts_on == date(2026, 3, 18)
    overdue = replace(reminded, stage="overdue")
    assert running(LODGED, reminded, overdue)["register"].acts_on is None


def test_a_holiday_notice_reckons_provisional_clocks_anew() -> None:
    late = replace(LODGED, by_name=False, lodged_on=date(2026, 12, 25))
    before = running(late)["register"]
    assert (before.due, before.provisional) == (date(2027, 1, 11), True)  # from Saturday to Monday, as far as is known
    off = (date(2027, 1, 9), date(2027, 1, 10), date(2027, 1, 11))
    after = running(late, HolidayNoticeIssued(2027, off, (), PublicText("通知")))["register"]
    assert (after.due, after.provisional) == (date(2027, 1, 12), False)


# --- clues and decisions ----------------------------------------------------------------------------------------


def test_how_a_clue_is_disposed_of_is_proposed_within_a_month_by_whoever_has_it() -> None:
    clock = running(OPENED)["disposal"]
    assert (clock.kind, clock.started_on, clock.due) == ("clue", date(2026, 3, 2), date(2026, 4, 2))
    assert (clock.unit, clock.handler) == (OPENED.unit, OPENED.custodian)
    taken = e.CustodyTaken(CLUE, OPENED.unit, OPENED.custodian, PersonId("接手人"), date(2026, 3, 5))
    assert running(OPENED, taken)["disposal"].handler == "接手人"
    proposed = e.DisposalProposed(CLUE, OPENED.unit, "kept-pending", PublicText("纪要"), date(2026, 3, 20), SUPERVISOR)
    assert running(OPENED, taken, proposed) == {}


@pytest.mark.parametrize(
    ("first", "last", "clock", "due"),
    [
        ("letter-sent", "letter-answered", "letter-reply", date(2026, 3, 23)),
        ("talk-held", "talk-reported", "talk-report", date(2026, 4, 2)),
    ],
)
def test_a_letter_is_answered_and_a_talk_reported_in_time(
    first: e.ClueStep, last: e.ClueStep, clock: str, due: date
) -> None:
    step = e.ClueStepTaken(CLUE, OPENED.unit, first, date(2026, 3, 2), SUPERVISOR)
    assert running(step)[clock].due == due
    assert running(step)[clock].handler == SUPERVISOR.subject
    assert running(step, replace(step, step=last, taken_on=date(2026, 3, 9))) == {}


def test_an_appeal_is_decided_within_a_month_by_the_body_that_decided_before() -> None:
    appealed = e.AccountabilityAppealed(
        DECISION, HELD.person, HELD.unit, date(2026, 3, 2), date(2026, 4, 2), SUPERVISOR
    )
    clock = running(HELD, appealed)["appeal-decision"]
    assert (clock.kind, clock.unit, clock.handler, clock.due) == ("decision", HELD.decided_by, None, date(2026, 4, 2))
    upheld = e.AccountabilityUpheld(DECISION, HELD.person, HELD.unit, date(2026, 3, 30), PublicText("复查"), SUPERVISOR)
    assert running(HELD, appealed, upheld) == {}
