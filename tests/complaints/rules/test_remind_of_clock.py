"""A clock reminds."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.remind_of_clock import RemindOfClock
from tests.complaints.city import DISCIPLINE, REPORT, SYSTEM, YUNLING, complaints


def test_it_reminds_of_what_is_due() -> None:
    due = date(2026, 3, 17)
    command = RemindOfClock("complaint", REPORT, "register", "due-soon", DISCIPLINE, None, due)
    complaints.given(*YUNLING).when(command, by=SYSTEM).then(
        e.ClockReminded("complaint", REPORT, "register", "due-soon", DISCIPLINE, None, due)
    )
