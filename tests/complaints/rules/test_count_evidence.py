"""What leaves of complaints is a class and a count, and no small one."""

from __future__ import annotations

from datetime import date

from services.complaints import events as e
from services.complaints.rules.count_evidence import CountEvidence
from services.complaints.state import Uncounted
from tests.complaints.city import SYSTEM, WATER, YUNLING, complaints
from tests.support.spec import on

COUNT = CountEvidence(WATER, "accusation", date(2026, 6, 30))
SINCE = date(2026, 3, 2)


def test_from_the_minimum_cell_on_the_count_is_told_as_of_the_half_years_end() -> None:
    complaints.given(*YUNLING).when(COUNT, by=SYSTEM, asked=Uncounted(4, SINCE)).then(
        on(date(2026, 6, 30), e.ComplaintEvidenceCounted(WATER, "accusation", SINCE, date(2026, 6, 30), 4, 3))
    )


def test_fewer_wait() -> None:
    complaints.given(*YUNLING).when(COUNT, by=SYSTEM, asked=Uncounted(2, SINCE)).then(
        e.ComplaintEvidenceWithheld(WATER, "accusation", date(2026, 6, 30), 3)
    )


def test_a_half_year_is_counted_once_and_only_when_there_is_something() -> None:
    withheld = e.ComplaintEvidenceWithheld(WATER, "accusation", date(2026, 6, 30), 3)
    complaints.given(*YUNLING, withheld).when(COUNT, by=SYSTEM, asked=Uncounted(4, SINCE)).then_refused(
        "evidence-counted"
    )
    complaints.given(*YUNLING).when(COUNT, by=SYSTEM, asked=Uncounted(0, SINCE)).then_refused("nothing-to-count")
