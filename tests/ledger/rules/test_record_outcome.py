"""办结情况: what became of a task of an old plan stands on the word of its sheet."""

from datetime import date

import pytest

from services.ledger.events import CompletionAccepted, CompletionClaimed, TaskCancelled
from services.ledger.rules.record_outcome import RecordOutcome
from shared.domain import Actor, PublicText, moment
from tests.ledger.city import DREDGING, PLAN, WATER
from tests.ledger.course import CANCELLED, SUSPENDED, WORKING, and_then, claimed, fell_overdue
from tests.support.spec import on

OPERATOR = Actor("operator/ledger")
SHEET = PublicText("据《云岭市2026年惩防体系建设任务分工方案》“办结情况”栏登记。")
DUE, YEAR_AFTER = date(2026, 12, 31), moment(2027, 3, 1, 9)


def outcome(ended: date) -> RecordOutcome:
    return RecordOutcome(DREDGING, "accepted", ended, SHEET)


def test_a_finished_task_was_claimed_and_accepted_on_its_day_by_nobody_who_is_named() -> None:
    day = date(2026, 11, 20)
    WORKING.when(outcome(day), by=OPERATOR, at=YEAR_AFTER).then(
        on(day, CompletionClaimed(DREDGING, WATER, PLAN, SHEET, (), day, OPERATOR)),
        on(day, CompletionAccepted(DREDGING, WATER, PLAN, DUE, day, day, 0, SHEET, OPERATOR)),
    )


def test_one_that_was_finished_late_fell_overdue_first() -> None:
    day = date(2027, 1, 10)
    WORKING.when(outcome(day), by=OPERATOR, at=YEAR_AFTER).then(
        on(date(2027, 1, 1), fell_overdue(DUE)),
        on(day, CompletionClaimed(DREDGING, WATER, PLAN, SHEET, (), day, OPERATOR)),
        on(day, CompletionAccepted(DREDGING, WATER, PLAN, DUE, day, day, 10, SHEET, OPERATOR)),
    )


def test_a_cancelled_task_needs_no_other_paper_than_the_sheet() -> None:
    day = date(2026, 6, 30)
    command = RecordOutcome(DREDGING, "cancelled", day, SHEET)
    cancelled = TaskCancelled(DREDGING, WATER, PLAN, day, SHEET, SHEET, OPERATOR)
    WORKING.when(command, by=OPERATOR, at=YEAR_AFTER).then(on(day, cancelled))


@pytest.mark.parametrize(
    ("ended", "code"), [(date(2027, 3, 2), "date-in-future"), (date(2026, 1, 11), "claim-before-issue")]
)
def test_it_ended_after_it_was_issued_and_not_after_today(ended: date, code: str) -> None:
    WORKING.when(outcome(ended), by=OPERATOR, at=YEAR_AFTER).then_refused(code)


def test_what_is_on_record_as_overdue_was_not_finished_in_time() -> None:
    overdue = and_then(fell_overdue(DUE))
    overdue.when(outcome(DUE), by=OPERATOR, at=YEAR_AFTER).then_refused("claim-before-overdue", due=DUE)
    overdue.when(outcome(date(2027, 1, 2)), by=OPERATOR, at=YEAR_AFTER).then_types(
        CompletionClaimed, CompletionAccepted
    )


def test_what_is_being_decided_or_has_ended_is_not_recorded_over() -> None:
    for given, code in ((claimed(), "task-claimed"), (SUSPENDED, "task-suspended"), (CANCELLED, "task-ended")):
        and_then(given).when(outcome(DUE), by=OPERATOR, at=YEAR_AFTER).then_refused(code)


def test_the_sheet_is_named() -> None:
    command = RecordOutcome(DREDGING, "accepted", DUE, PublicText(" "))
    WORKING.when(command, by=OPERATOR, at=YEAR_AFTER).then_refused("text-missing", field="source")
