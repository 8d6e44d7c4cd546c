"""节假日安排: the notice of a year's days off."""

from dataclasses import replace
from datetime import date

from services.ledger.rules.issue_holiday_notice import IssueHolidayNotice
from shared.domain import PublicText
from shared.references import HolidayNoticeIssued
from tests.ledger.city import COORDINATOR, YUNLING, ledger

NEW_YEAR = (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3))
NOTICE = IssueHolidayNotice(2027, NEW_YEAR, (date(2027, 1, 9),), PublicText("国办发明电〔2026〕8号"))
ISSUED = HolidayNoticeIssued(2027, NEW_YEAR, (date(2027, 1, 9),), PublicText("国办发明电〔2026〕8号"))


def test_the_days_are_recorded_in_order_and_once_each() -> None:
    shuffled = replace(NOTICE, off_days=(*reversed(NEW_YEAR), NEW_YEAR[0]))
    ledger.given(*YUNLING).when(shuffled, by=COORDINATOR).then(ISSUED)


def test_a_corrected_notice_replaces_the_earlier_one() -> None:
    corrected = replace(NOTICE, working_weekends=())
    ledger.given(*YUNLING, ISSUED).when(corrected, by=COORDINATOR).then(
        HolidayNoticeIssued(2027, NEW_YEAR, (), PublicText("国办发明电〔2026〕8号"))
    )


def test_a_day_of_the_december_before_belongs_to_the_year() -> None:
    early = replace(NOTICE, off_days=(date(2026, 12, 31), *NEW_YEAR))
    ledger.given(*YUNLING).when(early, by=COORDINATOR).then_types(HolidayNoticeIssued)


def test_the_same_notice_again_changes_nothing() -> None:
    ledger.given(*YUNLING, ISSUED).when(NOTICE, by=COORDINATOR).then_refused("nothing-changed")


def test_a_day_is_not_both_off_and_worked() -> None:
    command = replace(NOTICE, off_days=(*NEW_YEAR, date(2027, 1, 9)))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("notice-day-both", day=date(2027, 1, 9))


def test_a_worked_weekend_day_is_a_saturday_or_sunday() -> None:
    command = replace(NOTICE, working_weekends=(date(2027, 1, 11),))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("notice-not-weekend", day=date(2027, 1, 11))


def test_a_day_of_another_year_is_refused() -> None:
    command = replace(NOTICE, off_days=(*NEW_YEAR, date(2026, 10, 1)))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("notice-other-year", day=date(2026, 10, 1))


def test_a_notice_names_days_off() -> None:
    ledger.given(*YUNLING).when(replace(NOTICE, off_days=()), by=COORDINATOR).then_refused("notice-empty")


def test_a_notice_is_cited() -> None:
    command = replace(NOTICE, citation=PublicText(""))
    ledger.given(*YUNLING).when(command, by=COORDINATOR).then_refused("text-missing", field_zh="文号")
