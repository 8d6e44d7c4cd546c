"""拨动模拟时钟."""

from datetime import UTC, datetime

from services.ledger.rules.advance_clock import AdvanceClock
from shared.domain import PublicText
from shared.facts import ClockAdvanced, IncarnationBegun, LogStarted
from tests.ledger.city import ADMIN, ledger
from tests.support.spec import TODAY

STARTS = datetime(2026, 1, 5, tzinfo=UTC)
SIMULATED = LogStarted("ledger", 1, "Asia/Shanghai", "sha-256", "simulated", STARTS)
REAL = LogStarted("ledger", 1, "Asia/Shanghai", "sha-256", "real", None)
TOMORROW = datetime(2026, 3, 17, 1, tzinfo=UTC)


def test_a_simulated_clock_goes_forward() -> None:
    ledger.given(SIMULATED).when(AdvanceClock("ledger", TOMORROW), by=ADMIN).then(ClockAdvanced("ledger", TOMORROW))


def test_the_clock_of_a_log_that_was_restored_goes_forward_too() -> None:
    restored = IncarnationBegun("ledger", 2, PublicText("从3月15日的备份恢复"))
    again = ledger.given(SIMULATED, restored).when(AdvanceClock("ledger", TOMORROW), by=ADMIN)
    again.then(ClockAdvanced("ledger", TOMORROW))


def test_a_real_clock_is_not_set() -> None:
    ledger.given(REAL).when(AdvanceClock("ledger", TOMORROW), by=ADMIN).then_refused("clock-is-real")


def test_a_clock_does_not_go_back() -> None:
    command = AdvanceClock("ledger", TODAY.instant)
    ledger.given(SIMULATED).when(command, by=ADMIN).then_refused("clock-only-forward", now="2026-03-16T09:00+08:00")


def test_a_clock_does_not_leap_over_more_than_a_year() -> None:
    command = AdvanceClock("ledger", datetime(9999, 12, 31, tzinfo=UTC))
    ledger.given(SIMULATED).when(command, by=ADMIN).then_refused("clock-too-far", days=366)


def test_a_log_that_does_not_exist_has_no_clock() -> None:
    command = AdvanceClock("考核", TOMORROW)
    ledger.given(SIMULATED).when(command, by=ADMIN).then_refused("log-unknown", log="考核")


def test_a_time_says_of_which_zone_it_is() -> None:
    command = AdvanceClock("ledger", datetime(2026, 3, 17))  # noqa: DTZ001 — the missing zone is what is refused
    ledger.given(SIMULATED).when(command, by=ADMIN).then_refused("time-without-zone")
