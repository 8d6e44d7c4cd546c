"""逾期: the last day of a task has passed."""

from datetime import date

from services.ledger.events import ExtensionGranted
from services.ledger.rules.mark_overdue import MarkOverdue
from shared.domain import PublicText, moment
from tests.ledger.city import COORDINATOR, DREDGING, PLAN, SYSTEM, WATER
from tests.ledger.course import SUSPENDED, WORKING, and_then, asked, claimed, fell_overdue
from tests.support.spec import on

MARK = MarkOverdue(DREDGING)
NEW_YEAR = moment(2027, 1, 1)


def test_a_task_falls_overdue_on_the_day_after_its_last() -> None:
    WORKING.when(MARK, by=SYSTEM, at=NEW_YEAR).then(on(date(2027, 1, 1), fell_overdue(date(2026, 12, 31))))


def test_not_on_the_last_day_itself() -> None:
    outcome = WORKING.when(MARK, by=SYSTEM, at=moment(2026, 12, 31, 23))
    outcome.then_refused("not-overdue", due=date(2026, 12, 31), today=date(2026, 12, 31))


def test_recorded_later_it_is_still_of_that_day() -> None:
    outcome = WORKING.when(MARK, by=COORDINATOR, at=moment(2027, 2, 8, 9))
    outcome.then(on(date(2027, 1, 1), fell_overdue(date(2026, 12, 31))))


def test_once_for_each_time_limit() -> None:
    overdue = and_then(asked(), fell_overdue(date(2026, 12, 31)))
    overdue.when(MARK, by=SYSTEM, at=NEW_YEAR).then_refused("overdue-recorded", due=date(2026, 12, 31))
    granted = ExtensionGranted(
        DREDGING, WATER, PLAN, 2, 1, date(2026, 12, 31), date(2027, 3, 31), PublicText("情况属实"), COORDINATOR
    )
    again = and_then(asked(), fell_overdue(date(2026, 12, 31)), granted)
    again.when(MARK, by=SYSTEM, at=moment(2027, 4, 1)).then(on(date(2027, 4, 1), fell_overdue(date(2027, 3, 31))))


def test_the_clock_stands_while_a_claim_waits_or_the_task_rests() -> None:
    and_then(claimed()).when(MARK, by=SYSTEM, at=NEW_YEAR).then_refused("task-claimed")
    and_then(SUSPENDED).when(MARK, by=SYSTEM, at=NEW_YEAR).then_refused("task-suspended")
