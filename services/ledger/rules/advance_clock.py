"""A simulated clock is set forward."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.ledger.refusals import CLOCK_IS_REAL, CLOCK_ONLY_FORWARD, CLOCK_TOO_FAR, LOG_UNKNOWN, TIME_WITHOUT_ZONE
from services.ledger.state import AdvancedClock, StartedLog
from shared.domain import Decision, Moment
from shared.facts import ClockAdvanced

LONGEST_STEP = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class AdvanceClock:
    """`to` is an instant with its zone; from then on the clock of `log` runs from there."""

    log: str
    to: datetime


def decide(
    command: AdvanceClock, clock: AdvancedClock | None, logs: tuple[StartedLog | None, ...], moment: Moment
) -> Decision:
    """A real clock refuses."""
    (log,) = logs
    if log is None:
        return LOG_UNKNOWN.of(log=command.log[:60])
    if log.clock == "real":
        return CLOCK_IS_REAL.of()
    if command.to.tzinfo is None:
        return TIME_WITHOUT_ZONE.of()
    if command.to <= moment.instant:
        return CLOCK_ONLY_FORWARD.of(now=moment.instant.astimezone(moment.zone).isoformat(timespec="minutes"))
    if command.to - moment.instant > LONGEST_STEP:
        return CLOCK_TOO_FAR.of(days=LONGEST_STEP.days)
    return [ClockAdvanced(command.log, command.to.astimezone(UTC))]
